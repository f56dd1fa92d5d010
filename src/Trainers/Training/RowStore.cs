namespace Disentangle.ML.Trainers;

/// <summary>Rows of features with their labels, in memory. Kept in blocks, so that it grows without copying and may pass the size of one array.</summary>
public sealed class RowStore
{
    private const int RowsPerBlock = 4096;
    private readonly List<float[]> _features = [];
    private readonly List<int> _labels = [];

    /// <summary>An empty store.</summary>
    /// <param name="width">The number of features in a row. At least 1.</param>
    public RowStore(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Width = width;
    }

    /// <summary>The number of features in a row.</summary>
    public int Width { get; }

    /// <summary>The number of rows.</summary>
    public int Count => _labels.Count;

    /// <summary>The class of each row; -1 where it has none.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <summary>Adds a row and gives its features to be filled in.</summary>
    /// <param name="label">Its class 0, 1, ..., or -1 for none.</param>
    public Span<float> Add(int label)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(label, -1);
        if (Count % RowsPerBlock == 0)
            _features.Add(new float[RowsPerBlock * Width]);
        _labels.Add(label);
        return Features(Count - 1);
    }

    /// <summary>The features of a row.</summary>
    public Span<float> Features(int row) => _features[row / RowsPerBlock].AsSpan(row % RowsPerBlock * Width, Width);
}
