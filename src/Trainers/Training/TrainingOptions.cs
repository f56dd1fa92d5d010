using System.Text.Json.Serialization;
using Disentangle.ML.Tensors;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>Settings shared by all kinds of training.</summary>
public abstract record TrainingOptions
{
    internal const int LeastEpochs = 20;
    internal const int LeastSteps = 1000;

    /// <summary>
    /// Passes over the data. At least 1. Default null: 20 or enough for 1,000 steps, whichever is more; 60 for an encoder trained with the
    /// neighbour contrast on fewer than 500 rows, which it would memorise with more passes.
    /// </summary>
    public int? Epochs { get; init; }

    /// <summary>Rows in a step; the last one of an epoch may have fewer. At least 1. Default 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>
    /// Batches whose gradients are added up for one update of the weights: as large batches, in the memory of small ones. Batches count by
    /// their rows, so that a loss that is a mean over rows gives the weights that one batch of all these rows gives. Losses that compare
    /// rows compare those within a batch only. An epoch's last update may have fewer batches. At least 1. Default 1.
    /// </summary>
    public int BatchesPerUpdate { get; init; } = 1;

    /// <summary>The optimiser's step size η. Greater than 0. Default 0.001.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>How the learning rate changes. Default: constant, no warm-up.</summary>
    public LearningRateSchedule Schedule { get; init; } = new();

    /// <summary>Adam's settings, weight decay and gradient clipping among them. Default: PyTorch's.</summary>
    public AdamOptions Optimizer { get; init; } = new();

    /// <summary>The share of rows, drawn with the seed, that is held out for validation. 0 or more, less than 1. Default 0.</summary>
    public double ValidationFraction { get; init; }

    /// <summary>
    /// Stops training early and keeps the best epoch's weights; requires validation rows. Default null: the result has the last epoch's
    /// weights.
    /// </summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>
    /// The time limit. Training stops after the batch in which it is reached and returns the result of the finished epochs; if no epoch
    /// has finished, it throws a <see cref="TimeoutException"/>. Default null: no limit.
    /// </summary>
    public TimeSpan? MaximumTime { get; init; }

    /// <summary>
    /// The checkpoint file, written after every epoch. If it exists and belongs to the same training, training resumes from it, with its
    /// seed unless <see cref="Seed"/> is set, and gives the same bits as without interruption. The training and validation rows are read
    /// once more to check that they are the same. Custom losses and views count as the same if their ToString returns the same text, which
    /// for a record includes its settings. Default null: none.
    /// </summary>
    [JsonIgnore]
    public string? CheckpointPath { get; init; }

    /// <summary>
    /// The seed of the start weights and the order of rows. The same seed gives the same weights, bit for bit, on the same kind of
    /// machine, whatever the value of <see cref="Threads"/>. Default null: taken from the MLContext.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>Processor cores to use; 0 for all. Results do not depend on it. Default 0.</summary>
    [JsonIgnore]
    public int Threads { get; init; }

    /// <summary>
    /// The device to train on. The trained model is of the same kind on every device and scores on the CPU. Default: the CPU, with managed
    /// code.
    /// </summary>
    [JsonIgnore]
    public Device Device { get; init; } = Device.Managed;

    /// <summary>
    /// The most memory, in bytes, that the training and validation rows may occupy on the device. Rows that fit are uploaded once, before
    /// the first epoch, and every batch is gathered there; otherwise each batch is uploaded when its step begins. Only for vectors in
    /// memory, and not with jitter or views, which change the rows of each batch. The upload briefly takes up to three times the size of
    /// the rows in the process. Results do not depend on it. 0 (none) or more. Default null: 1 GiB on a GPU, 0 on the CPU, where it would
    /// save nothing.
    /// </summary>
    [JsonIgnore]
    public long? DeviceMemoryForRows { get; init; }

    /// <summary>
    /// Batches that another thread prepares while a step runs. Streamed rows are read on that thread, and views run on it. Results do not
    /// depend on it. 0 (none) or more. Default null: 1 on a GPU unless it holds all rows, 0 on the CPU, where the engine uses all cores
    /// itself.
    /// </summary>
    [JsonIgnore]
    public int? BatchesAhead { get; init; }

    /// <summary>Called after every epoch, on the training thread. Default null.</summary>
    [JsonIgnore]
    public Action<TrainingProgress>? Progress { get; init; }

    /// <summary>
    /// Stops training within one batch and returns the result of the finished epochs: the best with <see cref="EarlyStopping"/>, otherwise
    /// the last. If no epoch has finished, training throws an <see cref="OperationCanceledException"/>. Default: none.
    /// </summary>
    [JsonIgnore]
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Throws one exception that lists every fault.</summary>
    /// <exception cref="ArgumentException">At least one setting is out of range.</exception>
    public void Validate() => SettingFaults.Throw(Faults());

    /// <summary>Throws if early stopping is set without validation rows.</summary>
    internal void RequireValidation(bool hasRows)
    {
        if (EarlyStopping is not null && ValidationFraction == 0 && !hasRows)
            throw new ArgumentException("EarlyStopping needs validation rows: set ValidationFraction or provide validation data.",
                "options");
    }

    /// <summary>Describes what is wrong with the settings, one sentence per fault.</summary>
    protected virtual IEnumerable<string> Faults()
    {
        if (Epochs < 1)
            yield return $"Epochs is {Epochs}; it must be at least 1.";
        if (BatchSize < 1)
            yield return $"BatchSize is {BatchSize}; it must be at least 1.";
        if (BatchesPerUpdate < 1)
            yield return $"BatchesPerUpdate is {BatchesPerUpdate}; it must be at least 1.";
        if (!(LearningRate > 0) || float.IsInfinity(LearningRate))
            yield return Invariant($"LearningRate is {LearningRate}; it must be greater than 0.");
        if (!(ValidationFraction >= 0 && ValidationFraction < 1))
            yield return Invariant($"ValidationFraction is {ValidationFraction}; it must be 0 or more and less than 1.");
        if (MaximumTime <= TimeSpan.Zero)
            yield return $"MaximumTime is {MaximumTime}; it must be longer than 0.";
        if (Threads < 0)
            yield return $"Threads is {Threads}; it must be 0 (all cores) or more.";
        if (DeviceMemoryForRows < 0)
            yield return $"DeviceMemoryForRows is {DeviceMemoryForRows}; it must be 0 (none) or more.";
        if (BatchesAhead < 0)
            yield return $"BatchesAhead is {BatchesAhead}; it must be 0 (none) or more.";
        if (Device is null)
            yield return "Device is null; Device.Managed is the default.";
        if (Optimizer is null)
            yield return "Optimizer is null; new AdamOptions() is the default.";
        if (Schedule is null)
            yield return "Schedule is null; new LearningRateSchedule() is the default.";
        foreach (string fault in (IEnumerable<string>)
        [
            .. Optimizer?.Faults().Select(fault => $"{nameof(Optimizer)}.{fault}") ?? [],
            .. Schedule?.Faults() ?? [],
            .. EarlyStopping?.Faults() ?? [],
        ])
        {
            yield return fault;
        }
    }
}
