using Disentangle.ML.Evaluators;
using Disentangle.ML.Sweeps;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;

namespace Disentangle.ML.Reports;

/// <summary>What a report shows. Charts whose columns or values are missing are left out.</summary>
public sealed record ReportOptions
{
    /// <summary>The heading. Default <c>Embedding report</c>.</summary>
    public string Title { get; init; } = "Embedding report";

    /// <summary>
    /// The map: a vector of two Single, for example from <c>ml.Transforms.ProjectTo2D</c>. Default null: no map.
    /// </summary>
    public string? MapColumnName { get; init; }

    /// <summary>The clusters: a key, Boolean, number or text. Default <c>PredictedLabel</c>; null for none.</summary>
    public string? ClusterColumnName { get; init; } = "PredictedLabel";

    /// <summary>The known classes, of one of the same types. Default null: none.</summary>
    public string? LabelColumnName { get; init; }

    /// <summary>
    /// The space in which the clusters were found, a vector of Single of known size, for silhouettes, typical rows, the rows most like a
    /// row, and the most active neuron by class. Default null: these are left out.
    /// </summary>
    public string? EmbeddingColumnName { get; init; }

    /// <summary>
    /// An earlier embedding to compare the neurons with: a vector of Single of known size, for example of an encoder trained without the
    /// loss in question. Default null.
    /// </summary>
    public string? EarlierEmbeddingColumnName { get; init; }

    /// <summary>
    /// Features that explain the clusters, as in <c>ml.Clustering.DescribeClusters</c>. They also colour the map and appear beside the row
    /// under the pointer; of a vector, the first 60 values. Default: none.
    /// </summary>
    public IReadOnlyList<string> FeatureColumnNames { get; init; } = [];

    /// <summary>A text to show beside the row under the pointer. Default null.</summary>
    public string? TextColumnName { get; init; }

    /// <summary>
    /// A grey image to show beside the row under the pointer: a vector of Single, row by row, with black 0 and white 1. Default null.
    /// </summary>
    public string? ImageColumnName { get; init; }

    /// <summary>The width of the image in pixels, at least 1. Default 28.</summary>
    public int ImageWidth { get; init; } = 28;

    /// <summary>The greatest number of images in the file, drawn at random from the rows; 0 or more. Default 5,000.</summary>
    public int MaximumImages { get; init; } = 5_000;

    /// <summary>
    /// The number of rows that a click on a row shows as most like it, by Euclidean distance in the embedding; 0 for none. Exact up to
    /// 50,000 rows; beyond, at least 95 % of them are found. Adds about 5 bytes per neighbour to the file. Default 8.
    /// </summary>
    public int NearestRows { get; init; } = 8;

    /// <summary>The losses of training, for example <c>DisentangleEncoderTransformer.History</c>. Default: none.</summary>
    public IReadOnlyList<TrainingProgress> History { get; init; } = [];

    /// <summary>Scores over numbers of clusters, from <c>ml.Clustering.ChooseNumberOfClusters</c>. Default null.</summary>
    public ClusterCountChoice? ClusterCounts { get; init; }

    /// <summary>
    /// The trials of a sweep: one chart of the score for each setting that varies, with the best trial marked. Default null.
    /// </summary>
    public SweepHistory? Sweep { get; init; }

    /// <summary>
    /// The variances of the latent dimensions of a joint autoencoder, over all rows and within a class. Default null.
    /// </summary>
    public LatentVarianceReport? LatentVariances { get; init; }

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
        if (NearestRows < 0)
            faults.Add($"{nameof(NearestRows)} is {NearestRows}; it must be 0 or more.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
    }
}
