using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>The block sizes of a matrix product, which depend on the register width.</summary>
internal static class GemmBlocking
{
    private const int LongestDepth = 512;
    private const int DepthGranularity = 8;

    /// <summary>Rows of C in a full tile.</summary>
    public static int TileRows => SimdSupport.Level == SimdLevel.Vector512 ? 8 : 6;

    /// <summary>Columns of C in a full tile: 3 registers of 16 lanes, or 2 narrower registers.</summary>
    public static int PanelWidth => SimdSupport.Level == SimdLevel.Vector512 ? 48 : 2 * (int)SimdSupport.Level;

    /// <summary>The number of panels packed at a time, so that they stay in the second-level cache.</summary>
    public static int PanelsAtOnce => 384 / PanelWidth;

    /// <summary>
    /// The number of products summed in registers before the sum is stored: equal parts of at most 512. Depends only on the depth, because
    /// it determines the order of summation.
    /// </summary>
    public static int Depth(int depth)
    {
        int blocks = Math.Max(1, (depth + LongestDepth - 1) / LongestDepth);
        int part = (depth + blocks - 1) / blocks;
        return Math.Max(DepthGranularity, (part + DepthGranularity - 1) / DepthGranularity * DepthGranularity);
    }

    /// <summary>Columns rounded up to whole registers.</summary>
    public static int PackedColumns(int columns)
    {
        int width = (int)SimdSupport.Level;
        return (columns + width - 1) / width * width;
    }
}
