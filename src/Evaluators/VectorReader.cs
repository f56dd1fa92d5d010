using System.Buffers;
using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Evaluators;

/// <summary>Reads a vector column of Single row by row.</summary>
internal sealed class VectorReader(DataViewRow row, DataViewSchema.Column column)
{
    private readonly ValueGetter<VBuffer<float>> _getter = row.GetGetter<VBuffer<float>>(column);
    private readonly ArrayBufferWriter<float> _values = new();
    private readonly int _size = ((VectorDataViewType)column.Type).Size;
    private VBuffer<float> _vector;

    /// <summary>All vectors read so far.</summary>
    public ReadOnlySpan<float> Values => _values.WrittenSpan;

    /// <summary>Reads the vector of the current row.</summary>
    /// <exception cref="ArgumentException">A value is NaN or infinite.</exception>
    public void Read()
    {
        _getter(ref _vector);
        if (!TensorPrimitives.IsFiniteAll(_vector.GetValues()))
        {
            throw new ArgumentException(
                $"Column '{column.Name}' has a value that is NaN or infinite in row {row.Position} (from 0).");
        }
        _vector.CopyTo(_values.GetSpan(_size));
        _values.Advance(_size);
    }
}
