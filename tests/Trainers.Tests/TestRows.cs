using Disentangle.ML.Trainers;

namespace Disentangle.ML.Tests;

/// <summary>Small data that a network can learn.</summary>
internal static class TestRows
{
    /// <summary>Gaussian blobs on the corners of a cube, one a class, in turn; every fifth row has no label if asked for.</summary>
    public static RowStore Blobs(int rows, int classes = 2, int width = 8, int seed = 1, bool unlabelled = false)
    {
        var random = new Random(seed);
        var store = new RowStore();
        for (int i = 0; i < rows; i++)
        {
            int label = i % classes;
            Span<float> features = store.Add(unlabelled && i % 5 == 4 ? -1 : label, width);
            for (int j = 0; j < width; j++)
                features[j] = (j % classes == label ? 2 : 0) + random.NextSingle() - 0.5f;
        }
        return store;
    }
}
