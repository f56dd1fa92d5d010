using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The columns that a <see cref="FeatureTransformer"/> reads.</summary>
/// <param name="Name">The features.</param>
/// <param name="Length">The number of steps of a padded sequence, or null for no such column.</param>
/// <param name="Shape">What the features look like.</param>
internal sealed record FeatureInput(string Name, string? Length, InputShape Shape)
{
    /// <summary>The class of a row, where the transformer looks at it; else null.</summary>
    public LabelInput? Label { get; init; }

    /// <summary>The columns in a schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is missing, of the wrong type or of another size.</exception>
    public FeatureColumns Find(DataViewSchema schema)
    {
        int? stepSize = Shape.IsSequence ? Shape.Width : null;
        FeatureColumns columns = FeatureColumns.Find(schema, Name, Length, stepSize);
        if (!Shape.IsSequence && Shape.Fault(columns.InputSize(stepSize)) is { } fault)
            throw new ArgumentOutOfRangeException(nameof(schema), $"The feature column '{Name}' has {fault}");
        return Label is null ? columns : columns with { Label = Label.Find(schema) };
    }
}

/// <summary>A column that a <see cref="FeatureTransformer"/> adds: a vector of Single, one Single, or the predicted class.</summary>
internal sealed record FeatureOutput
{
    /// <summary>The annotation of a vector column that names its slots.</summary>
    public const string SlotNamesKind = "SlotNames";

    private FeatureOutput(string name) => Name = name;

    public string Name { get; }

    /// <summary>The size of a vector; 1 for a number, 0 for the class.</summary>
    public int Size { get; private init; }

    /// <summary>Whether it is one Single, and no vector.</summary>
    public bool IsNumber { get; private init; }

    /// <summary>The classes; null for a vector or a number.</summary>
    public ClassLabels? Labels { get; private init; }

    public DataViewType Type => Labels?.Type ?? (IsNumber ? NumberDataViewType.Single : new VectorDataViewType(NumberDataViewType.Single, Size));

    /// <summary>What the slots of a vector hold, one name each; null where they have no names.</summary>
    public IReadOnlyList<string>? SlotNames { get; private init; }

    public DataViewSchema.Annotations Annotations
    {
        get
        {
            if (SlotNames is not { } names)
                return Labels?.Annotations ?? DataViewSchema.Annotations.Empty;
            var builder = new DataViewSchema.Annotations.Builder();
            ReadOnlyMemory<char>[] texts = [.. names.Select(name => name.AsMemory())];
            builder.Add(SlotNamesKind, new VectorDataViewType(TextDataViewType.Instance, texts.Length),
                (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> destination) =>
                    new VBuffer<ReadOnlyMemory<char>>(texts.Length, texts).CopyTo(ref destination)));
            return builder.ToAnnotations();
        }
    }

    public static FeatureOutput Vector(string name, int size) => new(name) { Size = size };

    /// <summary>A vector with a value for each class.</summary>
    public static FeatureOutput Scores(string name, ClassLabels labels) => new(name) { Size = labels.Count, SlotNames = [.. labels.Names] };

    public static FeatureOutput Number(string name) => new(name) { Size = 1, IsNumber = true };

    public static FeatureOutput Class(string name, ClassLabels labels) => new(name) { Labels = labels };
}
