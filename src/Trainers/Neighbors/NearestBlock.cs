using System.Numerics;
using System.Numerics.Tensors;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Searches the nearest candidates of a block of rows. For rows q and candidates c, both less the mean m of the block, a product finds
/// |c-m|² - 2 (q-m)·(c-m), which differs from the squared distance by |q-m|² only. Taken from m, it is right far from the origin too. A few more candidates
/// than needed are kept, and their distances computed from the differences in the end. One for each thread.
/// </summary>
internal sealed class NearestBlock
{
    /// <summary>The greatest number of rows in a block.</summary>
    public const int Size = 256;

    private const int TileSize = 512;
    // Rounding may exchange neighbours whose distances are nearly equal.
    private const int Spare = 8;

    private readonly FeatureRows _rows;
    private readonly CancellationToken _token;
    private readonly int _depth;
    private readonly int _kept;
    private readonly float[] _center;
    private readonly double[] _sums;
    // [row x (-2 (q-m), 1)] and [candidate x (c-m, |c-m|²)]
    private readonly float[] _queries;
    private readonly float[] _tile;
    private readonly float[] _product = new float[Size * TileSize];
    private readonly int[] _numbers = new int[Size];
    private readonly int[] _nearest;
    private readonly float[] _distances;
    private int _count;

    public NearestBlock(FeatureRows rows, int neighbors, CancellationToken token)
    {
        (_rows, _token, _depth, _kept) = (rows, token, rows.Width + 1, neighbors + Spare);
        _center = new float[rows.Width];
        _sums = new double[rows.Width];
        _queries = new float[Size * _depth];
        _tile = new float[TileSize * _depth];
        _nearest = new int[Size * _kept];
        _distances = new float[Size * _kept];
    }

    /// <summary>Begins the search for some rows, at most <see cref="Size"/>.</summary>
    public void Begin(ReadOnlySpan<int> rows)
    {
        _count = rows.Length;
        rows.CopyTo(_numbers);
        Array.Clear(_sums);
        foreach (int row in rows)
        {
            ReadOnlySpan<float> features = _rows[row];
            for (int f = 0; f < features.Length; f++)
                _sums[f] += features[f];
        }
        for (int f = 0; f < _center.Length; f++)
            _center[f] = (float)(_sums[f] / _count);
        for (int i = 0; i < rows.Length; i++)
        {
            Span<float> query = _queries.AsSpan(i * _depth, _depth);
            TensorPrimitives.Subtract(_rows[rows[i]], _center, query);
            TensorPrimitives.Multiply(query[..^1], -2, query);
            query[^1] = 1;
        }
        _nearest.AsSpan(0, _count * _kept).Fill(-1);
        _distances.AsSpan(0, _count * _kept).Fill(float.PositiveInfinity);
    }

    /// <summary>Compares all rows of the block with some candidates. A row is never compared with itself.</summary>
    public void Compare(ReadOnlySpan<int> candidates)
    {
        for (int first = 0; first < candidates.Length; first += TileSize)
        {
            _token.ThrowIfCancellationRequested();
            ReadOnlySpan<int> tile = candidates.Slice(first, Math.Min(TileSize, candidates.Length - first));
            Fill(tile);
            Span<float> product = _product.AsSpan(0, _count * tile.Length);
            MatrixMultiply.Run(_queries.AsSpan(0, _count * _depth), false, _tile.AsSpan(0, tile.Length * _depth), true, product, _count, tile.Length, _depth,
                threads: 1);
            for (int i = 0; i < _count; i++)
                Keep(i, product.Slice(i * tile.Length, tile.Length), tile);
        }
    }

    /// <summary>Adds the nearest candidates of each row to its list.</summary>
    public void End(NearestLists lists)
    {
        for (int i = 0; i < _count; i++)
        {
            ReadOnlySpan<float> row = _rows[_numbers[i]];
            foreach (int candidate in _nearest.AsSpan(i * _kept, _kept))
            {
                if (candidate < 0)
                    break;
                lists.Add(_numbers[i], candidate, TensorPrimitives.Distance(row, _rows[candidate]));
            }
        }
    }

    private void Fill(ReadOnlySpan<int> candidates)
    {
        for (int j = 0; j < candidates.Length; j++)
        {
            Span<float> candidate = _tile.AsSpan(j * _depth, _depth);
            TensorPrimitives.Subtract(_rows[candidates[j]], _center, candidate);
            candidate[^1] = TensorPrimitives.SumOfSquares<float>(candidate[..^1]);
        }
    }

    private void Keep(int i, ReadOnlySpan<float> distances, ReadOnlySpan<int> candidates)
    {
        Span<float> kept = _distances.AsSpan(i * _kept, _kept);
        var greatest = new Vector<float>(kept[^1]);
        int j = 0;
        for (; j <= distances.Length - Vector<float>.Count; j += Vector<float>.Count)
        {
            if (!Vector.LessThanAny(new Vector<float>(distances[j..]), greatest))
                continue;
            for (int lane = j; lane < j + Vector<float>.Count; lane++)
                Keep(i, candidates[lane], distances[lane]);
            greatest = new Vector<float>(kept[^1]);
        }
        for (; j < distances.Length; j++)
            Keep(i, candidates[j], distances[j]);
    }

    private void Keep(int i, int candidate, float distance)
    {
        Span<float> kept = _distances.AsSpan(i * _kept, _kept);
        if (!(distance < kept[^1]) || candidate == _numbers[i])
            return;
        Span<int> nearest = _nearest.AsSpan(i * _kept, _kept);
        int place = _kept - 1;
        for (; place > 0 && distance < kept[place - 1]; place--)
            (kept[place], nearest[place]) = (kept[place - 1], nearest[place - 1]);
        (kept[place], nearest[place]) = (distance, candidate);
    }
}
