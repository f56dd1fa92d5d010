namespace Disentangle.ML.Trainers;

/// <summary>Rows of features, each of the same width, wherever they are kept.</summary>
/// <param name="count">The number of rows.</param>
/// <param name="width">The number of features in a row.</param>
/// <param name="row">Gives the features of a row; called from several threads.</param>
internal sealed class FeatureRows(int count, int width, FeatureRows.Accessor row)
{
    public delegate ReadOnlySpan<float> Accessor(int row);

    public int Count { get; } = count;

    public int Width { get; } = width;

    public ReadOnlySpan<float> this[int index] => row(index);

    /// <summary>Rows that lie one after the other.</summary>
    public static FeatureRows Of(ReadOnlyMemory<float> values, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (values.Length % width != 0)
            throw new ArgumentException($"There are {values.Length} values; they do not divide into rows of {width}.", nameof(values));
        return new(values.Length / width, width, row => values.Span.Slice(row * width, width));
    }
}
