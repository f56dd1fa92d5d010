namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>The constant 2.</summary>
internal readonly struct Two : IConstant
{
    public static int Value => 2;
}
