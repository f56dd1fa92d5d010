using Disentangle.ML.Evaluators;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.AutoML;

/// <summary>The rows of a sweep: featurised and cached once, for all trials.</summary>
internal sealed class SweepData
{
    public SweepData(IDataView train, IDataView validation, string features, string? label, SweepMetric metric, SweepSettings settings)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentException.ThrowIfNullOrWhiteSpace(features, "featureColumnName");
        if (label is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(label, "labelColumnName");
        // A chain of nothing changes nothing.
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
        if (metric.JudgeColumnName is { } judge)
            Require(Validation, "validation", "judge", judge);
        if (metric.JudgeColumnName == ClusterColumn)
            throw new ArgumentException($"The judge column is '{ClusterColumn}', and KMeans writes its clusters there; copy it to a column of another name.");
        Metric = metric.Resolve(Validation.Schema[features].Type is VectorDataViewType { IsKnownSize: true }, label is not null);
        if (Metric.Score is { } score)
            (Classes, Graph) = (ReadClasses(score), score.Needs.HasFlag(UnsupervisedNeeds.Neighbors) ? BuildGraph() : null);
    }

    /// <summary>Where KMeans writes the clusters.</summary>
    public const string ClusterColumn = "PredictedLabel";

    public ITransformer Featurizer { get; }

    public IDataView Train { get; }

    public IDataView Validation { get; }

    /// <summary>The metric, with the unsupervised score that fits the data where none was given.</summary>
    public SweepMetric Metric { get; }

    public string Features { get; }

    public string? Label { get; }

    /// <summary>The label of the validation rows, negative where it is missing; empty unless an unsupervised score uses it.</summary>
    public int[] Classes { get; } = [];

    /// <summary>The neighbours among the validation rows; null unless an unsupervised score uses them.</summary>
    public NeighborGraph? Graph { get; }

    private int[] ReadClasses(UnsupervisedScore score)
    {
        bool needed = score.Needs.HasFlag(UnsupervisedNeeds.CoarseClasses);
        if (Label is null)
            return needed ? throw new ArgumentException($"{score.Name} needs the label that training is told, and there is none.") : [];
        if (needed)
            Require(Validation, "validation", "label", Label);
        else if (Validation.Schema.GetColumnOrNull(Label) is null)
            return [];
        int[] classes = UnsupervisedEvaluator.Labels(Validation, Label);
        if (classes.Any(value => value >= 0))
            return classes;
        return needed
            ? throw new ArgumentException($"{score.Name} needs labelled validation rows; '{Label}' is missing in all of them.")
            : [];
    }

    private NeighborGraph BuildGraph()
    {
        (float[] points, int size) = UnsupervisedEvaluator.Vectors(Validation, Features);
        return NeighborGraph.Create<float>(points, points.Length / size);
    }

    private static void Require(IDataView rows, string name, string role, string column)
    {
        if (rows.Schema.GetColumnOrNull(column) is null)
        {
            throw new ArgumentException($"The {name} rows have no {role} column '{column}'. "
                + $"They have: {string.Join(", ", rows.Schema.Where(there => !there.IsHidden).Select(there => there.Name))}.");
        }
    }
}

/// <summary>Makes the estimator of an encoder.</summary>
internal delegate IEstimator<EncodingTransformer> EncoderFactory<TOptions>(MLContext context, string output, string input, string? label, TOptions options)
    where TOptions : EncodingOptions;
