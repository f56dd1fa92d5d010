using System.Diagnostics;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Runs a training: epochs of steps, validation, early stopping and checkpoints.</summary>
internal sealed class TrainingLoop<TBatch> where TBatch : ITrainingBatch<TBatch>
{
    private readonly Engine _engine;
    private readonly ITrainingTask<TBatch> _task;
    private readonly TrainingOptions _options;
    private readonly Action<TrainingProgress>? _onEpoch;
    private readonly Optimizer _optimizer;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly TrainingState _state;
    private readonly BatchesAhead<TBatch> _ahead;
    private IReadOnlyDictionary<string, double>? _start;

    public TrainingLoop(Engine engine, ITrainingTask<TBatch> task, TrainingOptions options, int seed, Action<TrainingProgress>? onEpoch)
    {
        _engine = engine;
        _task = task;
        _options = options;
        _onEpoch = onEpoch;
        _optimizer = engine.CreateOptimizer(task.Parameters, options.Optimizer);
        _state = TrainingState.Open(engine, task, _optimizer, options, seed);
        task.Begin(_state);
        _state.RequireSamePreparation();
        int usual = engine.HasOwnMemory && !task.RowsOnDevice ? 1 : 0;
        _ahead = new BatchesAhead<TBatch>(options.BatchesAhead ?? usual, task.CreateBatch);
    }

    public TrainingOutcome Run()
    {
        using Activity? activity = TrainingTelemetry.StartTraining();
        StopReason? reason;
        do
            reason = Ended() ?? RunEpoch(_state.History.Count);
        while (reason is null);

        if (_state.History.Count == 0)
        {
            throw reason == StopReason.Cancelled
                ? new OperationCanceledException("Training was cancelled before the first epoch finished.", _options.CancellationToken)
                : new TimeoutException(
                    $"MaximumTime ({_options.MaximumTime}) was reached before the first epoch finished, so there is no result.");
        }
        return new TrainingOutcome(_state.History, reason.Value, BestEpoch: _state.RestoreResult(), _start);
    }

    /// <summary>
    /// The number of epochs; if not set, enough for the minimum number of steps. For a stream, steps are counted in the first epoch.
    /// </summary>
    private int Epochs
    {
        get
        {
            if (_options.Epochs is { } epochs)
                return epochs;
            double? stepsPerEpoch = UpdatesPerEpoch;
            if (_state.History.Count > 0)
                stepsPerEpoch ??= _optimizer.StepCount / _state.History.Count;
            return Math.Max(TrainingOptions.LeastEpochs,
                (int)Math.Ceiling(TrainingOptions.LeastSteps / Math.Max(1, stepsPerEpoch ?? TrainingOptions.LeastSteps)));
        }
    }

    /// <summary>The number of updates in an epoch; null if unknown until the first epoch has finished.</summary>
    private double? UpdatesPerEpoch =>
        _task.BatchesPerEpoch is { } batches ? Math.Ceiling(batches / (double)_options.BatchesPerUpdate) : null;

    /// <summary>Why training ends after the epochs so far; null if another one follows.</summary>
    private StopReason? Ended()
    {
        int epochs = _state.History.Count;
        if (epochs >= Epochs)
            return StopReason.Completed;
        return _options.EarlyStopping is { } stopping && epochs - _state.BestEpoch >= stopping.Patience ? StopReason.EarlyStopping : null;
    }

