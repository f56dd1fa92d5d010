using System.Numerics.Tensors;
using Disentangle.ML.Tensors.Points;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// Squared distances of centred points from their dot products, |x - y|² = |x|² + |y|² - 2 x·y in double precision; computed from the
/// coordinates where this cancels most digits.
/// </summary>
internal sealed class SquaredDistances
{
    /// <summary>Below this fraction of |x|² + |y|², half of the digits of the distance are lost.</summary>
    public const double Cancelled = 1e-7;

    private readonly ClusteredPoints _points;
    private readonly double[] _norms;
    private readonly double[] _largestNorms;

    public SquaredDistances(ClusteredPoints points)
    {
        (_points, _norms, _largestNorms) = (points, new double[points.Count], new double[points.BlockCount]);
        for (int block = 0; block < points.BlockCount; block++)
        {
            Span<double> norms = _norms.AsSpan(block * PointBlocks.Size, points.LengthOf(block));
            points.SquaredNorms(block, norms);
            _largestNorms[block] = TensorPrimitives.Max<double>(norms);
        }
    }

    /// <summary>Converts the dot products of a point with a block of points to squared distances.</summary>
    public void Convert(int point, int block, Span<double> products)
    {
        ReadOnlySpan<double> others = _norms.AsSpan(block * PointBlocks.Size, products.Length);
        TensorPrimitives.MultiplyAdd(products, -2, others, products);
        TensorPrimitives.Add(products, _norms[point], products);
        if (TensorPrimitives.Min<double>(products) >= Cancelled * (_norms[point] + _largestNorms[block]))
            return;
        for (int i = 0; i < products.Length; i++)
        {
            if (products[i] < Cancelled * (_norms[point] + others[i]))
                products[i] = _points.SquaredDistance(point, block * PointBlocks.Size + i);
        }
    }
}
