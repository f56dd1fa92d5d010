using System.Numerics.Tensors;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Squared distances as one product: (-2 (q-m), 1)·(c-m, |c-m|²) = |q-c|² - |q-m|², which orders the candidates c of a row q by distance.
/// An origin m near the rows keeps rounding errors small.
/// </summary>
internal static class DistanceProduct
{
    /// <summary>The length of a side for rows of a width.</summary>
    public static int Depth(int width) => width + 1;

    /// <summary>Writes the left side of a row.</summary>
    public static void Left(ReadOnlySpan<float> row, ReadOnlySpan<float> origin, Span<float> side)
    {
        TensorPrimitives.Subtract(row, origin, side);
        TensorPrimitives.Multiply(side[..^1], -2, side);
        side[^1] = 1;
    }

    /// <summary>Writes the right side of a row.</summary>
    public static void Right(ReadOnlySpan<float> row, ReadOnlySpan<float> origin, Span<float> side)
    {
        TensorPrimitives.Subtract(row, origin, side);
        side[^1] = TensorPrimitives.SumOfSquares<float>(side[..^1]);
    }

    /// <summary>Multiplies all left sides by all right sides on this thread: [left x right].</summary>
    public static void Multiply(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int depth, Span<float> product) =>
        MatrixMultiply.Run(left, false, right, true, product, left.Length / depth, right.Length / depth, depth, threads: 1);
}
