using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>Buffers vectors, which are copied to the reader's memory.</summary>
internal sealed class VectorColumnBuffer<T>(DataViewRow row, DataViewSchema.Column column, int capacity)
    : ColumnBuffer<VBuffer<T>>(row.GetGetter<VBuffer<T>>(column), capacity)
{
    public override ValueGetter<VBuffer<T>> Getter(Func<int> slot) => (ref VBuffer<T> value) => Slots[slot()].CopyTo(ref value);
}
