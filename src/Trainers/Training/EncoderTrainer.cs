using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Trains <see cref="Encoder"/>s in mini-batches with Adam.</summary>
public static class EncoderTrainer
{
    /// <summary>Trains a new encoder.</summary>
    /// <param name="data">The rows; those with label -1 carry no loss that needs a label.</param>
    /// <param name="options">The settings.</param>
    /// <param name="seed">Used where <see cref="TrainingOptions.Seed"/> is null.</param>
    /// <param name="onEpoch">Called after every epoch, before <see cref="TrainingOptions.Progress"/>.</param>
    /// <exception cref="ArgumentException">The options are at fault, or do not fit the data.</exception>
    /// <exception cref="InvalidDataException">There are no rows to train on, or none to validate with and early stopping needs them; or the checkpoint is of another training.</exception>
    /// <exception cref="NonFiniteLossException">A loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled before the first epoch was done.</exception>
    public static TrainingResult Train(TrainingData data, TrainingOptions options, int seed, Action<TrainingProgress>? onEpoch = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        LossNeeds needs = options.Objective.Needs;
        if (needs.HasFlag(LossNeeds.Labels) && data.ClassCount < 2)
            throw new ArgumentException("The objective needs labels, and the data have none.", nameof(data));
        if (options.EarlyStopping is not null && options.ValidationFraction == 0 && data.Validation is null)
            throw new ArgumentException("EarlyStopping needs validation rows: set ValidationFraction or give validation data.", nameof(options));

        seed = options.Seed ?? seed;
        using var engine = new ManagedEngine(options.Threads, seed);
        int classes = needs.HasFlag(LossNeeds.Classifier) ? data.ClassCount : 0;
        var encoder = new Encoder(engine, options.Network, data.InputSize, classes, options.Objective.Similarity, seed);
        return Train(engine, encoder, data, options, seed, onEpoch);
    }

    /// <summary>Trains an encoder from the weights it has.</summary>
    internal static TrainingResult Train(Engine engine, Encoder encoder, TrainingData data, TrainingOptions options, int seed, Action<TrainingProgress>? onEpoch = null) =>
        new TrainingLoop(engine, encoder, data, options, seed, onEpoch).Run();
}

/// <summary>Training met a loss that is NaN or infinite and stopped.</summary>
public sealed class NonFiniteLossException : ArithmeticException
{
    internal NonFiniteLossException(string term, float value, int epoch, int batch)
        : base(FormattableString.Invariant(
            $"The loss '{term}' became {value} in epoch {epoch}, batch {batch}. A smaller LearningRate or weight, or scaled features, usually help."))
    {
        Term = term;
        Epoch = epoch;
    }

    /// <summary>The name of the loss.</summary>
    public string Term { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }
}
