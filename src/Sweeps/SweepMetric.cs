using Disentangle.ML.Evaluators;

namespace Disentangle.ML.Sweeps;

/// <summary>The metric that decides the best trial of a sweep, computed from the validation rows.</summary>
public sealed class SweepMetric
{
    private SweepMetric(string name, bool moreIsBetter, string? judgeColumnName, SilhouetteOptions? separation)
    {
        (Name, MoreIsBetter, JudgeColumnName, Separation) = (name, moreIsBetter, judgeColumnName, separation);
        separation?.Validate();
    }

    /// <summary>The name of the score, as in <see cref="ClusteringScore.All"/>, or <c>LabelAccuracy</c>.</summary>
    public string Name { get; }

    /// <summary>Whether higher values are better.</summary>
    public bool MoreIsBetter { get; }

    /// <summary>The column with which clusters are compared, not used in training; null for none.</summary>
    public string? JudgeColumnName { get; }

    /// <summary>The options of the scores of separation; null if they are not computed.</summary>
    internal SilhouetteOptions? Separation { get; }

    internal bool IsLabelAccuracy => Name == nameof(LabelAccuracy);

    /// <summary>Whether the metric needs no judge column and scores clusterings of the validation rows.</summary>
    internal bool IsUnsupervised { get; private init; }

    /// <summary>The unsupervised score; null if not yet chosen, and for other metrics.</summary>
    internal UnsupervisedScore? Score { get; private init; }

    /// <summary>Whether it compares clusterings of several seeds.</summary>
    internal bool ComparesSeeds => Score is not null && Score.Needs.HasFlag(UnsupervisedNeeds.OtherClusterings);

    /// <summary>The adjusted mutual information between clusters and a label.</summary>
    /// <param name="judgeColumnName">
    /// The label: a key, Boolean, integer, Single, Double or text. Rows with a missing label do not count.
    /// </param>
    /// <param name="mean">
    /// The normalising mean. Default: arithmetic, as in scikit-learn; Forced to Learn uses <see cref="EntropyMean.Max"/>.
    /// </param>
    public static SweepMetric AdjustedMutualInformation(string judgeColumnName, EntropyMean mean = EntropyMean.Arithmetic)
    {
        string suffix = mean == EntropyMean.Arithmetic ? "" : mean.ToString();
        return Clustering(ClusteringScore.Named(nameof(ClusteringQuality.AdjustedMutualInformation) + suffix), judgeColumnName);
    }

    /// <summary>The adjusted Rand index between clusters and a label.</summary>
    /// <param name="judgeColumnName">The label, as in <see cref="AdjustedMutualInformation"/>.</param>
    public static SweepMetric AdjustedRandIndex(string judgeColumnName) =>
        Clustering(ClusteringScore.Named(nameof(ClusteringQuality.AdjustedRandIndex)), judgeColumnName);

    /// <summary>The fraction of rows whose cluster is matched to their label, under the best one-to-one matching.</summary>
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
        return new(score.Name, score.MoreIsBetter, judgeColumnName, score.NeedsFeatures ? new() : null);
    }

    /// <summary>
    /// For data without a judge column: whether the clusters of the validation rows follow the neighbourhoods of the features and respect
    /// the training label, or are stable across seeds. The default of sweeps.
    /// </summary>
    /// <param name="score">
    /// One of <see cref="UnsupervisedScore.All"/>. Default null: <c>KappaWithinTimesPurity</c>, or <c>NeighborKappa</c> for an autoencoder
    /// without label. Features of variable size have no neighbours and use <c>StabilityTimesPurity</c> or <c>Stability</c> instead.
    /// </param>
    public static SweepMetric Unsupervised(UnsupervisedScore? score = null) =>
        new(score?.Name ?? nameof(Unsupervised), moreIsBetter: true, judgeColumnName: null, separation: null)
        {
            IsUnsupervised = true,
            Score = score,
        };

    /// <summary>
    /// The silhouette of the clusters in the embedding. It rewards collapsed embeddings; prefer <see cref="Unsupervised"/>.
    /// </summary>
    /// <param name="options">The options. Default null: the defaults of <see cref="SilhouetteOptions"/>.</param>
    public static SweepMetric Silhouette(SilhouetteOptions? options = null) =>
        new(nameof(ClusteringQuality.Silhouette), moreIsBetter: true, judgeColumnName: null, options ?? new());

    /// <summary>
    /// The fraction of labelled validation rows whose label the encoder's classifier predicts, in the epoch whose weights are kept. COREL
    /// tunes λ with it. The sweep's validation rows replace those of the options.
    /// </summary>
    public static SweepMetric LabelAccuracy() => new(nameof(LabelAccuracy), moreIsBetter: true, judgeColumnName: null, separation: null);

    /// <summary>This metric with an unspecified unsupervised score chosen.</summary>
    /// <param name="fixedSize">Whether all feature vectors have the same size, and therefore neighbours.</param>
    /// <param name="labelled">Whether training uses a label.</param>
    internal SweepMetric Resolve(bool fixedSize, bool labelled) => !IsUnsupervised || Score is not null ? this : Unsupervised(
        UnsupervisedScore.Named((fixedSize, labelled) switch
        {
            (true, true) => nameof(UnsupervisedQuality.KappaWithinTimesPurity),
            (true, false) => nameof(UnsupervisedQuality.NeighborKappa),
            (false, true) => nameof(UnsupervisedQuality.StabilityTimesPurity),
            (false, false) => nameof(UnsupervisedQuality.Stability),
        }));
}
