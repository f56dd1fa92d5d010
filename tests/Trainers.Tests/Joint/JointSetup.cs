namespace Disentangle.ML.Trainers.Tests.Joint;

/// <summary>Two small sets of images with the same three classes, and networks for them.</summary>
internal static class JointSetup
{
    public const int Classes = 3;

    /// <summary>6 x 6 pixels of two channels, and 4 x 4 of one.</summary>
    public static readonly JointTrainingOptions Small = new()
    {
        Primary = new() { Image = new(6, 6, 2), Convolutions = [new(6, Pool: 2), new(4)], Style = 3, Content = 4 },
        Auxiliary = new() { Image = new(4, 4), Convolutions = [new(5, Pool: 2)], Style = 2, Content = 4 },
        ClassifierHidden = [12, 12],
        ClassifierDropout = 0.2f,
        Epochs = 4,
        BatchSize = 16,
        LearningRate = 0.01f,
        Seed = 3,
        Threads = 1,
    };

    /// <summary>
    /// A bright bar on a noisy ground; its place is the class, in turn. On the primary images it lies across, in one channel or the other,
    /// on the auxiliary it stands.
    /// </summary>
    public static RowStore Images(JointSide side, int rows, int seed = 1, Func<int, int>? label = null)
    {
        ImageSize size = Small.Network(side).Image;
        var random = new Random(seed);
        var store = new RowStore();
        for (int i = 0; i < rows; i++)
        {
            int kind = i % Classes, channel = random.Next(size.Channels);
            Span<float> pixels = store.Add(label?.Invoke(i) ?? kind, size.Length);
            for (int j = 0; j < pixels.Length; j++)
            {
                int x = j / size.Channels % size.Width, y = j / size.Channels / size.Width;
                bool bright = (side == JointSide.Primary ? y : x) * Classes / size.Width == kind && j % size.Channels == channel;
                pixels[j] = (bright ? 0.7f : 0) + 0.3f * random.NextSingle();
            }
        }
        return store;
    }

    public static JointTrainingData Data(int primary = 15, int auxiliary = 48) =>
        new(Images(JointSide.Primary, primary), Images(JointSide.Auxiliary, auxiliary), Classes);

    public static float[][] Weights(this JointTrainingResult result) =>
        [.. result.Model.Parameters.Select(parameter => parameter.Value.ToArray())];

    public static double Accuracy(JointAutoencoder model, JointSide side, RowStore rows)
    {
        using var session = new JointEncoderSession(model, side);
        RowBatch batch = Batch(rows);
        var contents = new float[rows.Count * model.ContentSize];
        var probabilities = new float[rows.Count * model.ClassCount];
        session.Encode(batch, contents, probabilities);
        return Enumerable.Range(0, rows.Count).Average(row =>
            System.Numerics.Tensors.TensorPrimitives.IndexOfMax(probabilities.AsSpan(row * Classes, Classes)) == rows.Label(row) ? 1.0 : 0);
    }

    public static RowBatch Batch(RowStore rows)
    {
        var batch = new RowBatch(new InputShape(rows.Features(0).Length, IsSequence: false));
        for (int row = 0; row < rows.Count; row++)
            batch.Add(rows.Features(row), rows.Label(row));
        return batch;
    }
}
