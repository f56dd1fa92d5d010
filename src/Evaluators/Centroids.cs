using System.Numerics.Tensors;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// The centroids of clusters. Distances to them are computed in double precision, which keeps them accurate far from the origin.
/// </summary>
internal sealed class Centroids(double[] values, int dimension)
{
    public double[] Values => values;

    public int Dimension => dimension;

    public int Count => values.Length / dimension;

    public ReadOnlySpan<double> this[int cluster] => values.AsSpan(cluster * dimension, dimension);

    /// <summary>Concatenates centroids.</summary>
    public static Centroids Join(IEnumerable<Centroids> parts, int dimension) =>
        new([.. parts.SelectMany(part => part.Values)], dimension);

    /// <summary>|x - centroid|² for every centroid.</summary>
    /// <param name="row">x.</param>
    /// <param name="squares">Receives one value per cluster.</param>
    /// <param name="buffer">Scratch for one row.</param>
    public void SquaredDistances(ReadOnlySpan<float> row, Span<double> squares, Span<double> buffer)
    {
        TensorPrimitives.ConvertChecked(row, buffer);
        for (int cluster = 0; cluster < squares.Length; cluster++)
        {
            double distance = TensorPrimitives.Distance(buffer, this[cluster]);
            squares[cluster] = distance * distance;
        }
    }

    /// <summary>The nearest cluster of every row (the first one in a tie), and the sum of squared distances to it.</summary>
    public (int[] Clusters, double Inertia) Assign(FeatureRows rows)
    {
        var clusters = new int[rows.Count];
        double[] squares = new double[Count], buffer = new double[dimension];
        double inertia = 0;
        for (int row = 0; row < clusters.Length; row++)
        {
            SquaredDistances(rows[row], squares, buffer);
            clusters[row] = TensorPrimitives.IndexOfMin<double>(squares);
            inertia += squares[clusters[row]];
        }
        return (clusters, inertia);
    }
}
