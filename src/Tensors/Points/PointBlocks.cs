using System.Numerics;

namespace Disentangle.ML.Tensors.Points;

/// <summary>
/// Points in double precision, in blocks of <see cref="Size"/> points. A block holds the first coordinate of all its points, then the
/// second, and so on, so that vectors span points. The last block is padded.
/// </summary>
/// <param name="dimension">The number of coordinates of a point.</param>
internal abstract class PointBlocks(int dimension)
{
    /// <summary>The number of points in a block: a multiple of the number of points that a kernel takes at once.</summary>
    public const int Size = 240;

    private readonly List<double[]> _blocks = [];

    /// <summary>The number of coordinates of a point.</summary>
    public int Dimension { get; } = dimension <= Array.MaxLength / Size
        ? dimension
        : throw new ArgumentException($"A row has {dimension} coordinates; the maximum is {Array.MaxLength / Size}.", nameof(dimension));

    /// <summary>The number of points.</summary>
    public int Count { get; private set; }

    public int BlockCount => (Count + Size - 1) / Size;

    /// <summary>The number of points in a block, without padding.</summary>
    public int LengthOf(int block) => Math.Min(Size, Count - block * Size);

    /// <summary>All coordinates of a block, including the padding.</summary>
    public ReadOnlySpan<double> Block(int block) => _blocks[block];

    /// <summary>A coordinate of the points in a block.</summary>
    public Span<double> Coordinate(int block, int coordinate) => _blocks[block].AsSpan(coordinate * Size, LengthOf(block));

    /// <summary>Copies a point.</summary>
    public void CopyPoint(int point, Span<double> destination)
    {
        double[] block = _blocks[point / Size];
        for (int f = 0; f < Dimension; f++)
            destination[f] = block[f * Size + point % Size];
    }

    /// <summary>Adds a point with finite coordinates.</summary>
    protected void Add<T>(ReadOnlySpan<T> point) where T : struct, INumberBase<T>
    {
        (int block, int place) = Math.DivRem(Count++, Size);
        if (block == _blocks.Count)
            _blocks.Add(new double[Size * Dimension]);
        double[] values = _blocks[block];
        for (int f = 0; f < Dimension; f++)
            values[f * Size + place] = double.CreateChecked(point[f]);
    }

    /// <summary>Removes all points and keeps the memory.</summary>
    protected void RemoveAll() => Count = 0;
}
