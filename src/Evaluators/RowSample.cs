namespace Disentangle.ML.Evaluators;

/// <summary>Rows drawn without replacement.</summary>
internal static class RowSample
{
    /// <summary>The rows drawn, in the order of drawing, or null where all would be.</summary>
    public static int[]? Draw(int rows, int? size, int seed)
    {
        if (size is not { } count || count >= rows)
            return null;
        int[] order = [.. Enumerable.Range(0, rows)];
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            int other = random.Next(i, rows);
            (order[i], order[other]) = (order[other], order[i]);
        }
        return order[..count];
    }
}
