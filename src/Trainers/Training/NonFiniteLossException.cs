using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>Training stopped because a loss, or the gradient of the objective, became NaN or infinite.</summary>
public sealed class NonFiniteLossException : ArithmeticException
{
    internal NonFiniteLossException(string term, float value, int epoch, long batch, bool validation = false)
        : base(Invariant(
            $"The loss '{term}' became {value} in epoch {epoch}, {(validation ? "validation " : "")}batch {batch}. {Advice}"))
    {
        Term = term;
        Epoch = epoch;
    }

    internal NonFiniteLossException(IEnumerable<LossTerm> objective, float gradientNorm, int epoch, long batch)
        : base(Invariant(
            $"The gradient of {Name(objective)} became {gradientNorm} in epoch {epoch}, batch {batch}, although each loss is finite.")
            + " " + Advice)
    {
        Term = Name(objective);
        Epoch = epoch;
    }

    private const string Advice = "A smaller LearningRate or weight, or scaled features, usually helps.";

    /// <summary>The name of the loss; the objective if its gradient is not finite.</summary>
    public string Term { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }

    private static string Name(IEnumerable<LossTerm> objective) => string.Join(" + ", objective);
}
