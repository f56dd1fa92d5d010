using System.Diagnostics;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Trains an <see cref="Encoder"/> on rows in memory, in shuffled mini-batches, with Adam.</summary>
public static class EncoderTrainer
{
    /// <summary>Trains a new encoder.</summary>
    /// <param name="rows">At least one row of every class must be there; rows with label -1 carry no classification loss.</param>
    /// <param name="inputSize">The number of features in a row, or in a step of a sequence.</param>
    /// <param name="classCount">The number of classes, at least 2.</param>
    /// <param name="options">The settings.</param>
    /// <param name="seed">Used where <see cref="TrainingOptions.Seed"/> is null.</param>
    /// <param name="onEpoch">Called after every epoch, before <see cref="TrainingOptions.Progress"/>.</param>
    /// <returns>The encoder and what happened in every epoch.</returns>
    /// <exception cref="ArgumentException">The options are at fault, or there are no rows.</exception>
    /// <exception cref="NonFiniteLossException">A loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static (Encoder Encoder, IReadOnlyList<TrainingProgress> History) Train(
        RowStore rows, int inputSize, int classCount, TrainingOptions options, int seed, Action<TrainingProgress>? onEpoch = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (rows.Count == 0)
            throw new ArgumentException("There are no rows to train on.", nameof(rows));

        seed = options.Seed ?? seed;
        using var engine = new ManagedEngine(options.Threads, seed);
        var encoder = new Encoder(engine, options.Network, inputSize, classCount, seed);
        return (encoder, Train(engine, encoder, rows, options, seed, onEpoch));
    }

    /// <summary>Trains an encoder from the weights it has.</summary>
    internal static IReadOnlyList<TrainingProgress> Train(
        Engine engine, Encoder encoder, RowStore rows, TrainingOptions options, int seed, Action<TrainingProgress>? onEpoch = null)
    {
        Optimizer optimizer = engine.CreateOptimizer(encoder.Parameters, options.Optimizer);
        IReadOnlyList<ILossTerm> terms = options.Objective.Terms;

        var order = new int[rows.Count];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        int batchSize = Math.Min(options.BatchSize, rows.Count);
        var batch = new RowBatch(encoder.Input);
        var labels = new int[batchSize];
        // A stream of its own, so that the order of rows does not depend on how many weights were drawn.
        var random = new Random(seed ^ 0x5DEECE6);
        var history = new List<TrainingProgress>();
        var clock = Stopwatch.StartNew();

        for (int epoch = 0; epoch < options.Epochs; epoch++)
        {
            random.Shuffle(order);
            double total = 0;
            var sums = new double[terms.Count];
            for (int start = 0; start < order.Length; start += batchSize)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                int count = Math.Min(batchSize, order.Length - start);
                batch.Clear();
                for (int i = 0; i < count; i++)
                {
                    int row = order[start + i];
                    batch.Add(rows.Features(row));
                    labels[i] = rows.Label(row);
                }

                using IDisposable step = engine.BeginStep(training: true);
                IReadOnlyList<Layer> layers = encoder.Layers(engine, batch.ToInput(engine));
                var context = new LossContext(engine, layers, encoder.Logits(engine, layers[^1].Output), labels, count, epoch);
                Tensor? loss = null;
                for (int t = 0; t < terms.Count; t++)
                {
                    Tensor term = terms[t].Compute(context);
                    float value = term.Item();
                    if (!float.IsFinite(value))
                        throw new NonFiniteLossException(terms[t].Name, value, epoch + 1, start / batchSize + 1);
                    sums[t] += (double)value * count;
                    total += (double)value * terms[t].Weight * count;
                    Tensor weighted = term * terms[t].Weight;
                    loss = loss is null ? weighted : loss + weighted;
                }
                engine.Backward(loss!);
                optimizer.Step(options.LearningRate);
            }

            var means = new Dictionary<string, double>();
            for (int t = 0; t < terms.Count; t++)
                means[terms[t].Name] = sums[t] / rows.Count;
            var progress = new TrainingProgress(epoch + 1, options.Epochs, total / rows.Count, means, clock.Elapsed);
            history.Add(progress);
            onEpoch?.Invoke(progress);
            options.Progress?.Invoke(progress);
        }
        return history;
    }
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
