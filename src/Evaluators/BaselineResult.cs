namespace Disentangle.ML.Evaluators;

/// <summary>The scores of KMeans clusters of one kind of features.</summary>
/// <param name="Features">
/// The kind of features: <c>raw features</c>, <c>standardised features</c>, <c>32 principal components</c> or <c>embedding</c>.
/// </param>
/// <param name="WithinClasses">Whether the clusters were found within each coarse class.</param>
/// <param name="NumberOfFeatures">The number of features per row.</param>
/// <param name="Scores">The mean and standard deviation over the runs by score name.</param>
public sealed record BaselineResult(
    string Features, bool WithinClasses, int NumberOfFeatures, IReadOnlyDictionary<string, ScoreSummary> Scores)
{
    /// <summary>Whether these are the scores of the embedding, not of a baseline.</summary>
    public bool IsEmbedding => Features == BaselineComparison.EmbeddingName;
}
