namespace Disentangle.ML.Transforms;

/// <summary>The columns that a trained network reads and adds.</summary>
/// <param name="Input">The features.</param>
/// <param name="Embedding">The embedding, code or content.</param>
internal sealed record EncoderColumns(string Input, string Embedding)
{
    /// <summary>The number of steps of a padded sequence; null if there is no such column.</summary>
    public string? Length { get; init; }

    /// <summary>The style; null if not requested.</summary>
    public string? Style { get; init; }

    /// <summary>The probabilities; null if not requested.</summary>
    public string? Score { get; init; }

    /// <summary>The most probable class; null if not requested.</summary>
    public string? PredictedLabel { get; init; }

    /// <summary>The reconstruction; null if not requested.</summary>
    public string? Reconstruction { get; init; }

    /// <summary>The classes; null without a classifier.</summary>
    public ClassLabels? Labels { get; init; }

    /// <summary>The classes that the network was trained on; null for all.</summary>
    public OccurringClasses? Classes { get; init; }

    /// <summary>The added columns, in order.</summary>
    /// <param name="embeddingSize">The size of the embedding.</param>
    /// <param name="reconstructionSize">The size of the reconstruction.</param>
    /// <param name="styleSize">The size of the style.</param>
    public IEnumerable<FeatureOutput> Outputs(int embeddingSize, int reconstructionSize, int styleSize = 0)
    {
        yield return FeatureOutput.Vector(Embedding, embeddingSize);
        if (Style is not null)
            yield return FeatureOutput.Vector(Style, styleSize);
        if (Score is not null)
            yield return FeatureOutput.Scores(Score, Labels!);
        if (PredictedLabel is not null)
            yield return FeatureOutput.Class(PredictedLabel, Labels!);
        if (Reconstruction is not null)
            yield return FeatureOutput.Vector(Reconstruction, reconstructionSize);
    }
}
