using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Disentangle.ML.Evaluators;

/// <summary>Clusters within each class, numbered class by class.</summary>
/// <param name="Centroids">The centroids of all clusters.</param>
/// <param name="Counts">The number of clusters of each class.</param>
/// <param name="Inertia">The sum of squared distances to the nearest centroid of the row's class.</param>
internal sealed record ClassClusters(Centroids Centroids, int[] Counts, double Inertia)
{
    private readonly int[] _starts = Starts(Counts);

    /// <summary>Fits KMeans with restarts to the rows of each class.</summary>
    /// <param name="classes">The rows of each class.</param>
    /// <param name="counts">The number of clusters of each class; 0 for a class without rows.</param>
    /// <param name="seeds">The first seed and the number of seeds for each class.</param>
    /// <param name="configure">Changes other options of KMeans; null for none.</param>
    /// <param name="threads">The maximum number of concurrent runs; 0 for the number of cores.</param>
    /// <param name="cancellation">Cancels between runs.</param>
    public static ClassClusters Fit(
        FeatureRows[] classes,
        int[] counts,
        (int, int) seeds,
        Action<KMeansTrainer.Options>? configure,
        int threads,
        CancellationToken cancellation)
    {
        KMeansFit[] fits = [.. classes.Zip(counts).Where(pair => pair.Second > 0).Select(pair =>
            KMeansRuns.Least(pair.First, "Features", pair.Second, seeds, configure, threads, cancellation).Best)];
        return new(Centroids.Join(fits.Select(fit => fit.Centroids), classes[0].Dimension), counts, fits.Sum(fit => fit.Inertia));
    }

    /// <summary>Splits rows by class.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="labels">The class of each row, from 0; -1 for none.</param>
    /// <param name="count">The number of classes.</param>
    public static FeatureRows[] Cut(FeatureRows rows, int[] labels, int count)
    {
        var members = new List<int>[count];
        for (int c = 0; c < count; c++)
            members[c] = [];
        for (int row = 0; row < labels.Length; row++)
        {
            if (labels[row] >= 0)
                members[labels[row]].Add(row);
        }
        return [.. members.Select(rows.Select)];
    }

    /// <summary>
    /// Allocates clusters to classes in proportion to their rows (Sainte-Laguë method): at least one cluster per class with rows, and at
    /// most one per distinct row.
    /// </summary>
    /// <exception cref="InvalidDataException">There are fewer clusters than classes with rows, or more than distinct rows.</exception>
    public static int[] Share(int total, FeatureRows[] classes)
    {
        int[] most = [.. classes.Select(rows => rows.CountDistinct(total))];
        int[] counts = [.. most.Select(distinct => Math.Min(distinct, 1))];
        if (total < counts.Sum())
            throw new InvalidDataException($"{counts.Sum()} classes need one cluster each; {total} clusters are too few.");
        if (total > most.Sum())
        {
            throw new InvalidDataException(
                $"The classes have {classes.Sum(rows => rows.Count)} rows, {most.Sum()} of them distinct within their class; "
                + $"{total} clusters need at least {total} distinct rows.");
        }
        for (int left = total - counts.Sum(); left > 0; left--)
        {
            int next = Enumerable.Range(0, classes.Length).Where(c => counts[c] < most[c])
                .MaxBy(c => classes[c].Count / (2.0 * counts[c] + 1));
            counts[next]++;
        }
        return counts;
    }

    /// <summary>
    /// Limits the clusters of each class to its number of distinct rows, with a warning that names the classes affected.
    /// </summary>
    /// <param name="counts">The number of clusters of each class.</param>
    /// <param name="classes">The rows of each class.</param>
    /// <param name="names">The names of the classes.</param>
    /// <param name="channel">Receives the warning.</param>
    public static int[] Limit(int[] counts, FeatureRows[] classes, string[] names, IChannel channel)
    {
        int[] limited = [.. counts.Zip(classes, (count, rows) => rows.CountDistinct(count))];
        string[] fewer = [.. Enumerable.Range(0, counts.Length).Where(c => limited[c] < counts[c]).Select(c =>
            $"'{names[c]}' has {classes[c].Count} rows, {limited[c]} of them distinct, "
            + $"and gets {limited[c]} clusters instead of {counts[c]}")];
        if (fewer.Length > 0)
            channel.Warning(MessageSensitivity.None,
                $"Some classes have fewer distinct rows than clusters: {string.Join("; ", fewer)}.");
        return limited;
    }

    /// <summary>
    /// The nearest cluster of a class, given the distances to all clusters; the nearest of all clusters if the class is -1 or has no
    /// clusters.
    /// </summary>
    public int Nearest(int label, ReadOnlySpan<double> squares)
    {
        bool known = label >= 0 && Counts[label] > 0;
        (int start, int end) = known ? (_starts[label], _starts[label + 1]) : (0, squares.Length);
        int nearest = start;
        for (int cluster = start + 1; cluster < end; cluster++)
        {
            if (squares[cluster] < squares[nearest])
                nearest = cluster;
        }
        return nearest;
    }

    /// <summary>The cluster of every row.</summary>
    public int[] Assign(FeatureRows rows, int[] labels)
    {
        double[] squares = new double[Centroids.Count], buffer = new double[rows.Dimension];
        var clusters = new int[rows.Count];
        for (int row = 0; row < clusters.Length; row++)
        {
            Centroids.SquaredDistances(rows[row], squares, buffer);
            clusters[row] = Nearest(labels[row], squares);
        }
        return clusters;
    }

    private static int[] Starts(int[] counts)
    {
        var starts = new int[counts.Length + 1];
        for (int c = 0; c < counts.Length; c++)
            starts[c + 1] = starts[c] + counts[c];
        return starts;
    }
}
