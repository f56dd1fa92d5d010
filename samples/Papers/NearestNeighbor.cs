using System.Numerics.Tensors;
using Disentangle.ML.Tensors;

namespace Papers;

/// <summary>
/// The nearest-neighbour classifier: a test row gets the most frequent label of the k nearest training rows; of equally frequent ones, that
/// of the nearest row.
/// </summary>
internal static class NearestNeighbor
{
    private const int Block = 500;

    public static double Accuracy(Digits digits, int neighbors)
    {
        int size = digits.Train[0].Pixels.Length, rows = digits.Train.Length;
        float[] train = [.. digits.Train.SelectMany(digit => digit.Pixels)];
        float[] halfSquares = [.. digits.Train.Select(digit => TensorPrimitives.SumOfSquares<float>(digit.Pixels) / 2)];
        var products = new float[Block * rows];
        int right = 0;
        foreach (Digit[] block in digits.Test.Chunk(Block))
        {
            float[] test = [.. block.SelectMany(digit => digit.Pixels)];
            MatrixMultiply.Run(test, false, train, true, products.AsSpan(0, block.Length * rows), block.Length, rows, size, false, 0);
            for (int i = 0; i < block.Length; i++)
            {
                // Minimising |x - y|² is maximising x·y - |y|²/2.
                Span<float> closeness = products.AsSpan(i * rows, rows);
                TensorPrimitives.Subtract(closeness, halfSquares, closeness);
                if (Vote(closeness, digits.Train, neighbors) == block[i].Label)
                    right++;
            }
        }
        return right / (double)digits.Test.Length;
    }

    private static float Vote(Span<float> closeness, Digit[] train, int neighbors)
    {
        var labels = new List<float>(neighbors);
        while (labels.Count < Math.Min(neighbors, train.Length))
        {
            int nearest = TensorPrimitives.IndexOfMax<float>(closeness);
            labels.Add(train[nearest].Label);
            closeness[nearest] = float.NegativeInfinity;
        }
        // Groups are in the order of their first row and MaxBy takes the first of equals.
        return labels.GroupBy(label => label).MaxBy(group => group.Count())!.Key;
    }
}
