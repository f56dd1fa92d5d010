using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// Clusters the raw, standardised and PCA features and the embedding of training rows, and scores the clusters of test rows.
/// </summary>
internal sealed class BaselineEvaluator
{
    private static readonly string[] LabelScores =
    [
        nameof(ClusteringQuality.AdjustedMutualInformation), nameof(ClusteringQuality.AdjustedMutualInformationMax),
        nameof(ClusteringQuality.AdjustedRandIndex), nameof(ClusteringQuality.NormalizedMutualInformation),
        nameof(ClusteringQuality.HungarianAccuracy),
    ];

    private readonly BaselineOptions _options;
    private readonly int _clusters;
    private readonly string? _labelName;
    private readonly LabelList? _labels;
    private readonly int[]? _trainGroups;
    private readonly int[]? _testGroups;
    private readonly int _groupCount;
    private readonly IChannel _channel;
    private readonly List<BaselineResult> _results = [];

    private BaselineEvaluator(
        IDataView train,
        IDataView test,
        string? labelColumnName,
        string? groupColumnName,
        int numberOfClusters,
        BaselineOptions options,
        IChannel channel)
    {
        (_options, _clusters, _labelName, _channel) = (options, numberOfClusters, labelColumnName, channel);
        _labels = labelColumnName is null ? null : LabelList.Read(test, labelColumnName);
        if (groupColumnName is not null)
        {
            LabelList trained = LabelList.Read(train, groupColumnName), tested = LabelList.Read(test, groupColumnName);
            (_trainGroups, _groupCount) = (trained.Labels, trained.Names.Length);
            if (_groupCount == 0)
            {
                throw new InvalidDataException(
                    $"No training row has a class: column '{groupColumnName}' is missing in all {trained.Labels.Length} rows.");
            }
            int[] known = [.. tested.Names.Select(name => Array.IndexOf(trained.Names, name))];
            _testGroups = [.. tested.Labels.Select(label => label < 0 ? label : known[label])];
        }
    }

    public static BaselineComparison Compare(
        IDataView train,
        IDataView test,
        string featureColumnName,
        string embeddingColumnName,
        string? labelColumnName,
        string? groupColumnName,
        int numberOfClusters,
        BaselineOptions options,
        IChannel channel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfClusters, 2);
        options.Validate();
        if (labelColumnName is null && options.Runs < 2)
        {
            throw new ArgumentException(
                "Runs is 1; without labels it must be at least 2, because stability is the agreement between runs.");
        }
        foreach (string name in new[] { featureColumnName, embeddingColumnName })
        {
            ClusteringEvaluator.VectorColumn(train, name);
            ClusteringEvaluator.VectorColumn(test, name);
        }
        var evaluator = new BaselineEvaluator(train, test, labelColumnName, groupColumnName, numberOfClusters, options, channel);
        (FeatureRows Train, FeatureRows Test) raw = Read(featureColumnName);
        evaluator.Add("raw features", raw.Train, raw.Test);
        double[] mean = raw.Train.Mean();
        double[] scale = [.. raw.Train.Variance(mean).Select(variance => variance > 0 ? 1 / Math.Sqrt(variance) : 0)];
        evaluator.Add("standardised features", raw.Train.Scale(mean, scale), raw.Test.Scale(mean, scale));
        PrincipalComponents components = PrincipalComponents.Of(
            raw.Train, Math.Min(options.PrincipalComponents, (raw.Train.Dimension + 1) / 2), options.Seed);
        evaluator.Add(components.Count == 1 ? "1 principal component" : $"{components.Count} principal components",
            components.Project(raw.Train), components.Project(raw.Test));
        (FeatureRows Train, FeatureRows Test) embedding = Read(embeddingColumnName);
        evaluator.Add(BaselineComparison.EmbeddingName, embedding.Train, embedding.Test);
        BaselineResult[] results = [.. evaluator._results.OrderBy(result => result.WithinClasses)];
        return new(results, options.Runs, options.Restarts, raw.Test.Count, numberOfClusters, groupColumnName);

