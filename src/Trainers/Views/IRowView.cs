using System.Text.Json.Serialization;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A random change of a row that leaves its meaning as it is: a shifted image, a noisy vector, a cropped sequence. <see cref="Views"/> has those of this library;
/// implement the interface for your own.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "view")]
[JsonDerivedType(typeof(ImageView), "image")]
[JsonDerivedType(typeof(NoiseView), "noise")]
[JsonDerivedType(typeof(MaskView), "mask")]
[JsonDerivedType(typeof(SequenceView), "sequence")]
[JsonDerivedType(typeof(CombinedView), "combined")]
[JsonDerivedType(typeof(RecordedView), "recorded")]
public interface IRowView
{
    /// <summary>Gives a changed copy of a row.</summary>
    /// <param name="row">The features, already scaled; for sequences the steps one after the other.</param>
    /// <param name="random">The source of randomness. A view may run on several threads at once, each with its own.</param>
    /// <returns>The changed features: as many as the row has; for sequences any number of whole steps, at least one.</returns>
    float[] Change(ReadOnlySpan<float> row, Random random);

    /// <summary>What is wrong with its settings, one sentence a fault.</summary>
    IEnumerable<string> Faults() => [];

    /// <summary>What is wrong with rows of that shape for this view, as a sentence; null if nothing is.</summary>
    /// <param name="shape">The rows.</param>
    string? Mismatch(InputShape shape) => null;
}
