using System.Text.Json.Serialization;
using Disentangle.ML.Tensors;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>How something is trained, whatever it is.</summary>
public abstract record TrainingOptions
{
    internal const int LeastEpochs = 20;
    internal const int LeastSteps = 1000;

    /// <summary>
    /// Passes over the data. At least 1. Default null: 20, or as many as make 1,000 steps, whichever is more; 60 for an encoder trained with the
    /// neighbour contrast on fewer than 500 rows, which more passes would make it memorise.
    /// </summary>
    public int? Epochs { get; init; }

    /// <summary>Rows in a step; the last one of an epoch may have fewer. At least 1. Default 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The optimiser's step size η. Greater than 0. Default 0.001.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>How the learning rate changes. Default: constant, no warm-up.</summary>
    public LearningRateSchedule Schedule { get; init; } = new();

    /// <summary>Adam's settings, weight decay and gradient clipping among them. Default: PyTorch's.</summary>
    public AdamOptions Optimizer { get; init; } = new();

    /// <summary>The share of rows, drawn by the seed, that is kept from training to validate it. 0 or more, less than 1. Default 0.</summary>
    public double ValidationFraction { get; init; }

    /// <summary>Ends training early and keeps the best epoch's weights; needs validation rows. Default null: the last epoch's weights are the result.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>
    /// Training ends after the batch in which this time is over, with what the finished epochs gave; without one a <see cref="TimeoutException"/> is thrown.
    /// Default null: no limit.
    /// </summary>
    public TimeSpan? MaximumTime { get; init; }

    /// <summary>
    /// A file in which training is kept after every epoch. Where it exists and is of the same training, that goes on from there, with its seed unless
    /// <see cref="Seed"/> is set, to the same bits as without interruption. To tell whether it is of the same rows, these and the
    /// validation rows are passed over once more. Losses and views of your own count as the same when their
    /// ToString gives the same text, which for a record holds its settings. Default null: none.
    /// </summary>
    [JsonIgnore]
    public string? CheckpointPath { get; init; }

    /// <summary>
    /// Decides the start weights and the order of rows; the same seed gives the same weights, bit for bit, on the same kind of machine, whatever
    /// <see cref="Threads"/> is. Default null: taken from the MLContext, whose own seed decides.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>Processor cores to use; 0 for all. Results do not depend on it. Default 0.</summary>
    [JsonIgnore]
    public int Threads { get; init; }

    /// <summary>
    /// What training computes on. The result is the same kind of model whatever it is, and scores on the processor. Default: the processor, by
    /// managed code.
    /// </summary>
    [JsonIgnore]
    public Device Device { get; init; } = Device.Managed;

    /// <summary>Called after every epoch, on the training thread. Default null.</summary>
    [JsonIgnore]
    public Action<TrainingProgress>? Progress { get; init; }

    /// <summary>
    /// Ends training within one batch. What the finished epochs gave is the result: the best of them with <see cref="EarlyStopping"/>, else the last; without a
    /// finished epoch there is none, and an <see cref="OperationCanceledException"/> is thrown. Default: none.
    /// </summary>
    [JsonIgnore]
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Throws one exception that lists every fault.</summary>
    /// <exception cref="ArgumentException">At least one setting is out of range.</exception>
    public void Validate() => SettingFaults.Throw(Faults());

    /// <summary>Refuses to stop early by rows that there are not.</summary>
    internal void RequireValidation(bool hasRows)
    {
        if (EarlyStopping is not null && ValidationFraction == 0 && !hasRows)
            throw new ArgumentException("EarlyStopping needs validation rows: set ValidationFraction or give validation data.", "options");
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
        if (!(ValidationFraction >= 0 && ValidationFraction < 1))
            yield return Invariant($"ValidationFraction is {ValidationFraction}; it must be 0 or more and less than 1.");
        if (MaximumTime <= TimeSpan.Zero)
            yield return $"MaximumTime is {MaximumTime}; it must be longer than 0.";
        if (Threads < 0)
            yield return $"Threads is {Threads}; it must be 0 (all cores) or more.";
        if (Device is null)
            yield return "Device is null; Device.Managed is the default.";
        if (Optimizer is null)
            yield return "Optimizer is null; new AdamOptions() is the default.";
        if (Schedule is null)
            yield return "Schedule is null; new LearningRateSchedule() is the default.";
        foreach (string fault in (IEnumerable<string>)
            [.. Optimizer is null ? [] : OptimizerFaults(Optimizer), .. Schedule?.Faults() ?? [], .. EarlyStopping?.Faults() ?? []])
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> OptimizerFaults(AdamOptions options)
    {
        if (!(options.Beta1 >= 0 && options.Beta1 < 1))
            yield return Invariant($"Optimizer.Beta1 is {options.Beta1}; it must be 0 or more and less than 1.");
        if (!(options.Beta2 >= 0 && options.Beta2 < 1))
            yield return Invariant($"Optimizer.Beta2 is {options.Beta2}; it must be 0 or more and less than 1.");
        if (!(options.Epsilon > 0) || float.IsInfinity(options.Epsilon))
            yield return Invariant($"Optimizer.Epsilon is {options.Epsilon}; it must be greater than 0.");
        if (!(options.WeightDecay >= 0) || float.IsInfinity(options.WeightDecay))
            yield return Invariant($"Optimizer.WeightDecay is {options.WeightDecay}; it must be 0 or more.");
        if (!(options.MaximumGradientNorm > 0))
            yield return Invariant($"Optimizer.MaximumGradientNorm is {options.MaximumGradientNorm}; it must be greater than 0.");
    }
}
