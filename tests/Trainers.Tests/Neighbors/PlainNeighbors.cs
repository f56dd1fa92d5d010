namespace Disentangle.ML.Trainers.Tests.Neighbors;

/// <summary>The graph of neighbours by plain loops in double precision.</summary>
internal static class PlainNeighbors
{
    public static int[][] Of(float[] values, int width, int[]? labels, NeighborGraphSettings settings)
    {
        int rows = values.Length / width;
        int[][] nearest = [.. Enumerable.Range(0, rows).Select(i => Nearest(values, width, labels, i, settings.Neighbors))];
        if (!settings.Mutual)
            return nearest;
        return
        [
            .. nearest.Select((own, i) =>
            {
                int[] mutual = [.. own.Where(j => nearest[j].Contains(i))];
                int least = Math.Min(own.Length, Math.Max(1, own.Length / 3));
                return (int[])[.. own.Intersect(mutual.Concat(own.Except(mutual).Take(least - mutual.Length)))];
            }),
        ];
    }

    public static int[] Nearest(float[] values, int width, int[]? labels, int i, int neighbors) =>
    [
        .. Enumerable.Range(0, values.Length / width)
            .Where(j => j != i && (labels is null || labels[i] < 0 || labels[j] < 0 || labels[i] == labels[j]))
            .OrderBy(j => Distance(values, width, i, j)).ThenBy(j => j).Take(neighbors),
    ];

    /// <summary>The squared distance.</summary>
    public static double Distance(float[] values, int width, int i, int j)
    {
        double sum = 0;
        for (int f = 0; f < width; f++)
        {
            double difference = (double)values[i * width + f] - values[j * width + f];
            sum += difference * difference;
        }
        return sum;
    }
}
