namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>The elements of a column are adjacent.</summary>
internal readonly struct ColumnMajor : ILeftLayout
{
    public static bool IsColumnMajor => true;
}
