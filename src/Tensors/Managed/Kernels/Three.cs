namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>The constant 3.</summary>
internal readonly struct Three : IConstant
{
    public static int Value => 3;
}
