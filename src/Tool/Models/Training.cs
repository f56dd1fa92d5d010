using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Disentangle.ML.Tool;

/// <summary>An encoder and clusters of its embedding, trained on about four fifths of the rows; the others judge them.</summary>
internal sealed class Training
{
    /// <summary>The fewest rows to train on and judge by.</summary>
    public const int FewestRows = 20;

    private const double TestShare = 0.2;
    private const int MostClusters = 20;
    private const int RowsPerCluster = 5;

    private readonly MLContext _ml;
    private readonly TrainingColumns _columns;
    private readonly IDataView _train;
    private readonly IDataView _test;

    public Training(MLContext ml, TrainingColumns columns, int? epochs, int? clusters, Action<TrainingProgress> progress)
    {
        (_ml, _columns) = (ml, columns);
        string? label = columns.Label?.Name;
        var view = new TableView([.. columns.Features, .. new[] { columns.Label, columns.Truth }.OfType<TableColumn>()]);
        // Fitted on its own: the saved model does not need the label.
        Labelled = label is null ? view : ml.Transforms.Conversion.MapValueToKey(label).Fit(view).Transform(view);
        DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(Labelled, TestShare);
        ITransformer preparation = Preparation().Fit(split.TrainSet);
        string[] labels = label is null ? [] : [label];
        IDataView prepared = ml.Data.Cache(preparation.Transform(split.TrainSet), [ModelColumns.Features, .. labels]);
        Encoder = ml.Transforms.DisentangleEncoder(ModelColumns.Embedding, ModelColumns.Features, label,
            new DisentangleEncoderOptions { Epochs = epochs, Progress = progress }).Fit(prepared);
        _train = ml.Data.Cache(Encoder.Transform(prepared), [ModelColumns.Features, ModelColumns.Embedding, .. labels]);
        TrainingRows = _train.GetColumn<float[]>(ModelColumns.Features).Count();
        Choice = clusters is null ? ChooseClusters() : null;
        Clusters = clusters ?? Choice!.Suggested;
        ITransformer clustering = ml.Clustering.Trainers.KMeansRestarts(ModelColumns.Embedding, Clusters).Fit(_train);
        Model = new TransformerChain<ITransformer>(preparation, Encoder, clustering);
        _test = Model.Transform(split.TestSet);
    }

    /// <summary>All rows, with the label, if there is one, as a key.</summary>
    public IDataView Labelled { get; }

    public DisentangleEncoderTransformer Encoder { get; }

    /// <summary>From the columns of features to the cluster.</summary>
    public ITransformer Model { get; }

    /// <summary>The number of rows that were trained on.</summary>
    public int TrainingRows { get; }

    /// <summary>The number of clusters.</summary>
    public int Clusters { get; }

    /// <summary>How their number was chosen; null if it was given.</summary>
    public ClusterCountChoice? Choice { get; }

    /// <summary>The columns that the model reads.</summary>
    public DataViewSchema Inputs => new TableView(_columns.Features).Schema;

    /// <summary>Compares the embedding with simple baselines, on the rows that were not trained on.</summary>
    public BaselineComparison Compare()
    {
        // Clusters are shared out among the classes, each of which needs one.
        string? group = Clusters >= _columns.Label?.Distinct ? _columns.Label.Name : null;
        return _ml.Clustering.CompareWithBaselines(
            _train, _test, ModelColumns.Features, ModelColumns.Embedding, _columns.Truth?.Name, group, Clusters);
    }

    /// <summary>Scores the clusters against the groups, on the rows that were not trained on.</summary>
    public ClusteringQuality Evaluate(string truth) => _ml.Clustering.EvaluateAgainstLabels(_test, truth);

    private IEstimator<ITransformer> Preparation()
    {
        InputOutputColumnPair[] texts =
            [.. _columns.Features.OfType<TextColumn>()
                .Select(text => new InputOutputColumnPair(ModelColumns.OneHot(text.Name), text.Name))];
        string[] features =
            [.. _columns.Features.OfType<NumberColumn>().Select(number => number.Name), .. texts.Select(pair => pair.OutputColumnName)];
        IEstimator<ITransformer> numbers = _ml.Transforms.Concatenate(ModelColumns.Features, features)
            .Append(_ml.Transforms.ReplaceMissingValues(
                ModelColumns.Features, replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean));
        return texts.Length == 0 ? numbers : _ml.Transforms.Categorical.OneHotEncoding(texts).Append(numbers);
    }

    private ClusterCountChoice ChooseClusters()
    {
        int most = Math.Clamp(TrainingRows / RowsPerCluster, 2, MostClusters);
        return _ml.Clustering.ChooseNumberOfClusters(_train, ModelColumns.Embedding, ModelColumns.Features,
            new() { ClusterCounts = [.. Enumerable.Range(2, most - 1)] });
    }
}
