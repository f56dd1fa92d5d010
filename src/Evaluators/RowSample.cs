namespace Disentangle.ML.Evaluators;

/// <summary>Draws rows without replacement.</summary>
internal static class RowSample
{
    /// <summary>The sampled rows in the order they were drawn, or null if the sample would include all rows.</summary>
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
