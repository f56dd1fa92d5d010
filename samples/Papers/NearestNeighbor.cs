using System.Numerics.Tensors;
using Disentangle.ML.Tensors;

namespace Papers;

/// <summary>The nearest-neighbour classifier: a test row gets the label of the nearest training row.</summary>
internal static class NearestNeighbor
{
    private const int Block = 500;

    public static double Accuracy(Digits digits)
    {
        int size = digits.Train[0].Pixels.Length, rows = digits.Train.Length;
        float[] train = [.. digits.Train.SelectMany(digit => digit.Pixels)];
        float[] halfSquares = [.. digits.Train.Select(digit => TensorPrimitives.SumOfSquares<float>(digit.Pixels) / 2)];
        var products = new float[Block * rows];
        int right = 0;
        foreach (Digit[] block in digits.Test.Chunk(Block))
        {
            float[] test = [.. block.SelectMany(digit => digit.Pixels)];
            MatrixMultiply.Run(test, false, train, true, products, block.Length, rows, size, false, 0);
            for (int i = 0; i < block.Length; i++)
            {
                // Minimising |x - y|² is maximising x·y - |y|²/2.
                Span<float> closeness = products.AsSpan(i * rows, rows);
                TensorPrimitives.Subtract(closeness, halfSquares, closeness);
                if (digits.Train[TensorPrimitives.IndexOfMax<float>(closeness)].Label == block[i].Label)
                    right++;
            }
        }
        return right / (double)digits.Test.Length;
    }
}
