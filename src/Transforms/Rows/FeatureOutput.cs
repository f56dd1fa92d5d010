using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>A column that a <see cref="FeatureTransformer"/> adds: a vector of Single, one Single, or the predicted class.</summary>
internal sealed record FeatureOutput
{
    /// <summary>The annotation kind that names the slots of a vector column.</summary>
    public const string SlotNamesKind = "SlotNames";

    private FeatureOutput(string name) => Name = name;

    public string Name { get; }

    /// <summary>The size of a vector; 1 for a number, 0 for the class.</summary>
    public int Size { get; private init; }

    /// <summary>Whether it is one Single instead of a vector.</summary>
    public bool IsNumber { get; private init; }

    /// <summary>The classes; null for a vector or a number.</summary>
    public ClassLabels? Labels { get; private init; }

    public DataViewType Type => Labels?.Type ?? (IsNumber ? NumberDataViewType.Single
        : new VectorDataViewType(NumberDataViewType.Single, Size));

    /// <summary>The names of a vector's slots; null if they have none.</summary>
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

    /// <summary>Creates a vector output with one value per class.</summary>
    public static FeatureOutput Scores(string name, ClassLabels labels) =>
        new(name) { Size = labels.Count, SlotNames = [.. labels.Names] };

    public static FeatureOutput Number(string name) => new(name) { Size = 1, IsNumber = true };

    public static FeatureOutput Class(string name, ClassLabels labels) => new(name) { Labels = labels };
}
