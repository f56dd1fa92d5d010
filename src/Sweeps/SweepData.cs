using Disentangle.ML.Evaluators;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Sweeps;

/// <summary>The rows of a sweep, featurised and cached once for all trials.</summary>
internal sealed class SweepData
{
    public SweepData(IDataView train, IDataView validation, string features, string? label, SweepMetric metric, SweepSettings settings)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentException.ThrowIfNullOrWhiteSpace(features, "featureColumnName");
        if (label is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(label, "labelColumnName");
        // An empty chain is the identity.
        IEstimator<ITransformer> featurizer = settings.Featurizer ?? new EstimatorChain<ITransformer>();
        Featurizer = featurizer.Fit(train);
        DataOperationsCatalog data = new MLContext().Data;
        Train = data.Cache(Featurizer.Transform(train));
        Validation = data.Cache(Featurizer.Transform(validation));
        (Features, Label) = (features, label);
        foreach ((IDataView rows, string name) in new[] { (Train, "training"), (Validation, "validation") })
        {
            Require(rows, name, "feature", features);
            if (label is not null && (rows == Train || metric.IsLabelAccuracy))
                Require(rows, name, "label", label);
        }
        if (label is null && metric.IsLabelAccuracy)
            throw NoLabel(metric.Name);
        if (metric.JudgeColumnName is { } judge)
            Require(Validation, "validation", "judge", judge);
        if (metric.JudgeColumnName == ClusterColumn)
            throw new ArgumentException(
                $"The judge column is '{ClusterColumn}', which KMeans overwrites; copy it to a column with another name.");
        Metric = metric.Resolve(Validation.Schema[features].Type is VectorDataViewType { IsKnownSize: true }, label is not null);
        if (Metric.Score is { } score)
            (Classes, Graph) = (ReadClasses(score), score.Needs.HasFlag(UnsupervisedNeeds.Neighbors) ? BuildGraph() : null);
    }

    /// <summary>The output column of KMeans.</summary>
    public const string ClusterColumn = "PredictedLabel";

    public ITransformer Featurizer { get; }

    public IDataView Train { get; }

    public IDataView Validation { get; }

    /// <summary>The metric; an unspecified unsupervised score is chosen to fit the data.</summary>
    public SweepMetric Metric { get; }

    public string Features { get; }

    public string? Label { get; }

    /// <summary>The label of each validation row, negative if missing; empty unless an unsupervised score uses it.</summary>
    public int[] Classes { get; } = [];

    /// <summary>The neighbours of the validation rows; null unless an unsupervised score uses them.</summary>
    public NeighborGraph? Graph { get; }

    private int[] ReadClasses(UnsupervisedScore score)
    {
        bool needed = score.Needs.HasFlag(UnsupervisedNeeds.CoarseClasses);
        if (Label is null)
            return needed ? throw NoLabel(score.Name) : [];
        if (needed)
            Require(Validation, "validation", "label", Label);
        else if (Validation.Schema.GetColumnOrNull(Label) is null)
            return [];
        int[] classes = UnsupervisedEvaluator.Labels(Validation, Label);
        if (classes.Any(value => value >= 0))
            return classes;
        return needed
            ? throw new InvalidDataException(
                $"{score.Name} needs labelled validation rows, but column '{Label}' is missing in all of them.")
            : [];
    }

    private NeighborGraph BuildGraph()
    {
        (float[] points, int size) = UnsupervisedEvaluator.Vectors(Validation, Features);
        return NeighborGraph.Create<float>(points, points.Length / size);
    }

    private static ArgumentException NoLabel(string metric) => new($"{metric} needs a label column, but labelColumnName is null.");

    private static void Require(IDataView rows, string name, string role, string column)
    {
        if (rows.Schema.GetColumnOrNull(column) is null)
        {
            throw new ArgumentException($"The {name} rows have no {role} column '{column}'. "
                + $"They have: {string.Join(", ", rows.Schema.Where(there => !there.IsHidden).Select(there => there.Name))}.");
        }
    }
}
