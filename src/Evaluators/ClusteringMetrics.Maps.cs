using System.Numerics.Tensors;
using Disentangle.ML.Tensors.Threading;

namespace Disentangle.ML.Evaluators;

public static partial class ClusteringMetrics
{
    /// <summary>
    /// The trustworthiness of a map (Venna and Kaski 2001): 1 - 2 / (N k (2N - 3k - 1)) Σ_i Σ_j max(0, r(i, j) - k), where j are the k
    /// nearest rows of i on the map and r(i, j) is the rank of j among the rows by their distance to i in the original space. 0 to 1, more
    /// is better: rows near each other on the map are near in the data. Time N² × coordinates.
    /// </summary>
    /// <param name="points">The coordinates in the original space, row after row.</param>
    /// <param name="map">The coordinates on the map, row after row.</param>
    /// <param name="rowCount">The number of rows, N.</param>
    /// <param name="neighbors">k, at least 1 and less than N / 2. Default 15.</param>
    /// <exception cref="ArgumentException">
    /// Rows differ in their number of coordinates; a coordinate is not finite; or there are too few rows.
    /// </exception>
    public static double Trustworthiness(ReadOnlyMemory<float> points, ReadOnlyMemory<float> map, int rowCount, int neighbors = 15)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbors, 1);
        if (rowCount / 2.0 <= neighbors)
        {
            throw new ArgumentException(
                $"{neighbors} neighbours need more than {2L * neighbors} rows; there are {rowCount}.", nameof(rowCount));
        }
        if (points.Length % rowCount != 0 || map.Length % rowCount != 0 || points.IsEmpty || map.IsEmpty)
        {
            throw new ArgumentException($"There are {points.Length} coordinates and {map.Length} on the map for {rowCount} rows; "
                + "every row must have the same number.", nameof(points));
        }
        RequireFinite(points.Span, rowCount, nameof(points));
        RequireFinite(map.Span, rowCount, nameof(map));
        var excess = new long[rowCount];
        ParallelBlocks.Run(rowCount, 0, CancellationToken.None, i =>
        {
            double[] original = Squares(points.Span, i, rowCount), mapped = Squares(map.Span, i, rowCount);
            int[] near = [.. Enumerable.Range(0, rowCount).Where(j => j != i)];
            Array.Sort([.. near.Select(j => mapped[j])], near);
            for (int n = 0; n < neighbors; n++)
            {
                int rank = 0, j = near[n];
                for (int other = 0; other < rowCount; other++)
                {
                    // Of equal distances the first row is the nearer.
                    if (other != i && (original[other] < original[j] || (original[other] == original[j] && other <= j)))
                        rank++;
                }
                excess[i] += Math.Max(0, rank - neighbors);
            }
        });
        return 1 - 2.0 * excess.Sum() / ((double)rowCount * neighbors * (2.0 * rowCount - 3 * neighbors - 1));
    }

    private static void RequireFinite(ReadOnlySpan<float> values, int rowCount, string name)
    {
        if (TensorPrimitives.IsFiniteAll(values))
            return;
        int at = 0;
        while (float.IsFinite(values[at]))
            at++;
        throw new ArgumentException(
            $"Row {at / (values.Length / rowCount)} (from 0) of {name} has a coordinate that is NaN or infinite.", name);
    }

    /// <summary>The squared distances of a row to all rows, in double precision, where no square of a Single overflows.</summary>
    private static double[] Squares(ReadOnlySpan<float> points, int row, int rowCount)
    {
        int width = points.Length / rowCount;
        double[] squares = new double[rowCount], own = new double[width], difference = new double[width];
        TensorPrimitives.ConvertChecked(points.Slice(row * width, width), own);
        for (int other = 0; other < rowCount; other++)
        {
            TensorPrimitives.ConvertChecked(points.Slice(other * width, width), difference);
            TensorPrimitives.Subtract(difference, own, difference);
            squares[other] = TensorPrimitives.SumOfSquares<double>(difference);
        }
        return squares;
    }
}
