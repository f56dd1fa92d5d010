using System.Text.Json.Serialization;
using Disentangle.ML.Tensors;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>How a network is trained.</summary>
public record TrainingOptions
{
    /// <summary>The architecture. Default: <c>Network.Mlp(hidden: [256], embedding: 32)</c>.</summary>
    public Network Network { get; init; } = Network.Mlp([256], 32);

    /// <summary>What is minimised. Default: cross-entropy and the row margin.</summary>
    public Objective Objective { get; init; } = Objective.CrossEntropy() + Objective.RowMargin();

    /// <summary>Passes over the data. At least 1. Default 20.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Rows in a step; the last one of an epoch may have fewer. At least 1. Default 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The optimiser's step size η. Greater than 0. Default 0.001.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Adam's settings. Default: PyTorch's.</summary>
    public AdamOptions Optimizer { get; init; } = new();

    /// <summary>
    /// Decides the start weights and the order of rows; the same seed gives the same weights, bit for bit, on the same kind of machine, whatever
    /// <see cref="Threads"/> is. Default null: taken from the MLContext, whose own seed decides.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>Processor cores to use; 0 for all. Results do not depend on it. Default 0.</summary>
    [JsonIgnore]
    public int Threads { get; init; }

    /// <summary>Called after every epoch, on the training thread. Default null.</summary>
    [JsonIgnore]
    public Action<TrainingProgress>? Progress { get; init; }

    /// <summary>Ends training with an <see cref="OperationCanceledException"/> within one batch. Default: none.</summary>
    [JsonIgnore]
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Throws one exception that lists every fault.</summary>
    /// <exception cref="ArgumentException">At least one setting is out of range.</exception>
    public void Validate()
    {
        string[] faults = [.. Faults()];
        if (faults.Length == 1)
            throw new ArgumentException(faults[0]);
        if (faults.Length > 1)
            throw new ArgumentException($"The options have {faults.Length} faults:{string.Concat(faults.Select(fault => $"{Environment.NewLine}- {fault}"))}");
    }

    /// <summary>What is wrong with the settings, one sentence a fault.</summary>
    protected virtual IEnumerable<string> Faults()
    {
        if (Epochs < 1)
            yield return $"Epochs is {Epochs}; it must be at least 1.";
        if (BatchSize < 1)
            yield return $"BatchSize is {BatchSize}; it must be at least 1.";
        if (!(LearningRate > 0) || float.IsInfinity(LearningRate))
            yield return Invariant($"LearningRate is {LearningRate}; it must be greater than 0.");
        if (Threads < 0)
            yield return $"Threads is {Threads}; it must be 0 (all cores) or more.";
        if (Network is null)
            yield return "Network is null; Network.Mlp(...) makes one.";
        if (Objective is null)
            yield return "Objective is null; Objective.CrossEntropy() is the plain one.";
        if (Optimizer is null)
            yield return "Optimizer is null; new AdamOptions() is the default.";
        foreach (string fault in (Network?.Faults() ?? []).Concat(Objective?.Faults() ?? []))
            yield return fault;
    }
}

/// <summary>Where training stands after an epoch.</summary>
/// <param name="Epoch">The number of finished epochs, from 1.</param>
/// <param name="Epochs">The number asked for.</param>
/// <param name="Loss">The weighted sum of all terms, mean over the epoch's rows.</param>
/// <param name="Terms">Each loss by name, not weighted, mean over the epoch's rows.</param>
/// <param name="Elapsed">Time since training began.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, double Loss, IReadOnlyDictionary<string, double> Terms, TimeSpan Elapsed)
{
    /// <summary>For example <c>epoch 3/20: loss 0.2113 (cross-entropy 0.1820, row margin 2.931)</c>.</summary>
    public override string ToString() =>
        Invariant($"epoch {Epoch}/{Epochs}: loss {Loss:G4} ({string.Join(", ", Terms.Select(term => Invariant($"{term.Key} {term.Value:G4}")))})");
}
