using System.Text.Json.Nodes;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The transformer fitted by <see cref="KMeansWithinTrainer"/>. Adds <c>PredictedLabel</c>, a key of UInt32 over all clusters, numbered
/// class by class, with key values such as <c>died/2</c> (class, and cluster in the class counted from 1), and <c>Score</c>, a vector of
/// Single with the squared distance to every centroid. A row is assigned to the nearest cluster of its class; a row without a label, or of
/// a class without rows in training, to the nearest of all clusters.
/// </summary>
public sealed class KMeansWithinTransformer : FeatureTransformer
{
    internal const string Kind = "KMeansWithin";

    private readonly ClassLabels _labels;
    private readonly ClassClusters _clusters;

    internal KMeansWithinTransformer(string features, string label, ClassLabels labels, ClassClusters clusters)
        : base(new FeatureInput(features, Length: null, new InputShape(clusters.Centroids.Dimension, IsSequence: false))
        {
            Label = new(label, labels),
        },
        [
            FeatureOutput.Class(KMeansWithinTrainer.PredictedLabelColumnName, ClassLabels.Texts(Names(labels, clusters.Counts))),
            FeatureOutput.Vector(KMeansWithinTrainer.ScoreColumnName, clusters.Centroids.Count),
        ])
    {
        (_labels, _clusters) = (labels, clusters);
        ClusterNames = [.. Names(labels, clusters.Counts)];
        ClustersPerClass = labels.Names.Zip(clusters.Counts).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    /// <summary>The name of the class column.</summary>
    public string LabelColumnName => Input.Label!.Name;

    /// <summary>The key values of the clusters, in order.</summary>
    public IReadOnlyList<string> ClusterNames { get; }

    /// <summary>The number of clusters in each class, by class name; 0 for a class without rows.</summary>
    public IReadOnlyDictionary<string, int> ClustersPerClass { get; }

    /// <summary>The sum over the fitted rows of the squared distance to the nearest centroid of their class.</summary>
    public double Inertia => _clusters.Inertia;

    /// <summary>The centroid of a cluster.</summary>
    /// <param name="cluster">The index of the cluster, from 0.</param>
    public double[] Centroid(int cluster)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cluster);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cluster, ClusterNames.Count);
        return _clusters.Centroids[cluster].ToArray();
    }

    internal override RowSession Open(int capacity, int threads)
    {
        var squares = new double[_clusters.Centroids.Count];
        var buffer = new double[_clusters.Centroids.Dimension];
        return new RowSession(this, capacity, rows => Assign(rows, squares, buffer));
    }

    internal override SavedModel Save() => new(Kind, new JsonObject
    {
        ["features"] = InputColumnName,
        ["label"] = LabelColumnName,
        ["labels"] = _labels.ToJson(),
        ["counts"] = ModelJson.Write(_clusters.Counts),
        ["inertia"] = Inertia,
    }, [SavedArray.Of("centroids", [_clusters.Centroids.Count, _clusters.Centroids.Dimension], _clusters.Centroids.Values)]);

    internal static KMeansWithinTransformer Read(SavedModel saved)
    {
        ClassLabels labels = ClassLabels.FromJson(saved.Setting<JsonObject>("labels"));
        var counts = saved.Setting<int[]>("counts");
        long clusters = counts.Sum(count => (long)count);
        if (saved.Arrays is not [{ Shape: [_, >= 1 and var dimension] }] || counts.Length != labels.Count
            || counts.Any(count => count < 0) || clusters < 1)
            throw new InvalidDataException(
                $"The model is damaged: {clusters} clusters of {counts.Length} classes do not match its {labels.Count} labels.");
        var centroids = new Centroids(saved.Doubles(0, "centroids", clusters * dimension), dimension);
        return new KMeansWithinTransformer(saved.Setting<string>("features"), saved.Setting<string>("label"), labels,
            new ClassClusters(centroids, counts, saved.Setting<double>("inertia")));
    }

    private static IEnumerable<string> Names(ClassLabels labels, int[] counts) =>
        labels.Names.Zip(counts).SelectMany(pair => Enumerable.Range(1, pair.Second)
            .Select(number => FormattableString.Invariant($"{pair.First}/{number}")));

    private void Assign(RowSession rows, double[] squares, double[] buffer)
    {
        Span<float> scores = rows.Vectors(KMeansWithinTrainer.ScoreColumnName);
        for (int row = 0; row < rows.Batch.Count; row++)
        {
            _clusters.Centroids.SquaredDistances(rows.Batch.Values.Slice(row * buffer.Length, buffer.Length), squares, buffer);
            rows.SetClass(row, _clusters.Nearest(rows.Batch.Labels[row], squares));
            for (int cluster = 0; cluster < squares.Length; cluster++)
                scores[row * squares.Length + cluster] = (float)squares[cluster];
        }
    }
}
