using System.Diagnostics;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>One training: what it needs, where it stands, and how it goes on.</summary>
internal sealed class TrainingLoop
{
    private readonly Engine _engine;
    private readonly Encoder _encoder;
    private readonly TrainingData _data;
    private readonly TrainingOptions _options;
    private readonly Action<TrainingProgress>? _onEpoch;
    private readonly RowPartition _partition;
    private readonly Batches _batches;
    private readonly Optimizer _optimizer;
    private readonly IReadOnlyList<WeightedLoss> _terms;
    private readonly bool _decodes;
    private readonly RowBatch _batch;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly TrainingState _state;

    public TrainingLoop(Engine engine, Encoder encoder, TrainingData data, TrainingOptions options, int seed, Action<TrainingProgress>? onEpoch)
    {
        _engine = engine;
        _encoder = encoder;
        _data = data;
        _options = options;
        _onEpoch = onEpoch;
        _optimizer = engine.CreateOptimizer(encoder.Parameters, options.Optimizer);
        _terms = options.Objective.Terms;
        _decodes = options.Objective.Needs.HasFlag(LossNeeds.Decoder);
        _batch = new RowBatch(encoder.Input);
        _state = TrainingState.Open(engine, encoder, _optimizer, options, data.Rows, seed);
        _partition = new RowPartition(options.ValidationFraction, _state.Seed);
        _batches = Batches.Create(data.Rows, _partition, options, _state.Seed);
    }

    public TrainingResult Run()
    {
        StopReason? reason;
        do
            reason = Ended() ?? RunEpoch(_state.History.Count);
        while (reason is null);

        if (_state.History.Count == 0)
        {
            throw reason == StopReason.Cancelled
                ? new OperationCanceledException("Training was cancelled before its first epoch was done.", _options.CancellationToken)
                : new TimeoutException($"MaximumTime ({_options.MaximumTime}) was over before the first epoch was done; there is no result.");
        }
        return new TrainingResult(_encoder, _state.History, reason.Value, BestEpoch: _state.RestoreResult());
    }

    /// <summary>Why the epochs so far are all there are to be; null where another one follows.</summary>
    private StopReason? Ended()
    {
        int epochs = _state.History.Count;
        if (epochs >= _options.Epochs)
            return StopReason.Completed;
        return _options.EarlyStopping is { } stopping && epochs - _state.BestEpoch >= stopping.Patience ? StopReason.EarlyStopping : null;
    }

    /// <summary>One pass over the rows; says why where it was not finished.</summary>
    private StopReason? RunEpoch(int epoch)
    {
        var sums = new LossSums(_terms);
        double gradientNorms = 0;
        float learningRate = 0;
        foreach (RowBatch batch in _batches.Epoch(epoch, _batch))
        {
            if (_options.CancellationToken.IsCancellationRequested)
                return StopReason.Cancelled;
            if (_clock.Elapsed + _state.ElapsedBefore >= _options.MaximumTime)
                return StopReason.MaximumTime;

            using IDisposable step = _engine.BeginStep(training: true);
            learningRate = _options.LearningRate * _options.Schedule.Factor(_optimizer.StepCount, FinishedShare(epoch, sums.Batches), epoch);
            Tensor[] losses = Losses(batch, epoch, sums, training: true, out _);
            _engine.Backward(losses.Select((loss, t) => loss * _terms[t].Weight).Aggregate((left, right) => left + right));
            float gradientNorm = _optimizer.Step(learningRate);
            if (!float.IsFinite(gradientNorm))
                throw new NonFiniteLossException(_options.Objective, gradientNorm, epoch + 1, sums.Batches);
            gradientNorms += gradientNorm;
        }
        if (sums.Batches == 0)
            throw new InvalidDataException("There are no rows to train on.");

        ValidationResult? validation = null;
        if ((_data.Validation is not null || _options.ValidationFraction > 0) && (validation = Validate(epoch)) is null)
            return StopReason.Cancelled;
        var progress = new TrainingProgress(epoch + 1, _options.Epochs, sums.Total, sums.Means, _state.ElapsedBefore + _clock.Elapsed)
        {
            Validation = validation,
            LearningRate = learningRate,
            GradientNorm = gradientNorms / sums.Batches,
        };
        _state.Finish(progress);
        _onEpoch?.Invoke(progress);
        _options.Progress?.Invoke(progress);
        return null;
    }

