using System.Numerics;
using System.Numerics.Tensors;
using Disentangle.ML.Tensors.Points;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>Points with weights. The padding has weight 0, except after <see cref="Clear"/>.</summary>
internal sealed class WeightedPoints(int dimension) : PointBlocks(dimension)
{
    private readonly List<double[]> _weights = [];

    /// <summary>The sum of all weights.</summary>
    public double TotalWeight { get; private set; }

    /// <summary>The weight of each point of a block.</summary>
    public ReadOnlySpan<double> Weights(int block) => _weights[block];

    public double WeightOf(int point) => _weights[point / Size][point % Size];

    /// <summary>The number of points in a block, rounded up to a multiple of <see cref="GaussianKernels.Strip"/>.</summary>
    public int PaddedLengthOf(int block) => (LengthOf(block) + GaussianKernels.Strip - 1) / GaussianKernels.Strip * GaussianKernels.Strip;

    /// <summary>Removes all points and keeps the memory.</summary>
    public void Clear()
    {
        RemoveAll();
        TotalWeight = 0;
    }

    /// <summary>Adds a point.</summary>
    /// <exception cref="InvalidDataException">A value is NaN or infinite, or the weight is NaN, infinite or negative.</exception>
    public void Add<T>(ReadOnlySpan<T> point, double weight = 1) where T : struct, INumberBase<T>
    {
        if (!(weight >= 0) || double.IsInfinity(weight))
            throw new InvalidDataException(Invariant($"The weight of row {Count} (from 0) is {weight}; it must be finite and 0 or more."));
        for (int f = 0; f < point.Length; f++)
        {
            if (!T.IsFinite(point[f]))
                throw new InvalidDataException(Invariant($"Feature {f} of row {Count} (from 0) is {point[f]}; it must be finite."));
        }
        (int block, int place) = Math.DivRem(Count, Size);
        if (block == _weights.Count)
            _weights.Add(new double[Size]);
        _weights[block][place] = weight;
        TotalWeight += weight;
        base.Add(point);
    }

    /// <summary>Copies concatenated points.</summary>
    /// <param name="values">The points.</param>
    /// <param name="dimension">The number of coordinates of a point.</param>
    /// <param name="weights">One per point; empty for 1.</param>
    public static WeightedPoints Of<T>(ReadOnlySpan<T> values, int dimension, ReadOnlySpan<double> weights = default)
        where T : struct, INumberBase<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (values.Length % dimension != 0)
            throw new ArgumentException($"{values.Length} values do not divide into rows of {dimension}.", nameof(values));
        int count = values.Length / dimension;
        if (!weights.IsEmpty && weights.Length != count)
            throw new ArgumentException($"There are {weights.Length} weights for {count} rows.", nameof(weights));
        var points = new WeightedPoints(dimension);
        for (int i = 0; i < count; i++)
            points.Add(values.Slice(i * dimension, dimension), weights.IsEmpty ? 1 : weights[i]);
        return points;
    }

    /// <summary>The weighted variance of each coordinate; the total weight must be greater than 0.</summary>
    public double[] Variances()
    {
        double[] mean = new double[Dimension], variances = new double[Dimension];
        for (int block = 0; block < BlockCount; block++)
        {
            for (int f = 0; f < Dimension; f++)
                mean[f] += TensorPrimitives.Dot(Block(block).Slice(f * Size, Size), Weights(block));
        }
        TensorPrimitives.Divide(mean, TotalWeight, mean);
        for (int block = 0; block < BlockCount; block++)
            GaussianKernels.AddVariances(Block(block), Weights(block)[..PaddedLengthOf(block)], mean, variances);
        TensorPrimitives.Divide(variances, TotalWeight, variances);
        return variances;
    }
}
