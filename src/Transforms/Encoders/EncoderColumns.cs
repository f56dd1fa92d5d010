using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>The columns an encoder reads and adds.</summary>
/// <param name="Input">The features.</param>
/// <param name="Length">The number of steps of a padded sequence, or null for none.</param>
/// <param name="Embedding">The embedding.</param>
/// <param name="Score">The probabilities, or null for none.</param>
/// <param name="PredictedLabel">The most probable class, or null for none.</param>
/// <param name="Reconstruction">The reconstruction, or null for none.</param>
/// <param name="Labels">The classes; null for an encoder without a classifier.</param>
internal sealed record EncoderColumns(
    string Input, string? Length, string Embedding, string? Score, string? PredictedLabel, string? Reconstruction, ClassLabels? Labels)
{
    /// <summary>The classes that the encoder was trained on; null for all.</summary>
    public OccurringClasses? Classes { get; init; }

    /// <summary>The added columns, in order.</summary>
    public IEnumerable<FeatureOutput> Added(Encoder encoder)
    {
        yield return FeatureOutput.Vector(Embedding, encoder.EmbeddingSize);
        if (Score is not null)
            yield return FeatureOutput.Scores(Score, Labels!);
        if (PredictedLabel is not null)
            yield return FeatureOutput.Class(PredictedLabel, Labels!);
        if (Reconstruction is not null)
            yield return FeatureOutput.Vector(Reconstruction, encoder.Input.Width);
    }
}
