using System.CommandLine;
using System.CommandLine.Parsing;

namespace Papers;

/// <summary>The options for choosing λ of the attractive-repulsive losses.</summary>
internal sealed class TuningOptions
{
    public Option<float[]> Lambdas { get; } = new("--tune")
    {
        Description = "Choose λ of each loss by accuracy on held-out training rows, from these values (default 0.05, 0.10, ..., 1); "
            + "without this option, λ is the paper's",
        Arity = ArgumentArity.ZeroOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<int> Seeds { get; } = new("--tuning-seeds") { Description = "Number of runs for each λ", DefaultValueFactory = _ => 1 };

    public TuningOptions()
    {
        CommonOptions.RequirePositive(Seeds);
        Lambdas.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens)
            {
                if (float.TryParse(token.Value, out float lambda) && !(lambda > 0 && lambda <= 1))
                    result.AddError($"λ is {lambda}; it must be greater than 0 and at most 1.");
            }
        });
    }

    /// <summary>Whether λ is to be chosen.</summary>
    public bool AreGiven(SymbolResult parsed) => parsed.GetResult(Lambdas) is { Implicit: false };

    /// <summary>The choice to make; null to take the paper's λ.</summary>
    public Tuning? Of(ParseResult parsed) => AreGiven(parsed.CommandResult)
        ? new(parsed.GetValue(Lambdas) is { Length: > 0 } given ? [.. given.Distinct().Order()] : Tuning.Grid, parsed.GetValue(Seeds))
        : null;
}
