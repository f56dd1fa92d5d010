namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>The memory layout of the left matrix.</summary>
internal interface ILeftLayout
{
    /// <summary>Whether the elements of a column are adjacent, rather than those of a row.</summary>
    static abstract bool IsColumnMajor { get; }
}
