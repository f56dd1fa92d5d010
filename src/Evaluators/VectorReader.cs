using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using static System.FormattableString;

namespace Disentangle.ML.Evaluators;

/// <summary>Reads a vector column of Single row by row and keeps all values.</summary>
internal sealed class VectorReader(DataViewRow row, DataViewSchema.Column column)
{
    private readonly ValueGetter<VBuffer<float>> _getter = row.GetGetter<VBuffer<float>>(column);
    private readonly List<float> _values = [];
    private VBuffer<float> _vector;

    /// <summary>The number of values in a row.</summary>
    public int Size { get; } = ((VectorDataViewType)column.Type).Size;

    /// <summary>Reads the vector of the current row.</summary>
    /// <exception cref="InvalidDataException">
    /// A value is NaN or infinite, the row has another number of values than the column's type says, or there are too many rows.
    /// </exception>
    public void Read()
    {
        _getter(ref _vector);
        RequireSize(_vector.Length, row, column);
        int start = _values.Count;
        if (start > Array.MaxLength - Size)
        {
            throw new InvalidDataException(Invariant(
                $"Column '{column.Name}' has more than {Array.MaxLength} values in all rows; use fewer rows."));
        }
        CollectionsMarshal.SetCount(_values, start + Size);
        Span<float> read = CollectionsMarshal.AsSpan(_values)[start..];
        _vector.CopyTo(read);
        if (TensorPrimitives.IsFiniteAll<float>(read))
            return;
        int feature = 0;
        while (float.IsFinite(read[feature]))
            feature++;
        throw new InvalidDataException(Invariant(
            $"Feature {feature} of column '{column.Name}' is {read[feature]} in row {row.Position} (from 0). ")
            + ValueAdvice(read[feature]));
    }

    /// <summary>What to do about a value that is NaN or infinite, for messages.</summary>
    public static string ValueAdvice(float value) => float.IsNaN(value)
        ? "Replace missing values first, for example with ReplaceMissingValues."
        : "Every value must be finite; rescale the feature if it exceeds the range of Single, or remove the row.";

    /// <exception cref="InvalidDataException">The vector has another number of values than the column's type says.</exception>
    public static void RequireSize(int length, DataViewRow row, DataViewSchema.Column column)
    {
        int expected = ((VectorDataViewType)column.Type).Size;
        if (length != expected)
        {
            throw new InvalidDataException(Invariant(
                $"Column '{column.Name}' has {length} values in row {row.Position} (from 0); each row must have {expected}."));
        }
    }

    /// <summary>All vectors read so far, concatenated; at least one.</summary>
    /// <exception cref="InvalidDataException">There are no rows.</exception>
    public float[] ToArray() => _values.Count > 0
        ? [.. _values]
        : throw new InvalidDataException($"There are no rows; column '{column.Name}' must have at least one.");

    /// <inheritdoc cref="ToArray"/>
    public FeatureRows ToRows() => new(ToArray(), Size);
}
