using System.Numerics.Tensors;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Reads and checks the features of the current row, dense or sparse. Padding beyond the number of steps in the length column is removed.
/// </summary>
internal sealed class FeatureReader(DataViewRow row, FeatureColumns columns, InputShape shape, string? data = null)
{
    private readonly ValueGetter<VBuffer<float>> _getter = row.GetGetter<VBuffer<float>>(columns.Features);
    private readonly Func<long>? _length = columns.Length is { } length ? LengthColumn.Reader(row, length) : null;
    private readonly Func<int>? _label = columns.Label is { } label ? ClassLabels.Reader(row, label) : null;
    private VBuffer<float> _values;
    private float[] _buffer = [];

    /// <summary>The features of the current row; overwritten by the next row.</summary>
    public ReadOnlySpan<float> Read()
    {
        _getter(ref _values);
        return Check(in _values, _length?.Invoke(), shape, columns.Features.Name, row.Position, ref _buffer, data);
    }

    /// <summary>The class of the current row, from 0; -1 if it has none or there is no label column.</summary>
    public int ReadLabel() => _label?.Invoke() ?? -1;

    /// <summary>Checks the features of a row.</summary>
    /// <param name="values">The column's value.</param>
    /// <param name="steps">The number of steps before the padding, or null for all.</param>
    /// <param name="shape">The expected shape.</param>
    /// <param name="columnName">For messages.</param>
    /// <param name="rowNumber">For messages; null if unknown.</param>
    /// <param name="buffer">Receives dense values; replaced if it is too short.</param>
    /// <param name="data">For messages: which data this is; null if there is only one set.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The number of values does not match the shape, and the row number is unknown.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// The number of values does not match the shape, a value is NaN or infinite, or the values are not a valid sequence.
    /// </exception>
    public static ReadOnlySpan<float> Check(
        in VBuffer<float> values, long? steps, InputShape shape, string columnName, long? rowNumber, ref float[] buffer,
            string? data = null)
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
                    $"The sequence in column '{columnName}'{Where()} has {features.Length / shape.Width} steps, "
                    + $"but its length column says {count}.");
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
                    $"Feature {i} of column '{columnName}' is {features[i]}{Where()}. ")
                    + VectorReader.ValueAdvice(features[i]));
            }
        }
        return features;
    }
}
