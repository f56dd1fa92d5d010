using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>Buffers the values of one column for rows that are read ahead.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>Creates a buffer for a column.</summary>
    public static ColumnBuffer Create(DataViewRow row, DataViewSchema.Column column, int capacity)
    {
        (Type buffer, Type item) = column.Type is VectorDataViewType vector
            ? (typeof(VectorColumnBuffer<>), vector.ItemType.RawType)
            : (typeof(ScalarColumnBuffer<>), column.Type.RawType);
        return (ColumnBuffer)Activator.CreateInstance(buffer.MakeGenericType(item), row, column, capacity)!;
    }

    /// <summary>Stores the current row's value in a slot.</summary>
    public abstract void Read(int slot);
}
