using Disentangle.ML.Evaluators;

/// <summary>Clustering scores on random labels and points.</summary>
internal static class Metrics
{
    public static void AddTo(Cases cases, int threads)
    {
        var random = new Random(1);
        foreach ((int rows, int k) in new[] { (70_000, 10), (70_000, 100), (70_000, 1000), (1_000_000, 10) })
        {
            int[] labels = Draw(random, rows, k);
            int[] clusters = [.. labels.Select(label => random.NextDouble() < 0.7 ? label : random.Next(k))];
            cases.Save($"ami-{rows}-{k}-labels", labels);
            cases.Save($"ami-{rows}-{k}-clusters", clusters);
            cases.Add($"ami-{rows}-{k}", () => ClusteringMetrics.AdjustedMutualInformation(labels, clusters));
            if (k == 1000)
                AddHungarian(cases, "hungarian-noisy-copy", ContingencyTable.Create(labels, clusters).ToArray());
        }
        AddHungarian(cases, "hungarian-random", RandomTable(random, 1000));
        int[] first = Draw(random, 70_000, 1000), second = Draw(random, 70_000, 1000);
        AddHungarian(cases, "hungarian-independent", ContingencyTable.Create(first, second).ToArray());

        float[] points =
            [.. Enumerable.Range(0, 10_000 * 64).Select(_ => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble()))];
        int[] groups = Draw(random, 10_000, 10);
        cases.Save("silhouette-points", points);
        cases.Save("silhouette-clusters", groups);
        foreach (int count in new[] { 1, threads }.Distinct())
        {
            foreach (SilhouetteDistance distance in Enum.GetValues<SilhouetteDistance>())
            {
                var options = new SilhouetteOptions { Distance = distance, Threads = count };
                cases.Add($"silhouette-{distance.ToString().ToLowerInvariant()}-{count}",
                    () => ClusteringMetrics.Silhouette<float>(points, groups, options).Mean);
            }
        }
    }

    private static int[] Draw(Random random, int rows, int k) => [.. Enumerable.Range(0, rows).Select(_ => random.Next(k))];

    private static int[,] RandomTable(Random random, int size)
    {
        var table = new int[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
                table[i, j] = random.Next(size);
        }
        return table;
    }

    private static void AddHungarian(Cases cases, string name, int[,] counts)
    {
        cases.Save(name, counts.Cast<int>().ToArray());
        // The table caches its matching, so every run gets a new table, which is not timed.
        ContingencyTable table = ContingencyTable.FromCounts(counts);
        cases.Add(
            name, () => ClusteringMetrics.HungarianAccuracy(table) * table.RowCount, () => table = ContingencyTable.FromCounts(counts));
    }
}
