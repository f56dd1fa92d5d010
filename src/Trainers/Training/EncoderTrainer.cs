using System.Diagnostics;
using Disentangle.ML.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Disentangle.ML.Trainers;

/// <summary>Trains <see cref="Encoder"/>s in mini-batches with Adam.</summary>
public static class EncoderTrainer
{
    private const int SmallTable = 500;
    private const int SmallTableEpochs = 60;

    /// <summary>Trains a new encoder.</summary>
    /// <param name="data">The rows. Rows with label -1 contribute only to losses that need no label.</param>
    /// <param name="options">The settings.</param>
    /// <param name="seed">The seed if <see cref="TrainingOptions.Seed"/> is null.</param>
    /// <param name="onEpoch">Called after every epoch, before <see cref="TrainingOptions.Progress"/>.</param>
    /// <param name="onMessage">Receives log messages, such as how features are scaled and how long the neighbour search took.</param>
    /// <param name="onWarning">Called with each of <see cref="TrainingResult.Warnings"/> as soon as it occurs.</param>
    /// <exception cref="ArgumentException">The options are invalid or do not match the data.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no training rows, early stopping has no validation rows, or the checkpoint is damaged or belongs to another training.
    /// </exception>
    /// <exception cref="DirectoryNotFoundException">The folder of the checkpoint does not exist.</exception>
    /// <exception cref="NonFiniteLossException">A loss or its gradient became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The cancellation token was cancelled before the first epoch finished.</exception>
    /// <exception cref="TimeoutException">
    /// <see cref="TrainingOptions.MaximumTime"/> was reached before the first epoch finished.
    /// </exception>
    public static TrainingResult Train(TrainingData data, EncoderTrainingOptions options, int seed,
        Action<TrainingProgress>? onEpoch = null, Action<string>? onMessage = null, Action<string>? onWarning = null) =>
        Train(data, options, seed, start: null, onEpoch, onMessage, onWarning);

    /// <summary>Trains a new encoder, or a copy of a trained one.</summary>
    internal static TrainingResult Train(TrainingData data, EncoderTrainingOptions options, int seed, WarmStart? start,
        Action<TrainingProgress>? onEpoch, Action<string>? onMessage, Action<string>? onWarning)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        LossNeeds needs = options.Objective.Needs;
        if ((needs & (LossNeeds.Labels | LossNeeds.Classifier)) != 0 && data.ClassCount < 2)
        {
            throw new ArgumentException(
                $"The objective ({options.Objective}) needs labels of at least two classes, but the data have {data.ClassCount}.",
                nameof(data));
        }
        options.RequireValidation(data.Validation is not null);
        if (options.Sampling == BatchSampling.TwoOfEachClass && data.Rows is not RowStore)
            throw new ArgumentException("Sampling is TwoOfEachClass, which needs rows in memory, but they are not in a RowStore.",
                nameof(options));

        if (options.Objective.Pairs is not null && data.Rows is not RowStore)
            throw new ArgumentException(
                "The objective pairs rows with their neighbours, which needs rows in memory, but they are not in a RowStore.",
                nameof(options));

