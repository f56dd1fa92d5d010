using Microsoft.ML;

namespace Disentangle.ML.Transforms;

/// <summary>Buffers scalars, which assignment copies.</summary>
internal sealed class ScalarColumnBuffer<T>(ValueGetter<T> source, int capacity) : ColumnBuffer<T>(source, capacity)
{
    public ScalarColumnBuffer(DataViewRow row, DataViewSchema.Column column, int capacity) : this(row.GetGetter<T>(column), capacity) { }

    public override ValueGetter<T> Getter(Func<int> slot) => (ref T value) => value = Slots[slot()];
}
