using System.Numerics;
using System.Numerics.Tensors;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Rows in double precision with their weights, in blocks of <see cref="Size"/> rows. A block holds the first feature of all its rows,
/// then the second, and so on, so that vectors span rows. The last block is padded with rows of value and weight 0.
/// </summary>
internal sealed class RowBlocks(int dimension)
{
    /// <summary>The number of rows in a block: a multiple of <see cref="GaussianKernels.Strip"/> for all vector widths.</summary>
    public const int Size = 240;

    private readonly List<double[]> _values = [];
    private readonly List<double[]> _weights = [];

    /// <summary>The number of features.</summary>
    public int Dimension { get; } = dimension;

    public int Count { get; private set; }

    /// <summary>The sum of all weights.</summary>
    public double TotalWeight { get; private set; }

    public int BlockCount => (Count + Size - 1) / Size;

    /// <summary>The values of a block, feature by feature.</summary>
    public ReadOnlySpan<double> Values(int block) => _values[block];

    /// <summary>The weight of each row of a block.</summary>
    public ReadOnlySpan<double> Weights(int block) => _weights[block];

    public double WeightOf(int row) => _weights[row / Size][row % Size];

    /// <summary>The number of rows in a block.</summary>
    public int LengthOf(int block) => Math.Min(Size, Count - block * Size);

    /// <summary>The number of rows in a block, rounded up to a multiple of <see cref="GaussianKernels.Strip"/>.</summary>
    public int PaddedLengthOf(int block) => (LengthOf(block) + GaussianKernels.Strip - 1) / GaussianKernels.Strip * GaussianKernels.Strip;

    /// <summary>Removes all rows and keeps the memory.</summary>
    public void Clear() => (Count, TotalWeight) = (0, 0);

    /// <summary>Adds a row.</summary>
    /// <exception cref="InvalidDataException">A value is NaN or infinite, or the weight is NaN, infinite or negative.</exception>
    public void Add<T>(ReadOnlySpan<T> row, double weight = 1) where T : struct, INumberBase<T>
    {
        (int block, int place) = Math.DivRem(Count, Size);
        if (block == _values.Count)
        {
            _values.Add(new double[Size * Dimension]);
            _weights.Add(new double[Size]);
        }
        if (!(weight >= 0) || double.IsInfinity(weight))
            throw new InvalidDataException(Invariant($"The weight of row {Count} (from 0) is {weight}; it must be finite and 0 or more."));
        double[] values = _values[block];
        for (int f = 0; f < row.Length; f++)
        {
            double value = double.CreateChecked(row[f]);
            if (!double.IsFinite(value))
                throw new InvalidDataException(Invariant($"Feature {f} of row {Count} (from 0) is {value}; it must be finite."));
            values[f * Size + place] = value;
        }
        _weights[block][place] = weight;
        TotalWeight += weight;
        Count++;
    }

    /// <summary>Copies concatenated rows.</summary>
    /// <param name="values">The rows.</param>
    /// <param name="dimension">The number of features.</param>
    /// <param name="weights">One per row; empty for 1.</param>
    public static RowBlocks Of<T>(ReadOnlySpan<T> values, int dimension, ReadOnlySpan<double> weights = default)
        where T : struct, INumberBase<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (values.Length % dimension != 0)
            throw new ArgumentException($"{values.Length} values do not divide into rows of {dimension}.", nameof(values));
        int count = values.Length / dimension;
        if (!weights.IsEmpty && weights.Length != count)
            throw new ArgumentException($"There are {weights.Length} weights for {count} rows.", nameof(weights));
        var rows = new RowBlocks(dimension);
        for (int i = 0; i < count; i++)
            rows.Add(values.Slice(i * dimension, dimension), weights.IsEmpty ? 1 : weights[i]);
        return rows;
    }

    /// <summary>The weighted variance of each feature; the total weight must be greater than 0.</summary>
    public double[] Variances()
    {
        double[] mean = new double[Dimension], variances = new double[Dimension];
        for (int block = 0; block < BlockCount; block++)
        {
            for (int f = 0; f < Dimension; f++)
                mean[f] += TensorPrimitives.Dot(Values(block).Slice(f * Size, Size), Weights(block));
        }
        TensorPrimitives.Divide(mean, TotalWeight, mean);
        for (int block = 0; block < BlockCount; block++)
            GaussianKernels.AddVariances(Values(block), Weights(block)[..PaddedLengthOf(block)], mean, variances);
        TensorPrimitives.Divide(variances, TotalWeight, variances);
        return variances;
    }

    /// <summary>Copies a row.</summary>
    public void CopyRow(int row, Span<double> destination)
    {
        double[] values = _values[row / Size];
        for (int f = 0; f < Dimension; f++)
            destination[f] = values[f * Size + row % Size];
    }
}
