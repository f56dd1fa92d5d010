using System.Numerics;
using System.Numerics.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Finds the nearest candidates of a block of rows by matrix products. Rounding may swap candidates of nearly equal distance, so a few
/// more than needed are kept and their distances are finally recomputed from differences. Each thread needs its own.
/// </summary>
internal sealed class NearestBlock
{
    /// <summary>The maximum number of rows in a block.</summary>
    public const int Size = 256;

    private const int TileSize = 512;
    private const int Spare = 8;
    // In units of the distance to the neighbours. Its square times the rounding error of single precision stays below 1 %.
    private const float FarthestOrigin = 100;

    private readonly VectorRows _rows;
    private readonly CancellationToken _token;
    private readonly int _depth;
    private readonly int _kept;
    private readonly float[] _origin;
    private readonly float[] _left;
    private readonly float[] _someLeft;
    private readonly float[] _right;
    private readonly float[] _product = new float[Size * TileSize];
    private readonly int[] _numbers = new int[Size];
    private readonly int[] _places = [.. Enumerable.Range(0, Size)];
    private readonly int[] _nearest;
    private readonly float[] _distances;
    private int _count;

    public NearestBlock(VectorRows rows, int neighbors, CancellationToken token)
    {
        (_rows, _token, _depth, _kept) = (rows, token, DistanceProduct.Depth(rows.Width), neighbors + Spare);
        _origin = new float[rows.Width];
        _left = new float[Size * _depth];
        _someLeft = new float[Size * _depth];
        _right = new float[TileSize * _depth];
        _nearest = new int[Size * _kept];
        _distances = new float[Size * _kept];
    }

    /// <summary>Starts the search for at most <see cref="Size"/> rows.</summary>
    public void Begin(ReadOnlySpan<int> rows)
    {
        _count = rows.Length;
        rows.CopyTo(_numbers);
        _rows.Mean(rows, _origin);
        for (int i = 0; i < _count; i++)
            DistanceProduct.Left(_rows[rows[i]], _origin, _left.AsSpan(i * _depth, _depth));
        _nearest.AsSpan(0, _count * _kept).Fill(-1);
        _distances.AsSpan(0, _count * _kept).Fill(float.PositiveInfinity);
    }

    /// <summary>Compares all rows of the block with candidates. A row is never its own candidate.</summary>
    public void Compare(ReadOnlySpan<int> candidates) => Compare(_left.AsSpan(0, _count * _depth), _places.AsSpan(0, _count), candidates);

    /// <summary>Compares the rows at some places of the block with candidates.</summary>
    public void Compare(ReadOnlySpan<int> places, ReadOnlySpan<int> candidates)
    {
        for (int i = 0; i < places.Length; i++)
            _left.AsSpan(places[i] * _depth, _depth).CopyTo(_someLeft.AsSpan(i * _depth));
        Compare(_someLeft.AsSpan(0, places.Length * _depth), places, candidates);
    }

    /// <summary>The nearest candidates so far of the row at a place, nearest first up to rounding.</summary>
    public ReadOnlySpan<int> NearestOf(int place)
    {
        ReadOnlySpan<int> nearest = _nearest.AsSpan(place * _kept, _kept);
        int none = nearest.IndexOf(-1);
        return none < 0 ? nearest : nearest[..none];
    }

    /// <summary>Adds the nearest candidates of each row to its list.</summary>
    /// <returns>
    /// The rows left out because they are much farther from the block's mean than from their neighbours, so that rounding may hide those.
    /// </returns>
    public List<int> End(NearestLists lists)
    {
        var distances = new float[_kept];
        var leftOut = new List<int>();
        for (int place = 0; place < _count; place++)
        {
            ReadOnlySpan<float> row = _rows[_numbers[place]];
            ReadOnlySpan<int> nearest = NearestOf(place);
            for (int i = 0; i < nearest.Length; i++)
                distances[i] = TensorPrimitives.Distance(row, _rows[nearest[i]]);
            int neighbors = Math.Min(nearest.Length, lists.Neighbors);
            float radius = neighbors == 0 ? 0 : TensorPrimitives.Max<float>(distances.AsSpan(0, neighbors));
            if (radius > 0 && TensorPrimitives.Distance<float>(row, _origin) > FarthestOrigin * radius)
            {
                leftOut.Add(_numbers[place]);
                continue;
            }
            for (int i = 0; i < nearest.Length; i++)
                lists.Add(_numbers[place], nearest[i], distances[i]);
        }
        return leftOut;
    }

    private void Compare(ReadOnlySpan<float> left, ReadOnlySpan<int> places, ReadOnlySpan<int> candidates)
    {
        for (int first = 0; first < candidates.Length; first += TileSize)
        {
            _token.ThrowIfCancellationRequested();
            ReadOnlySpan<int> tile = candidates.Slice(first, Math.Min(TileSize, candidates.Length - first));
            for (int j = 0; j < tile.Length; j++)
                DistanceProduct.Right(_rows[tile[j]], _origin, _right.AsSpan(j * _depth, _depth));
            Span<float> product = _product.AsSpan(0, places.Length * tile.Length);
            DistanceProduct.Multiply(left, _right.AsSpan(0, tile.Length * _depth), _depth, product);
            for (int i = 0; i < places.Length; i++)
                Keep(places[i], product.Slice(i * tile.Length, tile.Length), tile);
        }
    }

    private void Keep(int place, ReadOnlySpan<float> distances, ReadOnlySpan<int> candidates)
    {
        ReadOnlySpan<float> kept = _distances.AsSpan(place * _kept, _kept);
        var greatest = new Vector<float>(kept[^1]);
        int j = 0;
        for (; j <= distances.Length - Vector<float>.Count; j += Vector<float>.Count)
        {
            if (!Vector.LessThanAny(new Vector<float>(distances[j..]), greatest))
                continue;
            for (int lane = j; lane < j + Vector<float>.Count; lane++)
                Keep(place, candidates[lane], distances[lane]);
            greatest = new Vector<float>(kept[^1]);
        }
        for (; j < distances.Length; j++)
            Keep(place, candidates[j], distances[j]);
    }

    private void Keep(int place, int candidate, float distance)
    {
        Span<float> kept = _distances.AsSpan(place * _kept, _kept);
        if (!(distance < kept[^1]) || candidate == _numbers[place])
            return;
        Span<int> nearest = _nearest.AsSpan(place * _kept, _kept);
        int rank = _kept - 1;
        for (; rank > 0 && distance < kept[rank - 1]; rank--)
            (kept[rank], nearest[rank]) = (kept[rank - 1], nearest[rank - 1]);
        (kept[rank], nearest[rank]) = (distance, candidate);
    }
}