        if (options.IgnoreContradictedLabels && data.Rows is not RowStore)
        {
            throw new ArgumentException(
                "IgnoreContradictedLabels searches for neighbours, which needs rows in memory, but they are not in a RowStore.",
                nameof(options));
        }
        if (start is null && options.FrozenLayers > 0)
        {
            throw new ArgumentException(
                $"FrozenLayers is {options.FrozenLayers}, but there is no previous model whose weights layers could "
                + "keep; use Fit(data, previousModel).", nameof(options));
        }
        start?.Require(options, data.InputSize);
        seed = options.Seed ?? seed;
        var warnings = new TrainingWarnings(onWarning);
        WatchedRows? watched = data.Rows is RowStore ? null : new WatchedRows(data.Rows, warnings);
        data = data with { Rows = watched ?? data.Rows };
        using Engine engine = options.Device.CreateEngine(options.Threads, seed, onMessage);
        int classes = needs.HasFlag(LossNeeds.Classifier) ? data.ClassCount : 0;
        var shape = new InputShape(data.InputSize, options.Network.StepSize is not null);
        FeatureScaling asked = options.Network.ReadsWordNumbers && options.Scaling.Kind == FeatureScalingKind.Auto
            ? FeatureScaling.AsGiven
            : options.Scaling;
        string description = "Features are scaled as in the previous model.";
        InputScaling? scaling = start is not null
            ? start.Encoder.Scaling
            : InputScaling.Fit(data.Rows, shape, asked, seed, options.Threads, options.CancellationToken, out description);
        onMessage?.Invoke(description);
        var encoder = new Encoder(
            engine, options.Network, data.InputSize, classes, options.Objective.Similarity, seed, options.NormalizesEmbedding, scaling);
        start?.CopyTo(encoder, engine);
        return Train(engine, encoder, data, options, seed, onEpoch, onMessage, warnings, start?.Hash);
    }

    /// <summary>Trains an encoder from its current weights.</summary>
    internal static TrainingResult Train(
        Engine engine, Encoder encoder, TrainingData data, EncoderTrainingOptions options, int seed,
        Action<TrainingProgress>? onEpoch = null, Action<string>? onMessage = null, TrainingWarnings? warnings = null,
        string? startHash = null)
    {
        warnings ??= new TrainingWarnings(onWarning: null);
        IRowSource given = data.Rows;
        data = data with
        {
            Rows = ScaledRows.Of(data.Rows, encoder.Scaling, data.InputSize),
            Validation = data.Validation is null ? null : ScaledRows.Of(data.Validation, encoder.Scaling, data.InputSize),
        };
        if (options is { Epochs: null, Objective.Pairs: not null } && data.Rows is RowStore { Count: < SmallTable })
            options = options with { Epochs = SmallTableEpochs };
        if (options.IgnoreContradictedLabels)
        {
            data = data with
            {
                Rows = ContradictedLabels.Remove((RowStore)data.Rows, encoder.ScaledInput, options, seed, out string removed),
            };
            onMessage?.Invoke(removed);
        }
        options = options with { Objective = DecideReconstruction(options.Objective, data.Rows, options.CancellationToken, onMessage) };
        if (given is RowStore)
            CheckScale();
        var task = new EncoderTask(engine, encoder, data, options, options.Objective.Pairs is { } pairs ? Pair : null, startHash,
            onMessage);
        TrainingOutcome outcome = new TrainingLoop<RowBatch>(engine, task, options, seed, OnEpoch).Run();

        CheckScale();
        warnings.Add(TrainingChecks.Magnitude(options.Objective, outcome.History[0]));
        warnings.Add(TrainingChecks.Progress(task.Terms, IsAnnealed, outcome, options.LearningRate));
        warnings.Add(TrainingChecks.Collapse(engine, encoder, Sample(), options.BatchSize));
        return new TrainingResult(encoder.On(WeightStore.Engine), outcome.History, outcome.StopReason, outcome.BestEpoch)
        {
            Objective = options.Objective,
            Warnings = warnings.All,
        };

        void OnEpoch(TrainingProgress progress)
        {
            if (progress.Epoch == 1)
                warnings.Add(TrainingChecks.Magnitude(options.Objective, progress));
            onEpoch?.Invoke(progress);
        }

        RowStore Sample() => given is WatchedRows { Sample: var first }
            ? (RowStore)ScaledRows.Of(first, encoder.Scaling, data.InputSize)
            : TrainingChecks.Sample((RowStore)data.Rows);

        void CheckScale()
        {
            if (!options.Network.ReadsWordNumbers)
                warnings.Add(TrainingChecks.Scale(Sample(), encoder.ScaledInput.Width, options.Scaling));
        }

        bool IsAnnealed(int term) => options.Objective.Terms[term].Loss is SoftNearestNeighborLoss { Temperature.Gamma: > 0 };

        PairSampler Pair(RowStore rows, int[] members)
        {
            var clock = Stopwatch.StartNew();
            PairSampler sampler =
                PairSampler.Create(options.Objective.Pairs!, rows, members, encoder.ScaledInput, options.Network.Comparison, seed,
                options.Threads, options.PreparationProgress, options.CancellationToken);
            onMessage?.Invoke(
                FormattableString.Invariant($"Found the neighbours of {members.Length} rows in {clock.Elapsed.TotalSeconds:F1} s."));
            foreach (string warning in sampler.Warnings)
                warnings.Add(warning);
            return sampler;
        }
    }

    /// <summary>Chooses a reconstruction error from the data where the objective leaves it open.</summary>
    private static Objective DecideReconstruction(Objective objective, IRowSource rows, CancellationToken token, Action<string>? onMessage)
    {
        if (!objective.Terms.Any(term => term.Loss is ReconstructionLoss { Error: ReconstructionError.Auto }))
            return objective;
        (float least, float greatest) = (float.PositiveInfinity, float.NegativeInfinity);
        using (IRowCursor cursor = rows.Open())
        {
            while (cursor.MoveNext())
            {
                token.ThrowIfCancellationRequested();
                ReadOnlySpan<float> features = cursor.ReadFeatures();
                least = Math.Min(least, TensorPrimitives.Min(features));
                greatest = Math.Max(greatest, TensorPrimitives.Max(features));
            }
        }
        ReconstructionError error = ReconstructionLoss.TakesAsProbabilities(least, greatest)
            ? ReconstructionError.BinaryCrossEntropy
            : ReconstructionError.MeanSquared;
        onMessage?.Invoke(FormattableString.Invariant(
            $"Features range from {least:G4} to {greatest:G4}; the reconstruction error is {error}."));
        return new Objective([.. objective.Terms.Select(term => term.Loss is ReconstructionLoss { Error: ReconstructionError.Auto } loss
            ? term with { Loss = loss with { Error = error } }
            : term)]);
    }
}
