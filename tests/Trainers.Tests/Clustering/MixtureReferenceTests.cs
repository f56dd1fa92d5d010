using System.Text.Json;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Trainers.Tests.Clustering;

/// <summary>Gaussian mixtures against scikit-learn from the same start; the values were made by tests/reference/mixtures.py.</summary>
public class MixtureReferenceTests
{
    private static readonly JsonElement[] Data =
    [
        .. JsonDocument.Parse(File.ReadAllText(TestData.InRepository("tests", "reference", "mixtures.json"))).RootElement
            .GetProperty("data").EnumerateArray(),
    ];

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (JsonElement data in Data)
            {
                for (int i = 0; i < data.GetProperty("mixtures").GetArrayLength(); i++)
                    cases.Add(data.GetProperty("name").GetString()!, i);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void From_the_same_start_it_takes_the_same_way_as_scikit_learn(string name, int index)
    {
        JsonElement data = Data.Single(data => data.GetProperty("name").GetString() == name),
            expected = data.GetProperty("mixtures")[index];
        double[] rows = Reals(data, "rows");
        int dimension = data.GetProperty("dimension").GetInt32();
        var type = Enum.Parse<CovarianceType>(expected.GetProperty("type").GetString()!);
        GaussianMixture mixture = GaussianMixture.Fit<double>(rows, dimension, new()
        {
            NumberOfComponents = 3, CovarianceType = type, Tolerance = 1e-6, MaximumIterations = 200,
                Start = StartOf(expected.GetProperty("start")),
        });

        Assert.True(mixture.Converged);
        Assert.Equal(expected.GetProperty("iterations").GetInt32(), mixture.Iterations);
        Close([expected.GetProperty("lowerBound").GetDouble()], [mixture.History[^2]]);
        Close([expected.GetProperty("logLikelihood").GetDouble()], [mixture.LogLikelihood]);
        Close([expected.GetProperty("bic").GetDouble()], [mixture.Bic]);
        Close([expected.GetProperty("aic").GetDouble()], [mixture.Aic]);
        Assert.Equal(expected.GetProperty("parameters").GetInt64(), mixture.ParameterCount);
        Close(Reals(expected, "weights"), mixture.Weights);
        Close(Reals(expected, "means"), [.. Enumerable.Range(0, 3).SelectMany(k => mixture.Mean(k).ToArray())]);
        Close(Matrices(Reals(expected, "covariances"), type, dimension),
            [.. Enumerable.Range(0, 3).SelectMany(k => mixture.Covariance(k).Cast<double>())]);
        Assert.Equal(expected.GetProperty("labels").Deserialize<int[]>(), mixture.Predict<double>(rows));

        double[] some = [.. rows.Chunk(dimension).Where((_, row) => row % 10 == 0).SelectMany(row => row)];
        double[] posteriors = new double[some.Length / dimension * 3], logDensities = new double[some.Length / dimension];
        mixture.Score<double>(some, posteriors, logDensities);
        Close(Reals(expected, "posteriors"), posteriors);
        Close(Reals(expected, "logDensities"), logDensities);
    }

    /// <summary>
    /// Values of scikit-learn on the data sets that it ships. That of wine with full covariances is left out: scikit-learn too finds it
    /// from few starts only.
    /// </summary>
    [Theory]
    [InlineData("iris", "iris.csv", 3, CovarianceType.Full, "gmm_full")]
    [InlineData("iris", "iris.csv", 3, CovarianceType.Diagonal, "gmm_diag")]
    [InlineData("wine_std", "wine_data.csv", 3, CovarianceType.Diagonal, "gmm_diag")]
    [InlineData("breast_cancer_std", "breast_cancer.csv", 2, CovarianceType.Full, "gmm_full")]
    [InlineData("breast_cancer_std", "breast_cancer.csv", 2, CovarianceType.Diagonal, "gmm_diag")]
    public void From_k_means_it_finds_as_good_a_mixture_as_scikit_learn(string name, string file, int classes, CovarianceType type,
        string oracle)
    {
        JsonElement expected =
            JsonDocument.Parse(File.ReadAllText(TestData.Development("oracles", "clustering-algorithms.json"))).RootElement
            .GetProperty("data").GetProperty(name).GetProperty(oracle);
        double[][] rows =
            Classics.Read(TestData.Development("sklearn-classics", file), standardize: name.EndsWith("_std", StringComparison.Ordinal));
        GaussianMixture mixture = GaussianMixture.Fit<double>([.. rows.SelectMany(row => row)], rows[0].Length,
            new() { NumberOfComponents = classes, CovarianceType = type, NumberOfRestarts = 3, Seed = 1 });

        double best = expected.GetProperty("avg_loglik").GetDouble();
        Assert.True(mixture.LogLikelihood > best - 2e-3, $"{mixture.LogLikelihood} is less than scikit-learn's {best}.");
    }

    private static GaussianMixtureStart StartOf(JsonElement start) => start.TryGetProperty("responsibilities", out _)
        ? GaussianMixtureStart.FromResponsibilities(Reals(start, "responsibilities"))
        : GaussianMixtureStart.FromParameters(Reals(start, "weights"), Reals(start, "means"), Reals(start, "covariances"));

    /// <summary>Whole matrices of what scikit-learn keeps.</summary>
    private static double[] Matrices(double[] covariances, CovarianceType type, int dimension)
    {
        if (type == CovarianceType.Full)
            return covariances;
        if (type == CovarianceType.Tied)
            return [.. covariances, .. covariances, .. covariances];
        var matrices = new double[3 * dimension * dimension];
        for (int i = 0; i < 3 * dimension; i++)
            matrices[i * dimension + i % dimension] = covariances[type == CovarianceType.Diagonal ? i : i / dimension];
        return matrices;
    }

    private static double[] Reals(JsonElement json, string name) => json.GetProperty(name).Deserialize<double[]>()!;

    private static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        double scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, scale * 1e-7));
    }
}
