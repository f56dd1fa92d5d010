namespace Disentangle.ML.Evaluators;

/// <summary>What KMeans finds in one kind of features.</summary>
/// <param name="Features">
/// Which features: <c>raw features</c>, <c>standardised features</c>, <c>32 principal components</c> or <c>embedding</c>.
/// </param>
/// <param name="WithinClasses">Whether the clusters were found within each coarse class.</param>
/// <param name="NumberOfFeatures">How many features a row has.</param>
/// <param name="Scores">Mean and standard deviation over the runs, by the name of the score.</param>
public sealed record BaselineResult(
    string Features, bool WithinClasses, int NumberOfFeatures, IReadOnlyDictionary<string, ScoreSummary> Scores)
{
    /// <summary>Whether this is the embedding, and not a baseline.</summary>
    public bool IsEmbedding => Features == BaselineComparison.EmbeddingName;
}
