using Disentangle.ML.Tensors.Simd;

namespace Disentangle.ML.Tensors.Kernels;

/// <summary>The sizes in which a matrix product is cut, by the registers in use.</summary>
internal static class GemmBlocking
{
    private const int LongestDepth = 512;
    private const int DepthGranularity = 8;

    /// <summary>Rows of C in a full tile.</summary>
    public static int TileRows => SimdSupport.Level == SimdLevel.Vector512 ? 8 : 6;

    /// <summary>Columns of C in a full tile: 3 registers of 16, or 2 of the narrower ones.</summary>
    public static int PanelWidth => SimdSupport.Level == SimdLevel.Vector512 ? 48 : 2 * (int)SimdSupport.Level;

    /// <summary>Panels that are packed at a time, so that they stay in the second-level cache.</summary>
    public static int PanelsAtOnce => 384 / PanelWidth;

    /// <summary>
    /// The number of k summed in registers before a sum goes to memory: equal parts of at most 512. It depends on the depth only, because it decides
    /// the order of summation.
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
