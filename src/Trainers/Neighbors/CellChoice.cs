using System.Runtime.InteropServices;

namespace Disentangle.ML.Trainers;

/// <summary>Chooses the cells with the nearest centres for each row of a block. Each thread needs its own.</summary>
/// <param name="cells">The cells.</param>
/// <param name="count">The number of cells to choose for each row.</param>
internal sealed class CellChoice(NeighborCells cells, int count)
{
    private readonly NeighborCells.Measure _measure = new(cells, NearestBlock.Size);
    private readonly float[] _scratch = new float[cells.Count];
    private readonly List<int>[] _places = [.. Enumerable.Range(0, cells.Count).Select(_ => new List<int>())];

    /// <summary>Chooses cells for at most <see cref="NearestBlock.Size"/> rows.</summary>
    public void Run(ReadOnlySpan<int> rows)
    {
        _measure.Run(rows);
        foreach (List<int> places in _places)
            places.Clear();
        for (int place = 0; place < rows.Length; place++)
        {
            ReadOnlySpan<float> distances = _measure.Of(place);
            distances.CopyTo(_scratch);
            float greatest = Select(_scratch, count - 1);
            int equal = count;
            for (int cell = 0; cell < distances.Length; cell++)
            {
                if (distances[cell] < greatest)
                {
                    _places[cell].Add(place);
                    equal--;
                }
            }
            for (int cell = 0; equal > 0; cell++)
            {
                if (distances[cell] == greatest)
                {
                    _places[cell].Add(place);
                    equal--;
                }
            }
        }
    }

    /// <summary>The places of the rows that chose a cell, ascending.</summary>
    public ReadOnlySpan<int> PlacesOf(int cell) => CollectionsMarshal.AsSpan(_places[cell]);

    /// <summary>The value at a place in sorted order (quickselect, Hoare 1961); reorders the values.</summary>
    private static float Select(Span<float> values, int place)
    {
        int first = 0, last = values.Length - 1;
        while (first < last)
        {
            float pivot = values[(first + last) / 2];
            int i = first, j = last;
            while (i <= j)
            {
                while (values[i] < pivot)
                    i++;
                while (values[j] > pivot)
                    j--;
                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }
            if (place <= j)
                last = j;
            else if (place >= i)
                first = i;
            else
                break;
        }
        return values[place];
    }
}
