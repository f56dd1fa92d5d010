namespace Disentangle.ML.Evaluators;

/// <summary>
/// E[MI] of two random partitions with given sizes (Vinh, Epps and Bailey 2010, eq. 24a): n_ij follows the hypergeometric distribution, so
/// E[MI] = Σ_ij Σ_n P(n; a_i, b_j, N) (n/N) log(N n / (a_i b_j)).
/// </summary>
/// <remarks>
/// P is unimodal with P(n + 1)/P(n) = (a - n)(b - n) / ((n + 1)(N - a - b + n + 1)). The sum starts at the mode with weight 1, follows
/// this recurrence in both directions until the weights are negligible, and is divided by the sum of the weights. This takes about √N
/// terms instead of N, without factorials and without cancellation of their logarithms. Cells with equal sizes have equal terms and are
/// computed once.
/// </remarks>
internal static class ExpectedMutualInformation
{
    private const double Negligible = 1e-18;

    public static double Compute(ReadOnlySpan<int> classSizes, ReadOnlySpan<int> clusterSizes, int rows)
    {
        // With only one class or one cluster the mutual information is 0.
        if (classSizes.Length == 1 || clusterSizes.Length == 1)
            return 0;
        List<(int Size, int Times)> clusterGroups = GroupEqual(clusterSizes);
        double sum = 0;
        foreach ((int a, int classTimes) in GroupEqual(classSizes))
        {
            foreach ((int b, int clusterTimes) in clusterGroups)
                sum += (double)classTimes * clusterTimes * Cell(a, b, rows);
        }
        return sum;
    }

    private static List<(int Size, int Times)> GroupEqual(ReadOnlySpan<int> sizes)
    {
        int[] sorted = [.. sizes];
        Array.Sort(sorted);
        var groups = new List<(int Size, int Times)>();
        foreach (int size in sorted)
        {
            if (groups.Count > 0 && groups[^1].Size == size)
                groups[^1] = (size, groups[^1].Times + 1);
            else
                groups.Add((size, 1));
        }
        return groups;
    }

    /// <summary>E[(n/N) log(N n / (a b))].</summary>
    private static double Cell(long a, long b, long rows)
    {
        long least = Math.Max(0, a + b - rows), most = Math.Min(a, b), outside = rows - a - b;
        long mode = (a + 1) * (b + 1) / (rows + 2);
        double mean = (double)a * b / rows;

        double weights = 1, sum = Term(mode, mean);
        double weight = 1;
        for (long n = mode; n < most; n++)
        {
            weight *= (double)(a - n) * (b - n) / ((double)(n + 1) * (outside + n + 1));
            if (weight < Negligible)
                break;
            weights += weight;
            sum += weight * Term(n + 1, mean);
        }
        weight = 1;
        for (long n = mode; n > least; n--)
        {
            weight *= (double)n * (outside + n) / ((double)(a - n + 1) * (b - n + 1));
            if (weight < Negligible)
                break;
            weights += weight;
            sum += weight * Term(n - 1, mean);
        }
        return sum / weights / rows;
    }

    private static double Term(long n, double mean) => n == 0 ? 0 : n * Math.Log(n / mean);
}
