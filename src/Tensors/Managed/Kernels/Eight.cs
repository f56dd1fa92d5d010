namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>The constant 8.</summary>
internal readonly struct Eight : IConstant
{
    public static int Value => 8;
}
