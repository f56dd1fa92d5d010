using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The columns an encoder reads and adds.</summary>
/// <param name="Input">The features.</param>
/// <param name="Length">The number of steps of a padded sequence, or null for no such column.</param>
/// <param name="Embedding">The embedding.</param>
/// <param name="Score">The probabilities, or null for no such column.</param>
/// <param name="PredictedLabel">The most probable class, or null for no such column.</param>
/// <param name="Labels">The classes.</param>
internal sealed record EncoderColumns(string Input, string? Length, string Embedding, string? Score, string? PredictedLabel, ClassLabels Labels)
{
    /// <summary>Whether the classifier has to run.</summary>
    public bool NeedsProbabilities => Score is not null || PredictedLabel is not null;

    /// <summary>The columns in the order in which they are added.</summary>
    public IEnumerable<(EncoderOutput Output, string Name, DataViewType Type, DataViewSchema.Annotations Annotations)> Added(int embeddingSize)
    {
        yield return (EncoderOutput.Embedding, Embedding, new VectorDataViewType(NumberDataViewType.Single, embeddingSize), DataViewSchema.Annotations.Empty);
        if (Score is not null)
            yield return (EncoderOutput.Score, Score, new VectorDataViewType(NumberDataViewType.Single, Labels.Count), DataViewSchema.Annotations.Empty);
        if (PredictedLabel is not null)
            yield return (EncoderOutput.PredictedLabel, PredictedLabel, Labels.Type, Labels.Annotations);
    }
}

/// <summary>What an encoder can say of a row.</summary>
internal enum EncoderOutput
{
    Embedding,
    Score,
    PredictedLabel,
}