        (FeatureRows Train, FeatureRows Test) Read(string name)
        {
            (FeatureRows Train, FeatureRows Test) rows =
                (FeatureRows.Read(train, name, options.CancellationToken), FeatureRows.Read(test, name, options.CancellationToken));
            rows.Test.RequireDimension(rows.Train.Dimension, name);
            return rows;
        }
    }

    private void Add(string name, FeatureRows train, FeatureRows test)
    {
        int distinct = train.CountDistinct(_clusters);
        if (distinct < _clusters)
        {
            throw new InvalidDataException(
                $"{char.ToUpperInvariant(name[0])}{name[1..]}: the training data have {train.Count} rows, {distinct} of them distinct; "
                + $"{_clusters} clusters need at least {_clusters} distinct rows.");
        }
        Add(name, within: false, test, seeds =>
            KMeansRuns.Least(train, "Features", _clusters, seeds, configure: null, _options.Threads, _options.CancellationToken)
                .Best.Centroids.Assign(test).Clusters);
        if (_trainGroups is null)
            return;
        FeatureRows[] classes = ClassClusters.Cut(train, _trainGroups, _groupCount);
        int[] counts = ClassClusters.Share(_clusters, classes);
        Add(name, within: true, test, seeds =>
            ClassClusters.Fit(classes, counts, seeds, configure: null, _options.Threads, _options.CancellationToken)
                .Assign(test, _testGroups!));
    }

    private void Add(string name, bool within, FeatureRows test, Func<(int, int), int[]> cluster)
    {
        int[][] runs = [.. Enumerable.Range(0, _options.Runs)
            .Select(run => cluster((unchecked(_options.Seed + run * _options.Restarts), _options.Restarts)))];
        var scores = new Dictionary<string, ScoreSummary>();
        if (_labels is { } labels)
        {
            var labelled = new LabelledRows(test, labels);
            ClusteringQuality[] qualities = [.. runs.Select(clusters => labelled.Score(clusters, _labelName!, silhouette: null))];
            foreach (ClusteringScore score in LabelScores.Select(ClusteringScore.Named))
                scores.Add(score.Name, ScoreSummary.Of([.. qualities.Select(quality => score.Value(quality)!.Value)]));
        }
        double[]? stability = runs.Length < 2 ? null : Stabilities(runs);
        if (stability is not null)
            scores.Add(BaselineComparison.Stability, ScoreSummary.Of(stability));
        if (_testGroups is not null && !within && _testGroups.Any(group => group >= 0))
        {
            double[] purity = [.. runs.Select(Purity)];
            scores.Add(BaselineComparison.GroupPurity, ScoreSummary.Of(purity));
            if (stability is not null)
                scores.Add(BaselineComparison.StabilityTimesPurity, ScoreSummary.Of([.. stability.Zip(purity, (x, y) => x * y)]));
        }
        if (_options.Silhouette is not null || _labels is null)
        {
            SilhouetteOptions options = _options.Silhouette ?? new() { SampleSize = Math.Min(2_000, test.Count) };
            double[] silhouettes = [.. runs.Select(clusters => Separation.Of(test.Values, clusters, options).Silhouette?.Mean)
                .OfType<double>()];
            if (silhouettes.Length == runs.Length)
                scores.Add(nameof(ClusteringQuality.Silhouette), ScoreSummary.Of(silhouettes));
        }
        _results.Add(new(name, within, test.Dimension, scores));
        _channel.Info(MessageSensitivity.None, $"Clustered {name}{(within ? " within classes" : "")}.");
    }

    /// <summary>The mean AMI between the clusters of each run and those of the other runs.</summary>
    private static double[] Stabilities(int[][] runs)
    {
        var sums = new double[runs.Length];
        for (int i = 0; i < runs.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double agreement = ClusteringMetrics.AdjustedMutualInformation(ContingencyTable.Create(runs[i], runs[j]));
                (sums[i], sums[j]) = (sums[i] + agreement, sums[j] + agreement);
            }
        }
        return [.. sums.Select(sum => sum / (runs.Length - 1))];
    }

    private double Purity(int[] clusters)
    {
        int[] rows = [.. Enumerable.Range(0, clusters.Length).Where(row => _testGroups![row] >= 0)];
        return ClusteringMetrics.Purity(ContingencyTable.Create([.. rows.Select(row => _testGroups![row])],
            [.. rows.Select(row => clusters[row])]));
    }
}
