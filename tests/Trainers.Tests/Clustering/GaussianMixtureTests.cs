namespace Disentangle.ML.Trainers.Tests.Clustering;

public class GaussianMixtureTests
{
    private static readonly double[][] Centers = [[0, 0, 0], [20, 0, 0], [0, 20, 5], [-20, -20, 20]];

    public static TheoryData<CovarianceType> Types => [.. Enum.GetValues<CovarianceType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void Separated_blobs_are_found(CovarianceType type)
    {
        double[] rows = Blobs(1000, spread: 1, seed: 1);
        GaussianMixture mixture = GaussianMixture.Fit<double>(rows, 3, new() { NumberOfComponents = 4, CovarianceType = type });

        Assert.True(mixture.Converged);
        int[] found = mixture.Predict<double>(rows);
        for (int blob = 0; blob < 4; blob++)
        {
            int component = found[blob];
            Assert.All(found.Where((_, row) => row % 4 == blob), other => Assert.Equal(component, other));
            Assert.Equal(0.25, mixture.Weights[component], 1e-6);
            for (int f = 0; f < 3; f++)
            {
                Assert.Equal(Centers[blob][f], mixture.Mean(component)[f], 0.25);
                for (int g = 0; g < 3; g++)
                    Assert.Equal(f == g ? 1 : 0, mixture.Covariance(component)[f, g], 0.25);
            }
        }
        Assert.Equal(4, found.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_likelihood_never_decreases_and_ends_where_plain_loops_put_it(CovarianceType type)
    {
        for (int seed = 0; seed < 2; seed++)
        {
            double[] rows = Blobs(301, spread: 8, seed);
            GaussianMixture mixture = GaussianMixture.Fit<double>(rows, 3,
                new() { NumberOfComponents = 5, CovarianceType = type, Seed = seed, Tolerance = 0, MaximumIterations = 40,
                Regularization = 0 });
            Assert.All(mixture.History.Zip(mixture.History.Skip(1)),
                pair => Assert.True(pair.Second >= pair.First - 1e-10, $"{pair.First} became {pair.Second}"));
            Assert.Equal(rows.Chunk(3).Average(row => PlainLogDensity(mixture, row)), mixture.LogLikelihood, 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Posteriors_sum_to_1_and_do_not_depend_on_the_other_rows(CovarianceType type)
    {
        double[] rows = Blobs(500, spread: 8, seed: 3);
        GaussianMixture mixture = GaussianMixture.Fit<double>(rows, 3, new() { NumberOfComponents = 5, CovarianceType = type });
        double[] posteriors = new double[500 * 5], densities = new double[500], alone = new double[5], density = new double[1];
        mixture.Score<double>(rows, posteriors, densities);
        for (int row = 0; row < 500; row++)
        {
            Assert.Equal(1, posteriors.AsSpan(row * 5, 5).ToArray().Sum(), 1e-12);
            mixture.Score<double>(rows.AsSpan(row * 3, 3), alone, density);
            Assert.Equal(posteriors[(row * 5)..(row * 5 + 5)], alone);
            Assert.Equal(densities[row], density[0]);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_number_of_threads_changes_no_bit(CovarianceType type)
    {
        double[] rows = Blobs(2500, spread: 8, seed: 4);
        var settings = new GaussianMixtureSettings { NumberOfComponents = 3, CovarianceType = type, MaximumIterations = 5, Seed = 7 };
        GaussianMixture[] mixtures =
            [.. new[] { 1, 2, 5 }.Select(threads => GaussianMixture.Fit<double>(rows, 3, settings with { Threads = threads }))];
        Assert.All(mixtures, mixture => Assert.Equal(mixtures[0].History, mixture.History));
        Assert.All(mixtures, mixture => Assert.Equal(mixtures[0].Covariance(2).Cast<double>(), mixture.Covariance(2).Cast<double>()));
    }

    [Fact]
    public void The_order_of_rows_and_components_does_not_matter()
    {
        double[] rows = Blobs(400, spread: 6, seed: 5), reversed = [.. rows.Chunk(3).Reverse().SelectMany(row => row)];
        double[] means = [.. Centers.SelectMany(center => center)], reversedMeans = [.. Centers.Reverse().SelectMany(center => center)];
        GaussianMixture Fit(double[] data, double[] start) =>
            GaussianMixture.Fit<double>(data, 3,
                new() { NumberOfComponents = 4, Start = GaussianMixtureStart.FromMeans(start), MaximumIterations = 10 });

        GaussianMixture mixture = Fit(rows, means), other = Fit(reversed, reversedMeans);
        Assert.Equal(mixture.LogLikelihood, other.LogLikelihood, 1e-11);
        for (int k = 0; k < 4; k++)
            Assert.All(mixture.Mean(k).ToArray().Zip(other.Mean(3 - k).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_weight_counts_as_so_many_rows(CovarianceType type)
    {
        double[] rows = Blobs(200, spread: 6, seed: 6), weights = [.. Enumerable.Range(0, 200).Select(row => (double)(row % 3))];
        double[] repeated = [.. rows.Chunk(3).SelectMany((row, i) => Enumerable.Repeat(row, i % 3)).SelectMany(row => row)];
        var settings = new GaussianMixtureSettings
        {
            NumberOfComponents = 4, CovarianceType = type,
                Start = GaussianMixtureStart.FromMeans([.. Centers.SelectMany(center => center)]),
        };
        GaussianMixture weighted = GaussianMixture.Fit<double>(rows, 3, settings, weights),
            plain = GaussianMixture.Fit<double>(repeated, 3, settings);
        Assert.Equal(plain.Iterations, weighted.Iterations);
        Assert.Equal(plain.Bic, weighted.Bic, 1e-7);
        Assert.Equal(plain.Covariance(1).Cast<double>().Sum(), weighted.Covariance(1).Cast<double>().Sum(), 1e-7);
        GaussianMixture seeded = GaussianMixture.Fit<double>(rows, 3, settings with { Start = null }, weights);
        Assert.Equal(199, seeded.RowCount);
    }

    [Fact]
    public void Bic_chooses_the_number_of_blobs()
    {
        double[] rows = Blobs(600, spread: 1, seed: 8);
        int best = Enumerable.Range(1, 7).MinBy(count => GaussianMixture.Fit<double>(rows, 3, new() { NumberOfComponents = count }).Bic);
        Assert.Equal(4, best);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Constant_and_repeated_features_are_held_apart_by_the_regularization(CovarianceType type)
    {
        double[] rows = [.. Blobs(100, spread: 1, seed: 9).Chunk(3).SelectMany(row => new[] { 7, row[0], row[0] })];
        GaussianMixture mixture = GaussianMixture.Fit<double>(rows, 3, new() { NumberOfComponents = 2, CovarianceType = type });
        Assert.True(double.IsFinite(mixture.LogLikelihood));
        if (type != CovarianceType.Spherical)
            Assert.Equal(1e-6, mixture.Covariance(0)[0, 0], 1e-12);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void One_component_is_mean_and_variance(CovarianceType type)
    {
        double[] rows = Blobs(50, spread: 2, seed: 10);
        GaussianMixture mixture =
            GaussianMixture.Fit<double>(rows, 3, new() { NumberOfComponents = 1, CovarianceType = type, Regularization = 0 });
        double[] mean = [.. Enumerable.Range(0, 3).Select(f => rows.Chunk(3).Average(row => row[f]))];
        double[] variances = [.. mean.Select((center, f) => rows.Chunk(3).Average(row => (row[f] - center) * (row[f] - center)))];
        for (int f = 0; f < 3; f++)
        {
            Assert.Equal(mean[f], mixture.Mean(0)[f], 1e-9);
            Assert.Equal(type == CovarianceType.Spherical ? variances.Average() : variances[f], mixture.Covariance(0)[f, f], 1e-9);
        }
    }

    [Fact]
    public void As_many_components_as_rows_collapse_onto_them()
    {
        double[] rows = [0, 0, 5, 5, 9, -3];
        GaussianMixture mixture = GaussianMixture.Fit<double>(rows, 2, new() { NumberOfComponents = 3 });
        Assert.Equal(3, mixture.Predict<double>(rows).Distinct().Count());
        Assert.All(Enumerable.Range(0, 3), k => Assert.Equal(1e-6, mixture.Covariance(k)[0, 0], 1e-12));
    }

    [Fact]
    public void A_component_that_loses_its_rows_keeps_its_place()
    {
        // The third component starts where no row is.
        double[] rows = Blobs(100, spread: 1, seed: 11);
        GaussianMixture mixture = GaussianMixture.Fit<double>(rows, 3, new()
        {
            NumberOfComponents = 3,
            CovarianceType = CovarianceType.Spherical,
            Start = GaussianMixtureStart.FromParameters([1, 1, 1], [0, 0, 0, 20, 0, 0, 1e4, 1e4, 1e4], [100, 100, 1]),
        });
        Assert.Equal(0, mixture.Weights[2]);
        Assert.Equal([1e4, 1e4, 1e4], mixture.Mean(2).ToArray());
        Assert.True(double.IsFinite(mixture.LogLikelihood));
    }

    [Fact]
    public void Too_few_different_rows_are_refused()
    {
        Assert.Equal("There are 2 rows; a mixture of 3 components needs at least as many.",
            Assert.Throws<InvalidDataException>(() => GaussianMixture.Fit<double>([1, 2], 1, new() { NumberOfComponents = 3 })).Message);
        Assert.Equal("There are 2 distinct rows with a weight greater than 0; a mixture of 3 components needs at least as many.",
            Assert.Throws<InvalidDataException>(() => GaussianMixture.Fit<double>([1, 2, 1, 2, 2, 1], 1,
            new() { NumberOfComponents = 3 })).Message);
        Assert.StartsWith("There are 0 rows", Assert.Throws<InvalidDataException>(() => GaussianMixture.Fit<double>([], 4)).Message);
        Assert.StartsWith("Full covariances of 2 components in 40000 dimensions are too large", Assert.Throws<InvalidDataException>(() =>
            GaussianMixture.Fit<double>(new double[80_000], 40_000, new() { NumberOfComponents = 2 })).Message);
        Assert.StartsWith("All rows have weight 0", Assert.Throws<InvalidDataException>(() =>
            GaussianMixture.Fit<double>([1, 2], 1, new() { NumberOfComponents = 1 }, [0, 0])).Message);
        Assert.StartsWith("No row belongs to component 2 of 2 at the start", Assert.Throws<InvalidDataException>(() =>
            GaussianMixture.Fit<double>([1, 2, 3], 1,
                new() { NumberOfComponents = 2, Start = GaussianMixtureStart.FromMeans([2, 50]) })).Message);
    }

    [Fact]
    public void A_singular_covariance_is_refused_with_what_helps()
    {
        double[] rows = [.. Blobs(60, spread: 1, seed: 12).Chunk(3).SelectMany(row => new[] { row[0], row[1], row[0] + row[1] })];
        string message = Assert.Throws<InvalidDataException>(() =>
            GaussianMixture.Fit<double>(rows, 3, new() { NumberOfComponents = 2, Regularization = 0 })).Message;
        Assert.Matches(@"^The covariance of component 1 of 2 is not positive definite at the start: .* Raise Regularization \(now 0\)",
            message);
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void Values_must_be_finite(double value, string printed)
    {
        double[] rows = Blobs(300, spread: 1, seed: 13);
        GaussianMixture mixture = GaussianMixture.Fit<double>(rows, 3);
        rows[3 * 250 + 1] = value;
        string expected = $"Feature 1 of row 250 (from 0) is {printed}; it must be finite.";
        Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => GaussianMixture.Fit<double>(rows, 3)).Message);
        Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => mixture.Predict<double>(rows)).Message);
    }

    [Fact]
    public void Settings_are_checked_all_at_once()
    {
        var settings = new GaussianMixtureSettings
        {
            NumberOfComponents = 0, CovarianceType = (CovarianceType)9, Regularization = -1, Tolerance = double.NaN, MaximumIterations = 0,
            NumberOfRestarts = 0, Threads = -1,
        };
        string message = Assert.Throws<ArgumentException>(settings.Validate).Message;
        foreach (string part in new[]
        {
            "7 errors", "NumberOfComponents is 0", "CovarianceType is 9", "Regularization is -1", "Tolerance is NaN",
                "MaximumIterations is 0",
            "NumberOfRestarts is 0",
            "Threads is -1",
        })
        {
            Assert.Contains(part, message);
        }
    }

    [Fact]
    public void A_start_must_fit_the_settings()
    {
        double[] rows = Blobs(20, spread: 1, seed: 14);
        void Refuses(string message, GaussianMixtureStart start) =>
            Assert.StartsWith(message, Assert.Throws<ArgumentException>(() =>
                GaussianMixture.Fit<double>(rows, 3, new() { NumberOfComponents = 2, Start = start })).Message);
        Refuses("The start has 3 means; the settings and data require 6.", GaussianMixtureStart.FromMeans([1, 2, 3]));
        Refuses("The start has 2 covariances; the settings and data require 18.",
            GaussianMixtureStart.FromParameters([1, 1], [1, 2, 3, 4, 5, 6], [1, 1]));
        Refuses("The start has 3 responsibilities; the settings and data require 40.",
            GaussianMixtureStart.FromResponsibilities([1, 2, 3]));
        Refuses("The start's responsibilities of row 0 (from 0)", GaussianMixtureStart.FromResponsibilities(new double[40]));
        Assert.Contains("means include a value that is NaN",
            Assert.Throws<ArgumentException>(() => GaussianMixtureStart.FromMeans([double.NaN])).Message);
        Assert.Contains("not greater than 0",
            Assert.Throws<ArgumentException>(() => GaussianMixtureStart.FromParameters([1, 0], [1, 2], [1, 1])).Message);
    }

    [Fact]
    public void Fitting_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            GaussianMixture.Fit<double>(Blobs(50, spread: 1, seed: 15), 3, new() { CancellationToken = source.Token }));
    }

    /// <summary>Rows from the four centers in turn.</summary>
    private static double[] Blobs(int count, double spread, int seed)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return [.. Enumerable.Range(0, count).SelectMany(row => Centers[row % 4].Select(center => center + spread * Normal()).ToArray())];
    }

    /// <summary>log Σ_k π_k N(x | μ_k, Σ_k) in three dimensions, with inverse and determinant by cofactors.</summary>
    private static double PlainLogDensity(GaussianMixture mixture, double[] x)
    {
        double density = 0;
        for (int k = 0; k < mixture.NumberOfComponents; k++)
        {
            double[,] s = mixture.Covariance(k);
            double[] d = [.. x.Zip(mixture.Mean(k).ToArray(), (value, mean) => value - mean)];
            double Cofactor(int i, int j) =>
                s[(i + 1) % 3, (j + 1) % 3] * s[(i + 2) % 3, (j + 2) % 3] - s[(i + 1) % 3, (j + 2) % 3] * s[(i + 2) % 3, (j + 1) % 3];
            double determinant = 0, distance = 0;
            for (int i = 0; i < 3; i++)
            {
                determinant += s[0, i] * Cofactor(0, i);
                for (int j = 0; j < 3; j++)
                    distance += d[i] * d[j] * Cofactor(i, j);
            }
            density += mixture.Weights[k] * Math.Exp(-0.5 * distance / determinant) / Math.Sqrt(Math.Pow(2 * Math.PI, 3) * determinant);
        }
        return Math.Log(density);
    }
}
