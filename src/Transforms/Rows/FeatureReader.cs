using System.Numerics.Tensors;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Reads the features of the current row, dense or sparse, and checks them. Where a length column says that a sequence is shorter than its padded vector,
/// the padding is cut off.
/// </summary>
internal sealed class FeatureReader(DataViewRow row, FeatureColumns columns, InputShape shape, string? data = null)
{
    private readonly ValueGetter<VBuffer<float>> _getter = row.GetGetter<VBuffer<float>>(columns.Features);
    private readonly Func<long>? _length = columns.Length is { } length ? LengthColumn.Reader(row, length) : null;
    private readonly Func<int>? _label = columns.Label is { } label ? ClassLabels.Reader(row, label) : null;
    private VBuffer<float> _values;
    private float[] _buffer = [];

    /// <summary>The features of the current row; overwritten by the next.</summary>
    public ReadOnlySpan<float> Read()
    {
        _getter(ref _values);
        return Check(in _values, _length?.Invoke(), shape, columns.Features.Name, row.Position, ref _buffer, data);
    }

    /// <summary>The class of the current row, from 0; -1 where it has none or there is no such column.</summary>
    public int Label => _label?.Invoke() ?? -1;

    /// <summary>The features of a row, checked.</summary>
    /// <param name="values">As the column gives them.</param>
    /// <param name="steps">The number of steps that count, or null for all.</param>
    /// <param name="shape">What they must be.</param>
    /// <param name="columnName">For messages.</param>
    /// <param name="rowNumber">For messages; null where it is not known.</param>
    /// <param name="buffer">Where they are written; replaced where it is too short.</param>
    /// <param name="data">For messages: which data they are; null where there are no others.</param>
    /// <exception cref="ArgumentOutOfRangeException">A vector has more or fewer than the shape, and the row is not known.</exception>
    /// <exception cref="InvalidDataException">A row has more or fewer; one is NaN or infinite, or they make no sequence.</exception>
    public static ReadOnlySpan<float> Check(
        in VBuffer<float> values, long? steps, InputShape shape, string columnName, long? rowNumber, ref float[] buffer, string? data = null)
    {
        if (buffer.Length < values.Length)
            buffer = new float[values.Length];
        values.CopyTo(buffer);
        Span<float> features = buffer.AsSpan(0, values.Length);
        string Where() => rowNumber is null ? "" : FormattableString.Invariant($" in row {rowNumber} (from 0){Schemas.Of(data)}");
        if (steps is { } count)
        {
            if (count < 0 || count > features.Length / shape.Width)
            {
                throw new InvalidDataException(
                    $"The sequence in column '{columnName}'{Where()} has {features.Length / shape.Width} steps, and its length column says {count}.");
            }
            features = features[..(int)(count * shape.Width)];
        }
        if (shape.Fault(features.Length) is { } fault)
        {
            if (shape.IsSequence)
                throw new InvalidDataException($"The sequence in column '{columnName}'{Where()} has {fault}");
            throw rowNumber is null
                ? new ArgumentOutOfRangeException("inputSchema", $"The feature column '{columnName}' has {fault}")
                : new InvalidDataException(
                    $"Column '{columnName}' has {features.Length} values{Where()}; each row must have {shape.Width}.");
        }
        if (float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(features)))
            return features;
        for (int i = 0; i < features.Length; i++)
        {
            if (!float.IsFinite(features[i]))
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"Feature {i} of column '{columnName}' is {features[i]}{Where()}. Replace missing values first, for example by ReplaceMissingValues."));
            }
        }
        return features;
    }
}

/// <summary>The columns of features.</summary>
/// <param name="Features">The features.</param>
/// <param name="Length">The number of steps of a padded sequence, or null.</param>
/// <param name="Label">The class, or null.</param>
internal readonly record struct FeatureColumns(DataViewSchema.Column Features, DataViewSchema.Column? Length, DataViewSchema.Column? Label = null)
{
    public IEnumerable<DataViewSchema.Column> All => new[] { Features, Length, Label }.OfType<DataViewSchema.Column>();

    /// <summary>Finds and checks them.</summary>
    /// <param name="schema">Where they are.</param>
    /// <param name="features">The name of the features.</param>
    /// <param name="length">The name of the length, or null.</param>
    /// <param name="stepSize">The number of values in a step of a sequence; null for a vector of known size.</param>
    /// <param name="data">For messages: which data they are; null where there are no others.</param>
    /// <exception cref="ArgumentOutOfRangeException">One is missing or of the wrong type.</exception>
    public static FeatureColumns Find(DataViewSchema schema, string features, string? length, int? stepSize, string? data = null)
    {
        DataViewSchema.Column column = Schemas.Column(schema, features, "feature", data);
        if (column.Type is not VectorDataViewType { ItemType: NumberDataViewType { RawType: var item }, Size: var size } || item != typeof(float))
            throw Schemas.WrongType(features, "feature", column.Type.ToString()!, Schemas.FeatureTypes(stepSize), data);
        if (size == 0 && stepSize is null)
            throw Schemas.WrongType(features, "feature", $"{column.Type} of unknown size", Schemas.FeatureTypes(stepSize), data);
        return new FeatureColumns(column, length is null ? null : LengthColumn.Find(schema, length, data));
    }

    /// <summary>The number of features in a row, or in a step of a sequence.</summary>
    public int InputSize(int? stepSize) => stepSize ?? ((VectorDataViewType)Features.Type).Size;
}

/// <summary>A column that says how many steps of a padded sequence count.</summary>
internal static class LengthColumn
{
    public const string Types = "a number: Int32, Int64, UInt32 or Single";

    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string? data)
    {
        DataViewSchema.Column column = Schemas.Column(schema, name, "length", data);
        return column.Type is NumberDataViewType && Supports(column.Type.RawType)
            ? column
            : throw Schemas.WrongType(name, "length", column.Type.ToString()!, Types, data);
    }

    public static bool Supports(Type type) => type == typeof(int) || type == typeof(long) || type == typeof(uint) || type == typeof(float);

    public static Func<long> Reader(DataViewRow row, DataViewSchema.Column column) => column.Type.RawType switch
    {
        Type type when type == typeof(int) => Reader<int>(row, column, value => value),
        Type type when type == typeof(long) => Reader<long>(row, column, value => value),
        Type type when type == typeof(uint) => Reader<uint>(row, column, value => value),
        _ => Reader<float>(row, column, value => (long)value),
    };

    private static Func<long> Reader<T>(DataViewRow row, DataViewSchema.Column column, Func<T, long> convert) where T : struct
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () => { T value = default; getter(ref value); return convert(value); };
    }
}
