using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Disentangle.ML.Evaluators;

/// <summary>Clusters within each class, numbered class after class.</summary>
/// <param name="Centroids">Of all clusters.</param>
/// <param name="Counts">The number of clusters of each class.</param>
/// <param name="Inertia">The sum of squared distances to the nearest centroid of the own class.</param>
internal sealed record ClassClusters(Centroids Centroids, int[] Counts, double Inertia)
{
    private readonly int[] _starts = Starts(Counts);

    /// <summary>Fits KMeans with restarts to the rows of each class.</summary>
    /// <param name="classes">The rows of each class.</param>
    /// <param name="counts">The number of clusters of each class, 0 for one without rows.</param>
    /// <param name="seeds">The first seed and how many there are, for each class.</param>
    /// <param name="configure">Changes other settings of KMeans, or null.</param>
    /// <param name="threads">The number of runs at the same time; 0 for one on every core.</param>
    /// <param name="cancellation">Looked at between runs.</param>
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

    /// <summary>Cuts rows by their class.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="labels">The class of each, from 0; -1 where it has none.</param>
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
    /// Shares a number of clusters out by the rows of the classes (Sainte-Laguë): a class with rows has at least one, and none more than
    /// different rows.
    /// </summary>
    /// <exception cref="InvalidDataException">There are fewer clusters than classes with rows, or more than different rows.</exception>
    public static int[] Share(int total, FeatureRows[] classes)
    {
        int[] most = [.. classes.Select(rows => rows.CountDistinct(total))];
        int[] counts = [.. most.Select(distinct => Math.Min(distinct, 1))];
        if (total < counts.Sum())
            throw new InvalidDataException($"{counts.Sum()} classes have rows and need one cluster each; {total} clusters are too few.");
        if (total > most.Sum())
        {
            throw new InvalidDataException(
                $"The classes have {classes.Sum(rows => rows.Count)} rows, {most.Sum()} of them different within their class; "
                + $"{total} clusters need at least as many.");
        }
        for (int left = total - counts.Sum(); left > 0; left--)
        {
            int next = Enumerable.Range(0, classes.Length).Where(c => counts[c] < most[c])
                .MaxBy(c => classes[c].Count / (2.0 * counts[c] + 1));
            counts[next]++;
        }
        return counts;
    }

    /// <summary>No more clusters in a class than it has different rows; a warning names classes that have fewer than asked for.</summary>
    /// <param name="counts">The number of clusters of each class.</param>
    /// <param name="classes">The rows of each class.</param>
    /// <param name="names">The names of the classes.</param>
    /// <param name="channel">Where the warning goes.</param>
    public static int[] Limit(int[] counts, FeatureRows[] classes, string[] names, IChannel channel)
    {
        int[] limited = [.. counts.Zip(classes, (count, rows) => rows.CountDistinct(count))];
        string[] fewer = [.. Enumerable.Range(0, counts.Length).Where(c => limited[c] < counts[c]).Select(c =>
            $"'{names[c]}' has {classes[c].Count} rows, {limited[c]} of them different, "
            + $"and gets {limited[c]} clusters instead of {counts[c]}")];
        if (fewer.Length > 0)
            channel.Warning(MessageSensitivity.None,
                $"There are classes with fewer different rows than clusters: {string.Join("; ", fewer)}.");
        return limited;
    }

    /// <summary>The nearest cluster of the class, by the distances to all; of all clusters where the class is -1 or has none.</summary>
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
