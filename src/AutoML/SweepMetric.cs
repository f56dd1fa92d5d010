using Disentangle.ML.Evaluators;

namespace Disentangle.ML.AutoML;

/// <summary>What decides which trial of a sweep is the best. It is always computed from the validation rows.</summary>
public sealed class SweepMetric
{
    private SweepMetric(string name, bool moreIsBetter, string? judgeColumnName, SilhouetteOptions? separation)
    {
        (Name, MoreIsBetter, JudgeColumnName, Separation) = (name, moreIsBetter, judgeColumnName, separation);
        separation?.Validate();
    }

    /// <summary>The name of the score, as in <see cref="ClusteringScore.All"/>, or <c>LabelAccuracy</c>.</summary>
    public string Name { get; }

    /// <summary>Whether a larger value is the better one.</summary>
    public bool MoreIsBetter { get; }

    /// <summary>The column that clusters are compared with; training does not see it. Null where there is none.</summary>
    public string? JudgeColumnName { get; }

    /// <summary>How the scores that need no labels are computed; null where they are not.</summary>
    internal SilhouetteOptions? Separation { get; }

    internal bool IsLabelAccuracy => Name == nameof(LabelAccuracy);

    /// <summary>Whether the metric compares clusterings of the validation rows, and needs no label to judge by.</summary>
    internal bool IsUnsupervised { get; private init; }

    /// <summary>The unsupervised score; null where it is still to be chosen, and for other metrics.</summary>
    internal UnsupervisedScore? Score { get; private init; }

    /// <summary>Whether it compares what several seeds found.</summary>
    internal bool ComparesSeeds => Score is not null && Score.Needs.HasFlag(UnsupervisedNeeds.OtherClusterings);

    /// <summary>Adjusted mutual information of the clusters and a label.</summary>
    /// <param name="judgeColumnName">The label: a key, Boolean, integer, Single, Double or text. Rows where it is missing do not count.</param>
    /// <param name="mean">Its normaliser. Default: the arithmetic mean, as in scikit-learn; Forced to Learn uses <see cref="EntropyMean.Max"/>.</param>
    public static SweepMetric AdjustedMutualInformation(string judgeColumnName, EntropyMean mean = EntropyMean.Arithmetic)
    {
        string suffix = mean == EntropyMean.Arithmetic ? "" : mean.ToString();
        return Clustering(ClusteringScore.Named(nameof(ClusteringQuality.AdjustedMutualInformation) + suffix), judgeColumnName);
    }

    /// <summary>Adjusted Rand index of the clusters and a label.</summary>
    /// <param name="judgeColumnName">The label, as in <see cref="AdjustedMutualInformation"/>.</param>
    public static SweepMetric AdjustedRandIndex(string judgeColumnName) =>
        Clustering(ClusteringScore.Named(nameof(ClusteringQuality.AdjustedRandIndex)), judgeColumnName);

    /// <summary>The share of rows whose cluster is matched to their label, by the best one-to-one matching.</summary>
    /// <param name="judgeColumnName">The label, as in <see cref="AdjustedMutualInformation"/>.</param>
    public static SweepMetric HungarianAccuracy(string judgeColumnName) =>
        Clustering(ClusteringScore.Named(nameof(ClusteringQuality.HungarianAccuracy)), judgeColumnName);

    /// <summary>Any score of clusters against a label.</summary>
    /// <param name="score">One of <see cref="ClusteringScore.All"/>.</param>
    /// <param name="judgeColumnName">The label, as in <see cref="AdjustedMutualInformation"/>.</param>
    public static SweepMetric Clustering(ClusteringScore score, string judgeColumnName)
    {
        ArgumentNullException.ThrowIfNull(score);
        ArgumentException.ThrowIfNullOrWhiteSpace(judgeColumnName);
        return new(score.Name, score.MoreIsBetter, judgeColumnName, IsOfSeparation(score) ? new() : null);
    }

    /// <summary>
    /// For data without a label to judge by: whether the clusters of the validation rows follow the neighbourhoods of the features and
    /// respect the label that training sees, or whether other seeds find them again. The default of sweeps.
    /// </summary>
    /// <param name="score">
    /// One of <see cref="UnsupervisedScore.All"/>. Default null: <c>KappaWithinTimesPurity</c>, or <c>NeighborKappa</c> for an autoencoder
    /// without label; where the features vary in size, and so have no neighbours, <c>StabilityTimesPurity</c> or <c>Stability</c>.
    /// </param>
    public static SweepMetric Unsupervised(UnsupervisedScore? score = null) =>
        new(score?.Name ?? nameof(Unsupervised), moreIsBetter: true, judgeColumnName: null, separation: null)
        {
            IsUnsupervised = true,
            Score = score,
        };

    /// <summary>
    /// The silhouette of the clusters in the embedding. It rewards an embedding that has collapsed: prefer <see cref="Unsupervised"/>.
    /// </summary>
    /// <param name="options">Default null: Euclidean, of all rows; the time grows with the square of their number, so give a sample for many.</param>
    public static SweepMetric Silhouette(SilhouetteOptions? options = null) =>
        new(nameof(ClusteringQuality.Silhouette), moreIsBetter: true, judgeColumnName: null, options ?? new());

    /// <summary>
    /// The share of labelled validation rows whose label the encoder's classifier predicts, in the epoch whose weights are kept: how COREL tunes λ. The
    /// validation rows take the place of the options' own.
    /// </summary>
    public static SweepMetric LabelAccuracy() => new(nameof(LabelAccuracy), moreIsBetter: true, judgeColumnName: null, separation: null);

    /// <summary>This metric, with the unsupervised score chosen where it was not.</summary>
    /// <param name="fixedSize">Whether the features have neighbours: all vectors are of one size.</param>
    /// <param name="labelled">Whether training is told a label.</param>
    internal SweepMetric Resolve(bool fixedSize, bool labelled) => !IsUnsupervised || Score is not null ? this : Unsupervised(
        UnsupervisedScore.Named((fixedSize, labelled) switch
        {
            (true, true) => nameof(UnsupervisedQuality.KappaWithinTimesPurity),
            (true, false) => nameof(UnsupervisedQuality.NeighborKappa),
            (false, true) => nameof(UnsupervisedQuality.StabilityTimesPurity),
            (false, false) => nameof(UnsupervisedQuality.Stability),
        }));

    /// <summary>Whether a score looks at clusters and features alone.</summary>
    internal static bool IsOfSeparation(ClusteringScore score) => score.Name is nameof(ClusteringQuality.Silhouette) or nameof(ClusteringQuality.DaviesBouldin)
        or nameof(ClusteringQuality.CalinskiHarabasz) or nameof(ClusteringQuality.Inertia);
}
