using System.Numerics;
using System.Numerics.Tensors;

namespace Disentangle.ML.Evaluators;

public static partial class ClusteringMetrics
{
    /// <summary>
    /// The silhouette of each row, of each cluster and on average, -1 to 1: near 1 for compact clusters far apart, near 0 for touching
    /// ones, negative for rows nearer to another cluster (Rousseeuw 1987). Time N² × coordinates, memory N × coordinates; of more than
    /// 20,000 rows a sample of 20,000 is scored, unless <see cref="SilhouetteOptions.SampleSize"/> is set.
    /// </summary>
    /// <typeparam name="T">
    /// The type of a coordinate, such as <see cref="float"/> or <see cref="double"/>; computation is in double precision.
    /// </typeparam>
    /// <param name="points">The coordinates of all rows, concatenated.</param>
    /// <param name="clusters">The cluster of each row, any integers.</param>
    /// <param name="options">The options. Default null: the defaults of <see cref="SilhouetteOptions"/>.</param>
    /// <exception cref="ArgumentException">
    /// There are no rows; rows differ in their number of coordinates; a coordinate is not finite; an option is invalid; or the rows (or
    /// the sample) do not have 2 to N - 1 clusters.
    /// </exception>
    public static SilhouetteScores Silhouette<T>(ReadOnlySpan<T> points, ReadOnlySpan<int> clusters, SilhouetteOptions? options = null)
        where T : struct, INumberBase<T>
    {
        options ??= new();
        ClusteredPoints set = SilhouettePoints(points, clusters, options);
        ThrowUnlessComparable(set);
        return Evaluators.Silhouette.Compute(set, options.Distance, options.Threads);
    }

    /// <summary>
    /// The mean over clusters of the greatest (S_i + S_j) / M_ij, where S is the mean distance to the centroid and M the distance between
    /// centroids; 0 or more, lower is better (Davies and Bouldin 1979). Clusters with the same centroid are not compared.
    /// </summary>
    /// <typeparam name="T">The type of a coordinate; computation is in double precision.</typeparam>
    /// <param name="points">The coordinates of all rows, concatenated.</param>
    /// <param name="clusters">The cluster of each row, any integers.</param>
    /// <exception cref="ArgumentException">
    /// There are no rows; rows differ in their number of coordinates; a coordinate is not finite; or there are not 2 to N - 1 clusters.
    /// </exception>
    public static double DaviesBouldin<T>(ReadOnlySpan<T> points, ReadOnlySpan<int> clusters)
        where T : struct, INumberBase<T>
    {
        var set = ClusteredPoints.Create(points, clusters).Centre();
        ThrowUnlessComparable(set);
        return DaviesBouldin(set);
    }

    /// <summary>
    /// [B / (k - 1)] / [W / (N - k)], where B = Σ n_c |centroid - mean|² and W is the <see cref="Inertia"/>; 0 or more, higher is better
    /// (Caliński and Harabasz 1974). 1 if W is 0, as in scikit-learn.
    /// </summary>
    /// <inheritdoc cref="DaviesBouldin{T}(ReadOnlySpan{T}, ReadOnlySpan{int})"/>
    public static double CalinskiHarabasz<T>(ReadOnlySpan<T> points, ReadOnlySpan<int> clusters)
        where T : struct, INumberBase<T>
    {
        var set = ClusteredPoints.Create(points, clusters).Centre();
        ThrowUnlessComparable(set);
        return CalinskiHarabasz(set);
    }

    /// <summary>
    /// The sum of |x - centroid of its cluster|², which k-means minimises; 0 or more, lower is better for the same points and number of
    /// clusters.
    /// </summary>
    /// <typeparam name="T">The type of a coordinate; computation is in double precision.</typeparam>
    /// <param name="points">The coordinates of all rows, concatenated.</param>
    /// <param name="clusters">The cluster of each row, any integers.</param>
    /// <exception cref="ArgumentException">
    /// There are no rows; rows differ in their number of coordinates; or a coordinate is not finite.
    /// </exception>
    public static double Inertia<T>(ReadOnlySpan<T> points, ReadOnlySpan<int> clusters)
        where T : struct, INumberBase<T> => Inertia(ClusteredPoints.Create(points, clusters).Centre());

    /// <summary>The points of the sample, prepared for <see cref="Evaluators.Silhouette"/>.</summary>
    internal static ClusteredPoints SilhouettePoints<T>(ReadOnlySpan<T> points, ReadOnlySpan<int> clusters, SilhouetteOptions options)
        where T : struct, INumberBase<T>
    {
        options.Validate();
        int[]? sample = RowSample.Draw(clusters.Length, options.SampleSize ?? SilhouetteOptions.DefaultSampleSize, options.Seed);
        ClusteredPoints set = ClusteredPoints.Create(points, clusters, sample);
        return options.Distance == SilhouetteDistance.Cosine ? set.Normalise() : set.Centre();
    }

    internal static double DaviesBouldin(ClusteredPoints points)
    {
        double[] centroids = points.Centroids();
        double[] spread = points.Scatter(centroids, squared: false);
        for (int c = 0; c < spread.Length; c++)
            spread[c] /= points.SizeOf(c);

        double sum = 0;
        for (int i = 0; i < spread.Length; i++)
        {
            double worst = 0;
            for (int j = 0; j < spread.Length; j++)
            {
                double distance = i == j ? 0 : TensorPrimitives.Distance<double>(Centroid(i), Centroid(j));
                if (distance > 0)
                    worst = Math.Max(worst, (spread[i] + spread[j]) / distance);
            }
            sum += worst;
        }
        return sum / spread.Length;

        ReadOnlySpan<double> Centroid(int c) => centroids.AsSpan(c * points.Dimension, points.Dimension);
    }

    /// <param name="points">Centred points.</param>
    internal static double CalinskiHarabasz(ClusteredPoints points)
    {
        double[] centroids = points.Centroids();
        double within = TensorPrimitives.Sum<double>(points.Scatter(centroids, squared: true)), between = 0;
        for (int c = 0; c < points.ClusterCount; c++)
            between += points.SizeOf(c) * TensorPrimitives.SumOfSquares<double>(centroids.AsSpan(c * points.Dimension, points.Dimension));
        return within == 0 ? 1 : between * (points.Count - points.ClusterCount) / (within * (points.ClusterCount - 1));
    }

    /// <param name="points">Centred points.</param>
    internal static double Inertia(ClusteredPoints points) =>
        Math.ScaleB(TensorPrimitives.Sum<double>(points.Scatter(points.Centroids(), squared: true)), 2 * points.Exponent);

    /// <summary>Whether scores that compare clusters are defined: there are at least two clusters, and one of them has two rows.</summary>
    internal static bool AreComparable(ClusteredPoints points) => points.ClusterCount >= 2 && points.ClusterCount < points.Count;

    private static void ThrowUnlessComparable(ClusteredPoints points)
    {
        if (AreComparable(points))
            return;
        throw new ArgumentException(points.Count < 3
            ? $"There are {points.Count} rows to score; the score needs at least 3 rows in 2 clusters."
            : $"The {points.Count} rows to score lie in {points.ClusterCount} clusters; the score needs 2 to {points.Count - 1} clusters.",
                "clusters");
    }
}
