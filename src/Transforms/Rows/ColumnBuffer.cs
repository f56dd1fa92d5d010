using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The values of one column for some rows that were read ahead.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>A buffer of a column.</summary>
    public static ColumnBuffer Create(DataViewRow row, DataViewSchema.Column column, int capacity)
    {
        (Type buffer, Type item) = column.Type is VectorDataViewType vector
            ? (typeof(VectorColumnBuffer<>), vector.ItemType.RawType)
            : (typeof(ScalarColumnBuffer<>), column.Type.RawType);
        return (ColumnBuffer)Activator.CreateInstance(buffer.MakeGenericType(item), row, column, capacity)!;
    }

    /// <summary>Keeps the current row's value in a slot.</summary>
    public abstract void Read(int slot);
}

/// <summary>A buffer that is read as <typeparamref name="TValue"/>.</summary>
internal abstract class ColumnBuffer<TValue>(ValueGetter<TValue> source, int capacity) : ColumnBuffer
{
    protected TValue[] Slots { get; } = new TValue[capacity];

    public sealed override void Read(int slot) => source(ref Slots[slot]);

    /// <summary>A getter of the slot that <paramref name="slot"/> names.</summary>
    public abstract ValueGetter<TValue> Getter(Func<int> slot);
}

/// <summary>Values that an assignment copies.</summary>
internal sealed class ScalarColumnBuffer<T>(ValueGetter<T> source, int capacity) : ColumnBuffer<T>(source, capacity)
{
    public ScalarColumnBuffer(DataViewRow row, DataViewSchema.Column column, int capacity) : this(row.GetGetter<T>(column), capacity) { }

    public override ValueGetter<T> Getter(Func<int> slot) => (ref T value) => value = Slots[slot()];
}

/// <summary>Vectors, whose memory belongs to who reads them.</summary>
internal sealed class VectorColumnBuffer<T>(DataViewRow row, DataViewSchema.Column column, int capacity)
    : ColumnBuffer<VBuffer<T>>(row.GetGetter<VBuffer<T>>(column), capacity)
{
    public override ValueGetter<VBuffer<T>> Getter(Func<int> slot) => (ref VBuffer<T> value) => Slots[slot()].CopyTo(ref value);
}
