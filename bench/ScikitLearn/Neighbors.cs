using System.Numerics.Tensors;
using Disentangle.ML.Trainers;

/// <summary>The 15 nearest neighbours of every row, and 50 principal components.</summary>
internal static class Neighbors
{
    private const int Count = 15, Components = 50;

    public static void AddTo(Cases cases, int threads, bool alone)
    {
        foreach ((int rows, int width) in new[] { (2_000, 20), (10_000, 50) })
        {
            float[] values = Clouds(rows, width);
            cases.Save($"{rows}x{width}", values);
            var settings = new NeighborGraphSettings { Neighbors = Count, Mutual = false, Threads = threads };
            cases.Add($"exact-{rows}x{width}", () => MeanDistance(values, width, NeighborGraph.Build(values, width, default, settings)));
        }
        float[] wide = Clouds(5_000, 784);
        cases.Save("5000x784", wide);
        cases.Add("components-5000x784", () => PrincipalComponents.Fit(wide, 784, Components, threads: threads).ExplainedVariances.Sum());
        if (!alone)
            return;
        // scikit-learn takes too long for these: the whole graph, including the principal components.
        var whole = new NeighborGraphSettings { Neighbors = Count, Threads = threads };
        float[] many = Clouds(1_000_000, 64), images = Clouds(60_000, 784);
        int[] labels = [.. Enumerable.Range(0, 60_000).Select(row => row / 10 % 2)];
        cases.Add("graph-60000x784", () => MeanDistance(images, 784, NeighborGraph.Build(images, 784, labels, whole)));
        cases.Add("graph-1000000x64", () => MeanDistance(many, 64, NeighborGraph.Build(many, 64, default, whole)));
    }

    /// <summary>Ten clouds, each spread along ten directions of its own, with a little noise in all.</summary>
    private static float[] Clouds(int rows, int width)
    {
        const int clouds = 10, directions = 10;
        var random = new Random(1);
        float[] centers = Uniform(clouds * width), spread = Uniform(clouds * directions * width), values = new float[rows * width];
        for (int row = 0; row < rows; row++)
        {
            int cloud = row % clouds;
            Span<float> own = values.AsSpan(row * width, width);
            for (int f = 0; f < width; f++)
                own[f] = centers[cloud * width + f] + 0.1f * random.NextSingle();
            for (int d = 0; d < directions; d++)
                TensorPrimitives.MultiplyAdd(spread.AsSpan((cloud * directions + d) * width, width), random.NextSingle() - 0.5f, own, own);
        }
        return values;

        float[] Uniform(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    private static double MeanDistance(float[] values, int width, NeighborGraph graph) => Enumerable.Range(0, graph.Rows).Average(row =>
        TensorPrimitives.Distance<float>(values.AsSpan(row * width, width), values.AsSpan(graph.Of(row)[^1] * width, width)));
}
