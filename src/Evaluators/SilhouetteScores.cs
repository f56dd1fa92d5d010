namespace Disentangle.ML.Evaluators;

/// <summary>
/// The silhouette s = (b - a) / max(a, b) of rows, -1 to 1, where a is the mean distance to the other rows of the same cluster and b the
/// least mean distance to the rows of another cluster (Rousseeuw 1987). 0 for the only row of a cluster.
/// </summary>
public sealed class SilhouetteScores
{
    internal SilhouetteScores(IReadOnlyList<int> rows, IReadOnlyList<double> values, IReadOnlyDictionary<int, double> clusters)
    {
        (Rows, Values, Clusters) = (rows, values, clusters);
        Mean = values.Average();
    }

    /// <summary>The mean over the rows, -1 to 1.</summary>
    public double Mean { get; }

    /// <summary>The scored rows, ascending: all rows, or the sample.</summary>
    public IReadOnlyList<int> Rows { get; }

    /// <summary>The silhouette of each of <see cref="Rows"/>, -1 to 1.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>The mean silhouette of each cluster by its value, -1 to 1.</summary>
    public IReadOnlyDictionary<int, double> Clusters { get; }
}
