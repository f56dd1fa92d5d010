using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>Reads the features of the current row, dense or sparse, and checks them.</summary>
internal sealed class FeatureReader(DataViewRow row, DataViewSchema.Column column, int width)
{
    private readonly ValueGetter<VBuffer<float>> _getter = row.GetGetter<VBuffer<float>>(column);
    private VBuffer<float> _values;

    public void Read(Span<float> destination)
    {
        _getter(ref _values);
        Copy(in _values, destination, column.Name, width, row.Position);
    }

    /// <summary>Copies the features of a row; <paramref name="row"/> is its number, or null where it is not known.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more or fewer than <paramref name="width"/>.</exception>
    /// <exception cref="InvalidDataException">One is NaN or infinite.</exception>
    public static void Copy(in VBuffer<float> values, Span<float> destination, string columnName, int width, long? row)
    {
        if (values.Length != width)
            throw Schemas.WrongSize(columnName, values.Length, width);
        values.CopyTo(destination);
        if (float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(destination)))
            return;
        for (int i = 0; i < destination.Length; i++)
        {
            if (!float.IsFinite(destination[i]))
            {
                string where = row is null ? "" : FormattableString.Invariant($" in row {row} (from 0)");
                throw new InvalidDataException(FormattableString.Invariant(
                    $"Feature {i} of column '{columnName}' is {destination[i]}{where}. Replace missing values first, for example by ReplaceMissingValues."));
            }
        }
    }
}