    /// <summary>Runs one pass over the rows. Returns the reason if it was stopped early.</summary>
    private StopReason? RunEpoch(int epoch)
    {
        using Activity? activity = TrainingTelemetry.StartEpoch();
        TimeSpan start = _clock.Elapsed;
        var sums = new LossSums(_engine, _task.Terms);
        ScalarSums gradientNorms = _engine.CreateSums(1);
        var gradientNorm = new double[1];
        float learningRate = 0;
        int batches = 0, rows = 0;
        long updates = 0;
        foreach (TBatch batch in _ahead.Of(_task.Epoch(epoch)))
        {
            if (_options.CancellationToken.IsCancellationRequested)
                return StopReason.Cancelled;
            if (_clock.Elapsed + _state.ElapsedBefore >= _options.MaximumTime)
                return StopReason.MaximumTime;

            using IDisposable step = _engine.BeginStep(training: true, keepGradients: batches > 0);
            learningRate = _options.LearningRate * _options.Schedule.Factor(_optimizer.StepCount, FinishedShare(epoch, updates), epoch);
            Tensor[] losses = _task.Losses(batch, epoch);
            bool isFirst = _optimizer.StepCount == 0 && batches == 0;
            if (sums.Add(losses, batch.Count) is { } bad)
                RequireFinite(bad);
            if (isFirst)
            {
                RequireFinite(sums.Read());
                _start = sums.Means;
            }
            Tensor total = losses.Select((loss, t) => loss * _task.Terms[t].Weight).Aggregate((left, right) => left + right);
            _engine.Backward(_options.BatchesPerUpdate == 1 ? total : total * batch.Count);
            (batches, rows) = (batches + 1, rows + batch.Count);
            if (batches == _options.BatchesPerUpdate)
                Update();
        }
        if (batches > 0)
        {
            using IDisposable step = _engine.BeginStep(training: true, keepGradients: true);
            Update();
        }
        if (sums.Batches == 0)
            throw new InvalidDataException("There are no training rows.");
        RequireFinite(sums.Read());

        ValidationResult? validation = null;
        if (_task.Validates && (validation = Validate(epoch)) is null)
            return StopReason.Cancelled;
        var progress = new TrainingProgress(epoch + 1, Epochs, sums.Total, sums.Means, _state.ElapsedBefore + _clock.Elapsed)
        {
            Validation = validation,
            LearningRate = learningRate,
            GradientNorm = gradientNorm[0] / updates,
        };
        _state.Finish(progress);
        TrainingTelemetry.Record(progress, sums.Rows, _clock.Elapsed - start, activity);
        _onEpoch?.Invoke(progress);
        _options.Progress?.Invoke(progress);
        return null;

        void Update()
        {
            Tensor norm = _optimizer.Update(learningRate, _options.BatchesPerUpdate == 1 ? 1 : 1f / rows);
            (batches, rows) = (0, 0);
            updates++;
            if (gradientNorms.Add([norm], 1) is not null)
                RequireFinite(sums.Read());
        }

        // An infinite gradient makes losses infinite one step later, so the earlier of the two is the cause.
        void RequireFinite(NonFiniteScalar? loss)
        {
            NonFiniteScalar? gradient = gradientNorms.Read(gradientNorm);
            // The last batch of the update.
            long? badBatch = gradient is null ? null : Math.Min(gradient.Value.Step * _options.BatchesPerUpdate, sums.Batches);
            if (loss is { } bad && (gradient is null || bad.Step <= badBatch))
                throw NonFiniteLoss(bad, _task.Terms, epoch);
            if (gradient is { } norm)
                throw new NonFiniteLossException(_task.Terms, norm.Value, epoch + 1, badBatch!.Value);
        }
    }

    /// <summary>
    /// The finished share of training. Assumes that every epoch has as many steps as the one before; constant in the first epoch of a
    /// stream.
    /// </summary>
    private double FinishedShare(int epoch, long steps)
    {
        double? stepsPerEpoch = UpdatesPerEpoch;
        if (epoch > 0)
            stepsPerEpoch ??= (_optimizer.StepCount - steps) / epoch;
        return (epoch + (steps / stepsPerEpoch ?? 0)) / Epochs;
    }

    private static NonFiniteLossException NonFiniteLoss(
        NonFiniteScalar loss, IReadOnlyList<LossTerm> terms, int epoch, bool validation = false) =>
        new(terms[loss.Index].Name, loss.Value, epoch + 1, loss.Step, validation);

    /// <summary>Evaluates the validation rows; null if training was cancelled meanwhile. Does not affect further training.</summary>
    private ValidationResult? Validate(int epoch)
    {
        ulong[] randomState = _engine.RandomState;
        var sums = new LossSums(_engine, _task.ValidationTerms);
        long labelled = 0, right = 0;
        foreach (TBatch batch in _ahead.Of(_task.Validation()))
        {
            if (_options.CancellationToken.IsCancellationRequested)
                return null;
            using IDisposable step = _engine.BeginStep(training: false);
            Tensor[] losses = _task.ValidationLosses(batch, epoch, out Tensor? logits);
            RequireFinite(sums.Add(losses, batch.Count));
            if (logits is not null)
                CountRight(logits, batch.Labels, ref labelled, ref right);
        }
        _engine.RandomState = randomState;
        RequireFinite(sums.Read());
        if (sums.Batches == 0)
        {
            throw new InvalidDataException(_options.ValidationFraction > 0
                ? FormattableString.Invariant(
                $"ValidationFraction is {_options.ValidationFraction}, but no row was drawn for validation because there are too few rows.")
                : "The validation data have no rows.");
        }
        if (labelled == 0 && _options.EarlyStopping is { Metric: ValidationMetric.Accuracy })
            throw new InvalidDataException("EarlyStopping compares accuracies, but no validation row has a label.");
        return new ValidationResult(sums.Total, sums.Means, labelled == 0 ? null : right / (double)labelled);

        void RequireFinite(NonFiniteScalar? loss)
        {
            if (loss is { } bad)
                throw NonFiniteLoss(bad, _task.ValidationTerms, epoch, validation: true);
        }
    }

    private static void CountRight(Tensor logits, ReadOnlySpan<int> labels, ref long labelled, ref long right)
    {
        float[] values = logits.ToArray();
        int columns = logits.Shape[1];
        for (int i = 0; i < logits.Shape[0]; i++)
        {
            if (labels[i] < 0)
                continue;
            labelled++;
            ReadOnlySpan<float> row = values.AsSpan(i * columns, columns);
            int predicted = columns == 1 ? (row[0] > 0 ? 1 : 0) : System.Numerics.Tensors.TensorPrimitives.IndexOfMax(row);
            if (predicted == labels[i])
                right++;
        }
    }
}
