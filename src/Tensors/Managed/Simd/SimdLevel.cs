namespace Disentangle.ML.Tensors.Managed.Simd;

/// <summary>The register widths that kernels support. The value is the number of lanes.</summary>
internal enum SimdLevel
{
    Scalar = 1,
    Vector128 = 4,
    Vector256 = 8,
    Vector512 = 16,
}
