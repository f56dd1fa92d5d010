using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Disentangle.ML.Tensors.Managed.Simd;

/// <summary>The register width in use.</summary>
internal static class SimdSupport
{
    /// <summary>The widest registers of this machine.</summary>
    public static SimdLevel Best { get; } =
        Vector512.IsHardwareAccelerated ? SimdLevel.Vector512
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? SimdLevel.Vector256
        : Vector128.IsHardwareAccelerated ? SimdLevel.Vector128
        : SimdLevel.Scalar;

    /// <summary>The width that kernels use. Tests set it; it must not change while an engine computes.</summary>
    public static SimdLevel Level { get; set; } = Best;
}
