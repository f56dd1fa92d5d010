namespace Disentangle.ML.Evaluators;

/// <summary>
/// The one-to-one matching of rows to columns with the greatest total weight, by shortest augmenting paths with prices (Jonker and
/// Volgenant 1987; Crouse 2016 for rectangular problems). Weights are integers, so the result is exact.
/// </summary>
/// <remarks>
/// Only cells of positive weight are stored, and a row may stay unmatched at weight 0, so rectangular and sparse problems need no padding.
/// Prices satisfy u_i + v_j ≥ w_ij and u_i, v_j ≥ 0, with equality in matched cells, u_i = 0 for unmatched rows and v_j = 0 for unmatched
/// columns, which makes the matching optimal. A search visits every cell at most once and scans its frontier at most once per column, so
/// the total is O(n³).
/// </remarks>
internal sealed class MaximumMatching
{
    private const int None = -1;

    private readonly int[] _start;
    private readonly int[] _column;
    private readonly int[] _weight;
    private readonly long[] _rowPrice;
    private readonly long[] _columnPrice;
    private readonly int[] _columnOfRow;
    private readonly int[] _rowOfColumn;

    // State of the current search: each column's distance from the first row, the row before it, and the reached columns, nearest first up
    // to the frontier.
    private readonly long[] _distance;
    private readonly int[] _previous;
    private readonly int[] _reached;

    private MaximumMatching(int[] start, int[] column, int[] weight, int columns)
    {
        int rows = start.Length - 1;
        (_start, _column, _weight) = (start, column, weight);
        _rowPrice = new long[rows];
        _columnPrice = new long[columns];
        _columnOfRow = new int[rows];
        _rowOfColumn = new int[columns];
        _distance = new long[columns];
        _previous = new int[columns];
        _reached = new int[columns];
        Array.Fill(_columnOfRow, None);
        Array.Fill(_rowOfColumn, None);
        Array.Fill(_distance, long.MaxValue);
    }

    /// <summary>Finds the column of each row, or -1 for none.</summary>
    /// <param name="start">The cells of row i are <c>start[i] .. start[i + 1] - 1</c>.</param>
    /// <param name="column">The column of each cell.</param>
    /// <param name="weight">The weight of each cell, positive.</param>
    /// <param name="columns">The number of columns.</param>
    public static int[] Solve(int[] start, int[] column, int[] weight, int columns)
    {
        var matching = new MaximumMatching(start, column, weight, columns);
        foreach (int row in matching.AssignByBids())
            matching.Augment(row);
        return matching._columnOfRow;
    }

    /// <summary>
    /// Each row takes its best column and raises its price until the second best is equally good; a row that loses its column bids again.
    /// This matches most rows. Returns the rows still without a column after a fixed number of bids.
    /// </summary>
    private Queue<int> AssignByBids()
    {
        int rows = _columnOfRow.Length;
        var free = new Queue<int>(Enumerable.Range(0, rows));
        for (int bids = 2 * rows; bids > 0 && free.Count > 0; bids--)
        {
            int row = free.Dequeue();
            long best = 0, second = 0;
            int bestColumn = None, secondColumn = None;
            for (int k = _start[row]; k < _start[row + 1]; k++)
            {
                int column = _column[k];
                long value = _weight[k] - _columnPrice[column];
                if (value > best)
                {
                    (second, secondColumn) = (best, bestColumn);
                    (best, bestColumn) = (value, column);
                }
                else if (value > second)
                {
                    (second, secondColumn) = (value, column);
                }
            }
            _rowPrice[row] = second;
            if (bestColumn == None)
                continue;
            if (best == second && _rowOfColumn[bestColumn] != None)
                bestColumn = secondColumn;
            int loser = _rowOfColumn[bestColumn];
            _columnPrice[bestColumn] += best - second;
            (_columnOfRow[row], _rowOfColumn[bestColumn]) = (bestColumn, row);
            if (loser == None)
                continue;
            _columnOfRow[loser] = None;
            free.Enqueue(loser);
        }
        return free;
    }

    /// <summary>Matches one more row, or finds that leaving a row unmatched is best, and restores the price conditions.</summary>
    private void Augment(int first)
    {
        _rowPrice[first] = 0;
        for (int k = _start[first]; k < _start[first + 1]; k++)
            _rowPrice[first] = Math.Max(_rowPrice[first], _weight[k] - _columnPrice[_column[k]]);

        // A path ends in a free column, or in a row that gives up its column and stays unmatched, at the cost of its price.
        long shortest = _rowPrice[first];
        int lastRow = first, freeColumn = None;
        int reached = 0, frontier = 0;
        int row = first;
        long distance = 0;
        for (int next = 0; ; next++)
        {
            long offset = distance + _rowPrice[row];
            for (int k = _start[row]; k < _start[row + 1]; k++)
            {
                int column = _column[k];
                long through = offset + _columnPrice[column] - _weight[k];
                if (through >= shortest || through >= _distance[column])
                    continue;
                if (_rowOfColumn[column] == None)
                {
                    (shortest, lastRow, freeColumn) = (through, row, column);
                    continue;
                }
                if (_distance[column] == long.MaxValue)
                    _reached[reached++] = column;
                _distance[column] = through;
                _previous[column] = row;
            }

            if (next == frontier)
            {
                frontier = MoveNearestToFront(frontier, reached);
                if (next == frontier || _distance[_reached[next]] >= shortest)
                    break;
            }
            else if (distance >= shortest)
            {
                break;
            }
            row = _rowOfColumn[_reached[next]];
            distance = _distance[_reached[next]];
            if (distance + _rowPrice[row] < shortest)
                (shortest, lastRow, freeColumn) = (distance + _rowPrice[row], row, None);
        }
        UpdatePrices(first, shortest, reached);
        AssignAlongPath(first, lastRow, freeColumn);
    }

    /// <summary>Moves the nearest columns from <paramref name="frontier"/> on to the front; returns the end of the new frontier.</summary>
    private int MoveNearestToFront(int frontier, int reached)
    {
        long nearest = long.MaxValue;
        int end = frontier;
        for (int k = frontier; k < reached; k++)
        {
            long distance = _distance[_reached[k]];
            if (distance > nearest)
                continue;
            if (distance < nearest)
                (nearest, end) = (distance, frontier);
            (_reached[k], _reached[end]) = (_reached[end], _reached[k]);
            end++;
        }
        return end;
    }

    private void UpdatePrices(int first, long shortest, int reached)
    {
        _rowPrice[first] -= shortest;
        for (int k = 0; k < reached; k++)
        {
            int column = _reached[k];
            long gain = Math.Max(0, shortest - _distance[column]);
            _columnPrice[column] += gain;
            _rowPrice[_rowOfColumn[column]] -= gain;
            _distance[column] = long.MaxValue;
        }
    }

    private void AssignAlongPath(int first, int lastRow, int freeColumn)
    {
        int row = lastRow, column = freeColumn;
        while (true)
        {
            int released = _columnOfRow[row];
            _columnOfRow[row] = column;
            if (column != None)
                _rowOfColumn[column] = row;
            if (row == first)
                return;
            column = released;
            row = _previous[column];
        }
    }
}
