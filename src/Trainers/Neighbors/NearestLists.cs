namespace Disentangle.ML.Trainers;

/// <summary>
/// The at most k nearest rows of every row found so far, nearest first and by row number where distances are equal.
/// </summary>
internal sealed class NearestLists(int rows, int neighbors)
{
    private readonly int[] _rows = new int[(long)rows * neighbors];
    private readonly float[] _distances = new float[(long)rows * neighbors];
    private readonly int[] _counts = new int[rows];

    public int Count => _counts.Length;

    /// <summary>The maximum length of a list, k.</summary>
    public int Neighbors => neighbors;

    public ReadOnlySpan<int> Of(int row) => _rows.AsSpan(row * neighbors, _counts[row]);

    /// <summary>Adds a candidate that is not yet in the row's list. Different rows may be changed concurrently.</summary>
    public void Add(int row, int candidate, float distance)
    {
        Span<int> near = _rows.AsSpan(row * neighbors, neighbors);
        Span<float> distances = _distances.AsSpan(row * neighbors, neighbors);
        int place = _counts[row];
        while (place > 0 && (distance < distances[place - 1] || (distance == distances[place - 1] && candidate < near[place - 1])))
            place--;
        if (place == neighbors)
            return;
        int moved = Math.Min(_counts[row], neighbors - 1) - place;
        near.Slice(place, moved).CopyTo(near[(place + 1)..]);
        distances.Slice(place, moved).CopyTo(distances[(place + 1)..]);
        (near[place], distances[place]) = (candidate, distance);
        _counts[row] = Math.Min(_counts[row] + 1, neighbors);
    }
}
