using Disentangle.ML.Trainers;
using Microsoft.ML;

namespace Disentangle.ML.Transforms;

/// <summary>The columns that a <see cref="FeatureTransformer"/> reads.</summary>
/// <param name="Name">The features.</param>
/// <param name="Length">The number of steps of a padded sequence, or null for none.</param>
/// <param name="Shape">The shape of the features.</param>
internal sealed record FeatureInput(string Name, string? Length, InputShape Shape)
{
    /// <summary>The class column, if the transformer reads it; otherwise null.</summary>
    public LabelInput? Label { get; init; }

    /// <summary>Finds the columns in a schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
    public FeatureColumns Find(DataViewSchema schema)
    {
        int? stepSize = Shape.IsSequence ? Shape.Width : null;
        FeatureColumns columns = FeatureColumns.Find(schema, Name, Length, stepSize);
        if (!Shape.IsSequence && Shape.Fault(columns.InputSize(stepSize)) is { } fault)
            throw new ArgumentOutOfRangeException(nameof(schema), $"The feature column '{Name}' has {fault}");
        return Label is null ? columns : columns with { Label = Label.Find(schema) };
    }
}
