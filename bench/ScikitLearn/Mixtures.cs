using Disentangle.ML.Trainers;

/// <summary>Iterations of expectation-maximisation from a given start.</summary>
internal static class Mixtures
{
    private const int Iterations = 10;

    public static void AddTo(Cases cases, int threads)
    {
        var random = new Random(1);
        foreach ((int count, int dimension, int components) in new[] { (10_000, 32, 10), (100_000, 8, 10), (5_000, 128, 5) })
        {
            double[] centers = [.. Enumerable.Range(0, components * dimension).Select(_ => 3 * random.NextDouble())];
            double[] rows =
            [
                .. Enumerable.Range(0, count).SelectMany(row => Enumerable.Range(0, dimension).Select(f =>
                    centers[row % components * dimension + f] + random.NextDouble() + random.NextDouble() + random.NextDouble())),
            ];
            cases.Save($"{count}x{dimension}x{components}", rows);
            // The first rows come from each component in turn.
            double[] weights = [.. Enumerable.Repeat(1.0, components)], means = rows[..(components * dimension)];
            double[] identity = [.. Enumerable.Range(0, dimension * dimension).Select(i => i % (dimension + 1) == 0 ? 1.0 : 0)];
            foreach (CovarianceType type in Enum.GetValues<CovarianceType>())
            {
                double[] covariances = type switch
                {
                    CovarianceType.Full => [.. Enumerable.Repeat(identity, components).SelectMany(matrix => matrix)],
                    CovarianceType.Tied => identity,
                    CovarianceType.Diagonal => [.. Enumerable.Repeat(1.0, components * dimension)],
                    _ => weights,
                };
                var settings = new GaussianMixtureSettings
                {
                    NumberOfComponents = components, CovarianceType = type, Tolerance = 0, MaximumIterations = Iterations,
                    Threads = threads,
                    Start = GaussianMixtureStart.FromParameters(weights, means, covariances),
                };
                cases.Add($"{type.ToString().ToLowerInvariant()}-{count}x{dimension}x{components}",
                    () => GaussianMixture.Fit<double>(rows, dimension, settings).LogLikelihood);
            }
        }
    }
}
