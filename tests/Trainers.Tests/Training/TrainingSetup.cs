using System.Text.Json;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers.Tests;

/// <summary>What the tests of the training loop share.</summary>
internal static class TrainingSetup
{
    public const int Width = 8;

    /// <summary>Small enough for many runs; 60 rows make 4 batches.</summary>
    public static readonly TestOptions Small = new()
    {
        Network = Network.Mlp([12], 4), Epochs = 6, BatchSize = 16, LearningRate = 0.01f, Seed = 3, Threads = 1,
    };

    public static TrainingResult Train(
        this TestOptions options, IRowSource rows, int classes = 2, int width = Width, IRowSource? validation = null, int seed = 0) =>
        EncoderTrainer.Train(new TrainingData(rows, width, classes, validation), options, seed);

    public static float[][] Weights(this TrainingResult result) =>
        [.. result.Encoder.Parameters.Select(parameter => parameter.Value.ToArray())];

    public static void CancelAt(this CancellationTokenSource source, int epoch, TrainingProgress progress)
    {
        if (progress.Epoch == epoch)
            source.Cancel();
    }

    /// <summary>All of the history but the time it took, comparable.</summary>
    public static string[] Comparable(this IEnumerable<TrainingProgress> history) =>
        [.. history.Select(progress => JsonSerializer.Serialize(progress with { Elapsed = TimeSpan.Zero }))];

    /// <summary>Rows whose first feature is their number.</summary>
    public static RowStore Numbered(int rows, Func<int, int>? label = null, int width = 2)
    {
        var store = new RowStore();
        for (int i = 0; i < rows; i++)
            store.Add(label?.Invoke(i) ?? i % 2, width)[0] = i;
        return store;
    }

    /// <summary>Sequences of 1 to 9 steps with two values each; the first value tells the class.</summary>
    public static RowStore Sequences(int rows, int seed = 1)
    {
        var random = new Random(seed);
        var store = new RowStore();
        for (int i = 0; i < rows; i++)
        {
            Span<float> steps = store.Add(i % 2, 2 * random.Next(1, 10));
            for (int j = 0; j < steps.Length; j++)
                steps[j] = random.NextSingle() + (j % 2 == 0 ? i % 2 : 0);
        }
        return store;
    }

    /// <summary>
    /// The mean over rows with a label of -log of the probability the encoder gives it, and the share of them it is right about.
    /// </summary>
    public static (double CrossEntropy, double Accuracy) Judge(Encoder encoder, RowStore rows)
    {
        using var session = new EncoderSession(encoder);
        var embedding = new float[encoder.EmbeddingSize];
        var probabilities = new float[encoder.ClassCount];
        double loss = 0;
        int labelled = 0, right = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows.Label(i) < 0)
                continue;
            session.Encode(rows.Features(i), embedding, probabilities);
            loss -= Math.Log(probabilities[rows.Label(i)]);
            labelled++;
            right += Array.IndexOf(probabilities, probabilities.Max()) == rows.Label(i) ? 1 : 0;
        }
        return (loss / labelled, right / (double)labelled);
    }
}

/// <summary>Rows that are no <see cref="RowStore"/> to the loop, which streams them therefore.</summary>
internal sealed class StreamedRows(RowStore rows) : IRowSource
{
    /// <summary>How often they were passed over.</summary>
    public int Passes { get; private set; }

    public IRowCursor Open()
    {
        Passes++;
        return rows.Open();
    }
}

/// <summary>A loss that is always 0, has no gradient, and tells each batch it meets.</summary>
internal sealed class Probe(Action<LossContext> met) : ILoss
{
    public string Name => "probe";

    public Tensor Compute(LossContext context)
    {
        met(context);
        return 0 * context.Engine.Sum(context.Embedding.Output);
    }

    /// <summary>An objective and a probe.</summary>
    public static Objective With(Objective objective, Action<LossContext> met) => objective + new Objective(new Probe(met));

    /// <summary>The numbers of the rows of a batch of <see cref="TrainingSetup.Numbered"/> rows.</summary>
    public static int[] Rows(LossContext context) => RowsOf(context.Features, context.Rows);

    /// <summary>The first feature of each row.</summary>
    public static int[] RowsOf(ReadOnlySpan<float> features, int rows)
    {
        var numbers = new int[rows];
        for (int i = 0; i < rows; i++)
            numbers[i] = (int)features[i * (features.Length / rows)];
        return numbers;
    }
}

/// <summary>A loss whose value in validation is given for each epoch; in training it is 0 and has no gradient.</summary>
internal sealed class ScriptedLoss(float[] values) : ILoss
{
    public string Name => "scripted";

    public Tensor Compute(LossContext context) => context.Engine.IsTraining
        ? 0 * context.Engine.Sum(context.Embedding.Output)
        : context.Engine.Fill(Shape.Scalar, values[context.Epoch]);

    /// <summary>A cross-entropy too small to matter in validation, and the script.</summary>
    public static Objective With(params float[] values) => Objective.CrossEntropy(weight: 1e-6f) + new Objective(new ScriptedLoss(values));
}
