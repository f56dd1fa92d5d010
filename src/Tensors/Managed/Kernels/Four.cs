namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>The constant 4.</summary>
internal readonly struct Four : IConstant
{
    public static int Value => 4;
}
