using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The columns an encoder reads and adds.</summary>
/// <param name="Input">The features.</param>
/// <param name="Length">The number of steps of a padded sequence, or null for no such column.</param>
/// <param name="Embedding">The embedding.</param>
/// <param name="Score">The probabilities, or null for no such column.</param>
/// <param name="PredictedLabel">The most probable class, or null for no such column.</param>
/// <param name="Reconstruction">The reconstruction, or null for no such column.</param>
/// <param name="Labels">The classes; null for an encoder without classifier.</param>
internal sealed record EncoderColumns(
    string Input, string? Length, string Embedding, string? Score, string? PredictedLabel, string? Reconstruction, ClassLabels? Labels)
{
    /// <summary>Whether the classifier has to run.</summary>
    public bool NeedsProbabilities => Score is not null || PredictedLabel is not null;

    /// <summary>Whether the decoder has to run.</summary>
    public bool NeedsReconstruction => Reconstruction is not null;

    /// <summary>The columns in the order in which they are added.</summary>
    public IEnumerable<(EncoderOutput Output, string Name, DataViewType Type, DataViewSchema.Annotations Annotations)> Added(Encoder encoder)
    {
        yield return (EncoderOutput.Embedding, Embedding, Vector(encoder.EmbeddingSize), DataViewSchema.Annotations.Empty);
        if (Score is not null)
            yield return (EncoderOutput.Score, Score, Vector(encoder.ClassCount), DataViewSchema.Annotations.Empty);
        if (PredictedLabel is not null)
            yield return (EncoderOutput.PredictedLabel, PredictedLabel, Labels!.Type, Labels.Annotations);
        if (Reconstruction is not null)
            yield return (EncoderOutput.Reconstruction, Reconstruction, Vector(encoder.Input.Width), DataViewSchema.Annotations.Empty);
    }

    private static VectorDataViewType Vector(int size) => new(NumberDataViewType.Single, size);
}

/// <summary>What an encoder can say of a row.</summary>
internal enum EncoderOutput
{
    Embedding,
    Score,
    PredictedLabel,
    Reconstruction,
}
