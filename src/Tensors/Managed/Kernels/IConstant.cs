namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>A number that is constant to the JIT.</summary>
internal interface IConstant
{
    static abstract int Value { get; }
}
