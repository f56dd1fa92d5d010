using System.Text.Json.Serialization;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A random change of a row that preserves its meaning: a shifted image, a noisy vector, a cropped sequence. <see cref="Views"/> creates
/// the built-in ones; implement this interface for your own.
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
    /// <summary>Returns a changed copy of a row.</summary>
    /// <param name="row">The scaled features; for a sequence, its steps concatenated.</param>
    /// <param name="random">The random number generator. A view may run on several threads at once, each with its own generator.</param>
    /// <returns>The changed features: as many as in the row, or for a sequence one or more whole steps.</returns>
    float[] Change(ReadOnlySpan<float> row, Random random);

    /// <summary>Describes each invalid setting in one sentence; empty if all are valid.</summary>
    IEnumerable<string> Faults() => [];

    /// <summary>Explains in one sentence why the view cannot change rows of this shape; null if it can.</summary>
    /// <param name="shape">The shape of the rows.</param>
    string? Mismatch(InputShape shape) => null;
}
