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
    private readonly RowBatch _batch;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly TrainingState _state;
    private long _stepsPerEpoch;

    public TrainingLoop(Engine engine, Encoder encoder, TrainingData data, TrainingOptions options, int seed, Action<TrainingProgress>? onEpoch)
    {
        _engine = engine;
        _encoder = encoder;
        _data = data;
        _options = options;
        _onEpoch = onEpoch;
        _partition = new RowPartition(options.ValidationFraction, seed);
        _batches = Batches.Create(data.Rows, _partition, options, seed);
        _optimizer = engine.CreateOptimizer(encoder.Parameters, options.Optimizer);
        _terms = options.Objective.Terms;
        _batch = new RowBatch(encoder.Input);
        _state = new TrainingState(engine, encoder, _optimizer, _terms.Count);
    }

    public TrainingResult Run()
    {
        _state.TryResume(_options);
        StopReason reason = StopReason.Completed;
        while (_state.History.Count < _options.Epochs && reason == StopReason.Completed)
        {
            if (ShouldStop(_state) is { } early)
            {
                reason = early;
                break;
            }
            if (RunEpoch(_state.History.Count) is { } interrupted)
            {
                reason = interrupted;
                break;
            }
            _state.Save(_options);
        }
        if (reason == StopReason.Completed && ShouldStop(_state) is StopReason.EarlyStopping && _state.History.Count < _options.Epochs)
            reason = StopReason.EarlyStopping;
        if (_state.History.Count == 0)
        {
            throw reason == StopReason.Cancelled
                ? new OperationCanceledException("Training was cancelled before its first epoch was done.", _options.CancellationToken)
                : new TimeoutException($"MaximumTime ({_options.MaximumTime}) was over before the first epoch was done; there is no result.");
        }
        int best = _state.RestoreResult(_options.EarlyStopping is not null);
        return new TrainingResult(_encoder, _state.History, reason, best);
    }

    /// <summary>Whether the epochs so far end training.</summary>
    private StopReason? ShouldStop(TrainingState state) =>
        _options.EarlyStopping is { } stopping && state.History.Count - state.BestEpoch >= stopping.Patience ? StopReason.EarlyStopping : null;

    /// <summary>One pass over the rows; says why where it was not finished.</summary>
    private StopReason? RunEpoch(int epoch)
    {
        var sums = new double[_terms.Count];
        double gradientNorms = 0;
        float learningRate = 0;
        long rows = 0;
        int steps = 0;
        foreach (RowBatch batch in _batches.Epoch(epoch, _batch))
        {
            if (_options.CancellationToken.IsCancellationRequested)
                return StopReason.Cancelled;
            if (_clock.Elapsed + _state.ElapsedBefore >= _options.MaximumTime)
                return StopReason.MaximumTime;

            using IDisposable step = _engine.BeginStep(training: true);
            Tensor loss = Forward(batch, epoch, steps + 1, sums);
            _engine.Backward(loss);
            learningRate = _options.LearningRate * _options.Schedule.Factor(_optimizer.StepCount, Finished(epoch, steps), epoch);
            gradientNorms += _optimizer.Step(learningRate);
            rows += batch.Count;
            steps++;
        }
        if (steps == 0)
            throw new InvalidDataException("There are no rows to train on.");
        _stepsPerEpoch = steps;

        (double total, Dictionary<string, double> means) = Mean(sums, rows);
        var progress = new TrainingProgress(epoch + 1, _options.Epochs, total, means, _state.ElapsedBefore + _clock.Elapsed)
        {
            Validation = Validate(epoch),
            LearningRate = learningRate,
            GradientNorm = gradientNorms / steps,
        };
        _state.Finish(progress, _options.EarlyStopping);
        _onEpoch?.Invoke(progress);
        _options.Progress?.Invoke(progress);
        return null;
    }

    /// <summary>The share of training that is finished. The first epoch counts its steps where the rows are in memory; a stream's first epoch stands still.</summary>
    private double Finished(int epoch, int steps)
    {
        if (_stepsPerEpoch == 0 && _data.Rows is RowStore store)
        {
            int training = Enumerable.Range(0, store.Count).Count(row => !_partition.Validates(row));
            _stepsPerEpoch = (training + _options.BatchSize - 1) / _options.BatchSize;
        }
        double share = _stepsPerEpoch == 0 ? 0 : Math.Min(1, steps / (double)_stepsPerEpoch);
        return (epoch + share) / _options.Epochs;
    }

    private Tensor Forward(RowBatch batch, int epoch, int number, double[] sums)
    {
        LossContext context = Context(batch, epoch, out _);
        Tensor? loss = null;
        for (int t = 0; t < _terms.Count; t++)
        {
            int index = t;
            Tensor term = _terms[t].Loss.Compute(context.For(length => _state.MemoryOf(index, length)));
            float value = term.Item();
            if (!float.IsFinite(value))
                throw new NonFiniteLossException(_terms[t].Loss.Name, value, epoch + 1, number);
            sums[t] += (double)value * batch.Count;
            Tensor weighted = term * _terms[t].Weight;
            loss = loss is null ? weighted : loss + weighted;
        }
        return loss!;
    }

    private LossContext Context(RowBatch batch, int epoch, out Tensor? logits)
    {
        NetworkInput input = batch.ToInput(_engine);
        IReadOnlyList<Layer> layers = _encoder.Module.Forward(_engine, input);
        logits = _encoder.Classifier?.Logits(_engine, layers[^1].Output);
        Reconstruction? reconstruction = _options.Objective.Needs.HasFlag(LossNeeds.Decoder)
            ? ((AutoencoderModule)_encoder.Module).Decode(_engine, layers[^1].Output, input)
            : null;
        return new LossContext(_engine, batch, layers, logits, _encoder.Classifier?.Weight, reconstruction, _data.ClassCount, epoch);
    }

    private ValidationResult? Validate(int epoch)
    {
        if (_data.Validation is null && _options.ValidationFraction == 0)
            return null;
        var sums = new double[_terms.Count];
        long rows = 0, labelled = 0, right = 0;
        void Flush()
        {
            if (_batch.Count == 0)
                return;
            using IDisposable step = _engine.BeginStep(training: false);
            LossContext context = Context(_batch, epoch, out Tensor? logits);
            for (int t = 0; t < _terms.Count; t++)
            {
                int index = t;
                // A copy: validation leaves no trace in what a loss remembers.
                sums[t] += (double)_terms[t].Loss.Compute(context.For(length => [.. _state.MemoryOf(index, length)])).Item() * _batch.Count;
            }
            rows += _batch.Count;
            if (logits is not null)
                CountRight(logits, _batch.Labels, ref labelled, ref right);
            _batch.Clear();
        }

        _batch.Clear();
        foreach ((IRowSource source, bool all) in Validating())
        {
            using IRowCursor cursor = source.Open();
            for (long row = 0; cursor.MoveNext(); row++)
            {
                if (!all && !_partition.Validates(row))
                    continue;
                _batch.Add(cursor.Features, cursor.Label);
                if (_batch.Count == _options.BatchSize)
                    Flush();
            }
        }
        Flush();
        if (rows == 0)
            throw new InvalidDataException($"No row was drawn to validate with; ValidationFraction is {_options.ValidationFraction} of too few rows.");
        (double total, Dictionary<string, double> means) = Mean(sums, rows);
        return new ValidationResult(total, means, labelled == 0 ? null : right / (double)labelled);
    }

    private IEnumerable<(IRowSource Source, bool All)> Validating()
    {
        if (_data.Validation is not null)
            yield return (_data.Validation, true);
        if (_options.ValidationFraction > 0)
            yield return (_data.Rows, false);
    }

    private (double Total, Dictionary<string, double> Means) Mean(double[] sums, long rows)
    {
        var means = new Dictionary<string, double>();
        double total = 0;
        for (int t = 0; t < _terms.Count; t++)
        {
            means[_terms[t].Loss.Name] = sums[t] / rows;
            total += _terms[t].Weight * sums[t] / rows;
        }
        return (total, means);
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
