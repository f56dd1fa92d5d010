using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Disentangle.ML.Tensors.Simd;

/// <summary>The register widths that kernels are compiled for.</summary>
internal enum SimdLevel
{
    Scalar = 1,
    Vector128 = 4,
    Vector256 = 8,
    Vector512 = 16,
}

/// <summary>Which width kernels use.</summary>
internal static class SimdSupport
{
    /// <summary>The widest that this machine has.</summary>
    public static SimdLevel Best { get; } =
        Vector512.IsHardwareAccelerated ? SimdLevel.Vector512
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? SimdLevel.Vector256
        : Vector128.IsHardwareAccelerated ? SimdLevel.Vector128
        : SimdLevel.Scalar;

    /// <summary>The width in use. Tests set it; it must not change while an engine computes.</summary>
    public static SimdLevel Level { get; set; } = Best;
}