    /// <summary>The share of training that is finished. Every epoch has as many steps as the one before; in its first one, a stream's stands still.</summary>
    private double FinishedShare(int epoch, long steps)
    {
        double? stepsPerEpoch = _batches.Count;
        if (epoch > 0)
            stepsPerEpoch ??= (_optimizer.StepCount - steps) / epoch;
        return (epoch + (steps / stepsPerEpoch ?? 0)) / _options.Epochs;
    }

    /// <summary>Runs a batch through the network; what each loss is, also added to the sums.</summary>
    private Tensor[] Losses(RowBatch batch, int epoch, LossSums sums, bool training, out Tensor? logits)
    {
        NetworkInput input = batch.ToInput(_engine);
        IReadOnlyList<Layer> layers = _encoder.Module.Forward(_engine, input);
        logits = _encoder.Classifier?.Logits(_engine, layers[^1].Output);
        Reconstruction? reconstruction = _decodes ? ((AutoencoderModule)_encoder.Module).Decode(_engine, layers[^1].Output, input) : null;
        var context = new LossContext(_engine, batch, layers, logits, _encoder.Classifier?.Weight, reconstruction, _data.ClassCount, epoch);

        var losses = new Tensor[_terms.Count];
        var values = new float[_terms.Count];
        for (int t = 0; t < _terms.Count; t++)
        {
            ILoss loss = _terms[t].Loss;
            losses[t] = loss.Compute(context.For(_state.MemoryOf(t, writable: training)));
            values[t] = losses[t].Item();
            if (!float.IsFinite(values[t]))
                throw new NonFiniteLossException(loss.Name, values[t], epoch + 1, sums.Batches + 1, validation: !training);
        }
        sums.Add(values, batch.Count);
        return losses;
    }

    /// <summary>How the validation rows are done; null where training was cancelled meanwhile. Leaves no trace in what follows.</summary>
    private ValidationResult? Validate(int epoch)
    {
        ulong[] randomState = _engine.RandomState;
        var sums = new LossSums(_terms);
        long labelled = 0, right = 0;
        foreach (RowBatch batch in ValidationBatches())
        {
            if (_options.CancellationToken.IsCancellationRequested)
                return null;
            using IDisposable step = _engine.BeginStep(training: false);
            Losses(batch, epoch, sums, training: false, out Tensor? logits);
            if (logits is not null)
                CountRight(logits, batch.Labels, ref labelled, ref right);
        }
        _engine.RandomState = randomState;
        if (sums.Batches == 0)
        {
            throw new InvalidDataException(_options.ValidationFraction > 0
                ? FormattableString.Invariant($"No row was drawn to validate with; ValidationFraction is {_options.ValidationFraction} of too few rows.")
                : "The validation data have no rows.");
        }
        if (labelled == 0 && _options.EarlyStopping is { Metric: ValidationMetric.Accuracy })
            throw new InvalidDataException("EarlyStopping compares accuracies, and no row to validate with has a label.");
        return new ValidationResult(sums.Total, sums.Means, labelled == 0 ? null : right / (double)labelled);
    }

    private IEnumerable<RowBatch> ValidationBatches()
    {
        _batch.Clear();
        foreach ((IRowSource? source, bool all) in new[] { (_data.Validation, true), (_options.ValidationFraction > 0 ? _data.Rows : null, false) })
        {
            using IRowCursor? cursor = source?.Open();
            for (long row = 0; cursor is not null && cursor.MoveNext(); row++)
            {
                if (!all && !_partition.Validates(row))
                    continue;
                _batch.Add(cursor.Features, cursor.Label);
                if (_batch.Count < _options.BatchSize)
                    continue;
                yield return _batch;
                _batch.Clear();
            }
        }
        if (_batch.Count > 0)
            yield return _batch;
    }

    private static void CountRight(Tensor logits, ReadOnlySpan<int> labels, ref long labelled, ref long right)
    {
        float[] values = logits.ToArray();
        int columns = logits.Shape[1];
        for (int i = 0; i < labels.Length; i++)
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
