namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>The sequences of a batch, ordered from the longest to the shortest.</summary>
internal readonly unsafe struct SequenceOrder(int* sequence, int* length, int* offset, int count)
{
    /// <summary>The index of the i-th longest sequence.</summary>
    public int* Sequence { get; } = sequence;

    /// <summary>The length of the i-th longest sequence.</summary>
    public int* Length { get; } = length;

    /// <summary>The row of the first step of the i-th longest sequence.</summary>
    public int* Offset { get; } = offset;

    public int Count { get; } = count;
}
