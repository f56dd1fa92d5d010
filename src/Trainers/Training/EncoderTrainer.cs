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
    /// <param name="data">The rows; those with label -1 carry no loss that needs a label.</param>
    /// <param name="options">The settings.</param>
    /// <param name="seed">Used where <see cref="TrainingOptions.Seed"/> is null.</param>
    /// <param name="onEpoch">Called after every epoch, before <see cref="TrainingOptions.Progress"/>.</param>
    /// <param name="onMessage">Called with what is worth a line in a log: how features are scaled, how long the search for neighbours took.</param>
    /// <param name="onWarning">Called with each of <see cref="TrainingResult.Warnings"/> as soon as it is known.</param>
    /// <exception cref="ArgumentException">The options are at fault, or do not fit the data.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows to train on, or none to validate with and early stopping needs them; or the checkpoint is damaged or of another training.
    /// </exception>
    /// <exception cref="DirectoryNotFoundException">There is no folder to keep the checkpoint in.</exception>
    /// <exception cref="NonFiniteLossException">A loss or its gradient became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled before the first epoch was done.</exception>
    /// <exception cref="TimeoutException"><see cref="TrainingOptions.MaximumTime"/> was over before the first epoch was done.</exception>
    public static TrainingResult Train(TrainingData data, EncoderTrainingOptions options, int seed, Action<TrainingProgress>? onEpoch = null,
        Action<string>? onMessage = null, Action<string>? onWarning = null) => Train(data, options, seed, start: null, onEpoch, onMessage, onWarning);

    /// <summary>Trains a new encoder, or a copy of one that is trained already.</summary>
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
                $"The objective ({options.Objective}) needs labels of at least two classes, and the data have {data.ClassCount}.", nameof(data));
        }
        options.RequireValidation(data.Validation is not null);
        if (options.Sampling == BatchSampling.TwoOfEachClass && data.Rows is not RowStore)
            throw new ArgumentException("Sampling is TwoOfEachClass, which needs rows in memory, and they are not in a RowStore.", nameof(options));

        if (options.Objective.Pairs is not null && data.Rows is not RowStore)
            throw new ArgumentException("The objective pairs rows with their neighbours, which needs rows in memory, and they are not in a RowStore.", nameof(options));

        if (options.IgnoreContradictedLabels && data.Rows is not RowStore)
        {
            throw new ArgumentException(
                "IgnoreContradictedLabels searches for neighbours, which needs rows in memory, and they are not in a RowStore.", nameof(options));
        }
        start?.Require(options, data.InputSize);
        seed = options.Seed ?? seed;
        var warnings = new TrainingWarnings(onWarning);
        WatchedRows? watched = data.Rows is RowStore ? null : new WatchedRows(data.Rows, warnings);
        data = data with { Rows = watched ?? data.Rows };
        using Engine engine = options.Device.CreateEngine(options.Threads, seed, onMessage);
        int classes = needs.HasFlag(LossNeeds.Classifier) ? data.ClassCount : 0;
        var shape = new InputShape(data.InputSize, options.Network.StepSize is not null);
        FeatureScaling asked = options.Network.ReadsWordNumbers && options.Scaling.Kind == FeatureScalingKind.Auto ? FeatureScaling.AsGiven : options.Scaling;
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

    /// <summary>Trains an encoder from the weights it has.</summary>
    internal static TrainingResult Train(
        Engine engine, Encoder encoder, TrainingData data, EncoderTrainingOptions options, int seed, Action<TrainingProgress>? onEpoch = null,
        Action<string>? onMessage = null, TrainingWarnings? warnings = null, string? startHash = null)
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
        var trainee = new EncoderTrainee(engine, encoder, data, options, options.Objective.Pairs is { } pairs ? Pair : null, startHash);
        TrainingOutcome outcome = new TrainingLoop<RowBatch>(engine, trainee, options, seed, OnEpoch).Run();

        CheckScale();
        warnings.Add(TrainingChecks.Magnitude(options.Objective, outcome.History[0]));
        warnings.Add(TrainingChecks.Progress(trainee.Terms, IsAnnealed, outcome, options.LearningRate));
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
            PairSampler sampler = PairSampler.Create(options.Objective.Pairs!, rows, members, encoder.ScaledInput, options.Network.Comparison, seed,
                options.Threads, options.PreparationProgress, options.CancellationToken);
            onMessage?.Invoke(FormattableString.Invariant($"Found the neighbours of {members.Length} rows in {clock.Elapsed.TotalSeconds:F1} s."));
            foreach (string warning in sampler.Warnings)
                warnings.Add(warning);
            return sampler;
        }
    }

    /// <summary>An objective in which no reconstruction error is left to the data.</summary>
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
                ReadOnlySpan<float> features = cursor.Features;
                least = Math.Min(least, TensorPrimitives.Min(features));
                greatest = Math.Max(greatest, TensorPrimitives.Max(features));
            }
        }
        ReconstructionError error = ReconstructionLoss.TakesAsProbabilities(least, greatest)
            ? ReconstructionError.BinaryCrossEntropy
            : ReconstructionError.MeanSquared;
        onMessage?.Invoke(FormattableString.Invariant(
            $"Features go from {least:G4} to {greatest:G4}: the reconstruction error is {error}."));
        return new Objective([.. objective.Terms.Select(term => term.Loss is ReconstructionLoss { Error: ReconstructionError.Auto } loss
            ? term with { Loss = loss with { Error = error } }
            : term)]);
    }
}

/// <summary>Training met a loss, or the gradient of all of them, that is NaN or infinite, and stopped.</summary>
public sealed class NonFiniteLossException : ArithmeticException
{
    internal NonFiniteLossException(string term, float value, int epoch, long batch, bool validation = false)
        : base(FormattableString.Invariant(
            $"The loss '{term}' became {value} in epoch {epoch}, {(validation ? "validation " : "")}batch {batch}. {Advice}"))
    {
        Term = term;
        Epoch = epoch;
    }

    internal NonFiniteLossException(IEnumerable<LossTerm> objective, float gradientNorm, int epoch, long batch)
        : base(FormattableString.Invariant(
            $"The gradient of {Name(objective)} became {gradientNorm} in epoch {epoch}, batch {batch}, and each loss is finite. {Advice}"))
    {
        Term = Name(objective);
        Epoch = epoch;
    }

    private const string Advice = "A smaller LearningRate or weight, or scaled features, usually help.";

    /// <summary>The name of the loss; the whole objective where its gradient is at fault.</summary>
    public string Term { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }

    private static string Name(IEnumerable<LossTerm> objective) => string.Join(" + ", objective);
}
