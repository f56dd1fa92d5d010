namespace Disentangle.ML.Trainers;

/// <summary>Rows of features of the same width, independent of their storage.</summary>
/// <param name="count">The number of rows.</param>
/// <param name="width">The number of features in a row.</param>
/// <param name="row">Returns the features of a row; called from several threads.</param>
internal sealed class VectorRows(int count, int width, VectorRows.Accessor row)
{
    public delegate ReadOnlySpan<float> Accessor(int row);

    public int Count { get; } = count;

    public int Width { get; } = width;

    public ReadOnlySpan<float> this[int index] => row(index);

    /// <summary>Creates rows from a contiguous array.</summary>
    public static VectorRows Of(ReadOnlyMemory<float> values, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (values.Length % width != 0)
            throw new ArgumentException($"{values.Length} values do not divide into rows of {width}.", nameof(values));
        return new(values.Length / width, width, row => values.Span.Slice(row * width, width));
    }

    /// <summary>The mean of a non-empty subset of rows.</summary>
    public void Mean(ReadOnlySpan<int> some, Span<float> mean)
    {
        var sums = new double[Width];
        foreach (int index in some)
        {
            ReadOnlySpan<float> features = this[index];
            for (int f = 0; f < features.Length; f++)
                sums[f] += features[f];
        }
        for (int f = 0; f < sums.Length; f++)
            mean[f] = (float)(sums[f] / some.Length);
    }

    /// <summary>
    /// Orders a subset of rows by the feature with the greatest variance, and by row number where values are equal. Rows close in this
    /// order tend to be close in space.
    /// </summary>
    public int[] AlongWidestFeature(ReadOnlySpan<int> some)
    {
        double[] sums = new double[Width], squares = new double[Width];
        ReadOnlySpan<float> origin = this[some[0]];
        foreach (int index in some)
        {
            ReadOnlySpan<float> features = this[index];
            for (int f = 0; f < features.Length; f++)
            {
                double value = (double)features[f] - origin[f];
                sums[f] += value;
                squares[f] += value * value;
            }
        }
        int count = some.Length, widest = Enumerable.Range(0, Width).MaxBy(f => squares[f] - sums[f] / count * sums[f]);
        var keys = new (float Value, int Row)[count];
        for (int i = 0; i < count; i++)
            keys[i] = (this[some[i]][widest], some[i]);
        Array.Sort(keys);
        return Array.ConvertAll(keys, key => key.Row);
    }
}
