namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>The elements of a row are adjacent.</summary>
internal readonly struct RowMajor : ILeftLayout
{
    public static bool IsColumnMajor => false;
}
