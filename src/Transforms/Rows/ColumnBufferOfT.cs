using Microsoft.ML;

namespace Disentangle.ML.Transforms;

/// <summary>A buffer of values of type <typeparamref name="TValue"/>.</summary>
internal abstract class ColumnBuffer<TValue>(ValueGetter<TValue> source, int capacity) : ColumnBuffer
{
    protected TValue[] Slots { get; } = new TValue[capacity];

    public sealed override void Read(int slot) => source(ref Slots[slot]);

    /// <summary>Creates a getter of the slot that <paramref name="slot"/> returns.</summary>
    public abstract ValueGetter<TValue> Getter(Func<int> slot);
}
