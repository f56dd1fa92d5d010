using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Reports;

/// <summary>What a report shows. A chart whose columns or values are not given is left out.</summary>
public sealed record ReportOptions
{
    /// <summary>The heading. Default <c>Embedding report</c>.</summary>
    public string Title { get; init; } = "Embedding report";

    /// <summary>The map: a vector of two Single, for example of <c>ml.Transforms.ProjectTo2D</c>. Default null: no map.</summary>
    public string? MapColumnName { get; init; }

    /// <summary>The clusters: a key, Boolean, number or text. Default <c>PredictedLabel</c>; null for none.</summary>
    public string? ClusterColumnName { get; init; } = "PredictedLabel";

    /// <summary>The known classes, of one of the same types. Default null: none.</summary>
    public string? LabelColumnName { get; init; }

    /// <summary>
    /// The space in which the clusters were found, a vector of Single of known size: for silhouettes, typical rows and the mean of each
    /// neuron by class. Default null.
    /// </summary>
    public string? EmbeddingColumnName { get; init; }

    /// <summary>
    /// An earlier embedding, whose neurons are shown by class too, for comparison: a vector of Single of known size. Default null.
    /// </summary>
    public string? EarlierEmbeddingColumnName { get; init; }

    /// <summary>
    /// Features to explain the clusters by, as for <c>ml.Clustering.DescribeClusters</c>. Those with one value a row also colour the map
    /// and stand beside a row under the pointer. Default: none.
    /// </summary>
    public IReadOnlyList<string> FeatureColumnNames { get; init; } = [];

    /// <summary>A text to show beside a row under the pointer. Default null.</summary>
    public string? TextColumnName { get; init; }

    /// <summary>
    /// A grey image to show beside a row under the pointer: a vector of Single, row by row, black 0 and white 1. Default null.
    /// </summary>
    public string? ImageColumnName { get; init; }

    /// <summary>Pixels in a row of the image. At least 1. Default 28.</summary>
    public int ImageWidth { get; init; } = 28;

    /// <summary>The most images in the file; rows beyond have none. 0 or more. Default 5,000.</summary>
    public int MaximumImages { get; init; } = 5_000;

    /// <summary>The losses of training, for example of <c>DisentangleEncoderTransformer.History</c>. Default: none.</summary>
    public IReadOnlyList<TrainingProgress> History { get; init; } = [];

    /// <summary>Scores over numbers of clusters, from <c>ml.Clustering.ChooseNumberOfClusters</c>. Default null.</summary>
    public ClusterCountChoice? ClusterCounts { get; init; }

    internal void Validate()
    {
        var faults = new List<string>();
        if (Title is null)
            faults.Add($"{nameof(Title)} is null.");
        if (FeatureColumnNames is null || History is null)
            faults.Add($"{nameof(FeatureColumnNames)} or {nameof(History)} is null; an empty list leaves them out.");
        else if (FeatureColumnNames.Contains(null!) || History.Contains(null!))
            faults.Add($"{nameof(FeatureColumnNames)} or {nameof(History)} has an element that is null.");
        if (ImageWidth < 1)
            faults.Add($"{nameof(ImageWidth)} is {ImageWidth}; it must be at least 1.");
        if (MaximumImages < 0)
            faults.Add($"{nameof(MaximumImages)} is {MaximumImages}; it must be 0 or more.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
    }
}
