namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>The constant 6.</summary>
internal readonly struct Six : IConstant
{
    public static int Value => 6;
}
