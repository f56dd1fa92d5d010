using System.Numerics;
using Disentangle.ML.Tensors.Points;

namespace Disentangle.ML.Evaluators;

/// <summary>Dot products of points with a block of points, in double precision because distances need the digits.</summary>
internal static class DotProducts
{
    /// <summary>The number of points multiplied at once. Together with two vectors of the block, their sums fill the registers.</summary>
    public const int Rows = 6;

    /// <summary>Writes x · y for points x and all y of a block.</summary>
    /// <param name="points">
    /// The x in groups of <see cref="Rows"/>: in each group the first coordinate of all points, then the second, and so on.
    /// </param>
    /// <param name="block">The y: the first coordinate of all <see cref="PointBlocks.Size"/> points, then the second, and so on.</param>
    /// <param name="products">Receives <see cref="PointBlocks.Size"/> products per x.</param>
    public static void Compute(ReadOnlySpan<double> points, ReadOnlySpan<double> block, Span<double> products)
    {
        int lot = block.Length / PointBlocks.Size * Rows;
        for (int column = 0; column < PointBlocks.Size; column += 2 * Vector<double>.Count)
        {
            for (int i = 0; i * lot < points.Length; i++)
                ComputeColumns(points.Slice(i * lot, lot), block[column..], products[(i * Rows * PointBlocks.Size + column)..]);
        }
    }

    private static void ComputeColumns(ReadOnlySpan<double> points, ReadOnlySpan<double> block, Span<double> products)
    {
        const int stride = PointBlocks.Size;
        int width = Vector<double>.Count;
        Vector<double> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector<double> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        while (points.Length >= Rows)
        {
            var a = new Vector<double>(block);
            var b = new Vector<double>(block[width..]);
            var x = new Vector<double>(points[0]);
            (a0, b0) = (Vector.MultiplyAddEstimate(a, x, a0), Vector.MultiplyAddEstimate(b, x, b0));
            x = new(points[1]);
            (a1, b1) = (Vector.MultiplyAddEstimate(a, x, a1), Vector.MultiplyAddEstimate(b, x, b1));
            x = new(points[2]);
            (a2, b2) = (Vector.MultiplyAddEstimate(a, x, a2), Vector.MultiplyAddEstimate(b, x, b2));
            x = new(points[3]);
            (a3, b3) = (Vector.MultiplyAddEstimate(a, x, a3), Vector.MultiplyAddEstimate(b, x, b3));
            x = new(points[4]);
            (a4, b4) = (Vector.MultiplyAddEstimate(a, x, a4), Vector.MultiplyAddEstimate(b, x, b4));
            x = new(points[5]);
            (a5, b5) = (Vector.MultiplyAddEstimate(a, x, a5), Vector.MultiplyAddEstimate(b, x, b5));
            points = points[Rows..];
            block = block[Math.Min(stride, block.Length)..];
        }
        Store(products, a0, b0);
        Store(products[stride..], a1, b1);
        Store(products[(2 * stride)..], a2, b2);
        Store(products[(3 * stride)..], a3, b3);
        Store(products[(4 * stride)..], a4, b4);
        Store(products[(5 * stride)..], a5, b5);

        static void Store(Span<double> products, Vector<double> a, Vector<double> b)
        {
            a.CopyTo(products);
            b.CopyTo(products[Vector<double>.Count..]);
        }
    }
}
