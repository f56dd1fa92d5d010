namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>The constant 1.</summary>
internal readonly struct One : IConstant
{
    public static int Value => 1;
}
