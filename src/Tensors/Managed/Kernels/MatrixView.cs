namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>An operand of a matrix product: row-major, with <see cref="Stride"/> elements from one row to the next.</summary>
internal readonly unsafe struct MatrixView(float* data, int stride, bool transpose = false)
{
    public float* Data { get; } = data;

    public int Stride { get; } = stride;

    /// <summary>Whether the product uses its transpose.</summary>
    public bool Transpose { get; } = transpose;
}
