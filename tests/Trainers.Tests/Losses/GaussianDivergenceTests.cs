using System.Text.Json;
using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;
using static Disentangle.ML.Trainers.Tests.Losses.LossRun;

namespace Disentangle.ML.Trainers.Tests.Losses;

public class GaussianDivergenceTests
{
    private const int Rows = 4;
    private const int Size = 3;

    // Made by tests/reference/gaussians.py.
    private static readonly JsonElement Reference =
        JsonDocument.Parse(File.ReadAllText(TestData.InRepository("tests", "reference", "gaussians.json"))).RootElement;

    [Theory]
    [InlineData("fromStandardNormal")]
    [InlineData("between")]
    public void Gives_what_PyTorch_gives(string name)
    {
        JsonElement expected = Reference.GetProperty(name);
        Inputs inputs = new(Values("p.mean"), Values("p.logVariance"), Values("q.mean"), Values("q.logVariance"));
        (float[] values, float[][] gradients) = Run(inputs, name);

        AssertClose(expected.GetProperty("values").Deserialize<double[]>()!, values, "values");
        double[][] expectedGradients = expected.GetProperty("gradients").Deserialize<double[][]>()!;
        Assert.Equal(name == "between" ? 4 : 2, expectedGradients.Length);
        for (int i = 0; i < expectedGradients.Length; i++)
            AssertClose(expectedGradients[i], gradients[i], $"gradient {i}");

        static double[] Values(string input) => Reference.GetProperty(input).Deserialize<double[]>()!;
    }

    [Theory]
    [InlineData("fromStandardNormal")]
    [InlineData("between")]
    public void Agrees_with_a_plain_loop_and_its_central_differences(string name)
    {
        Inputs inputs = Draw(seed: 5);
        (float[] values, float[][] gradients) = Run(inputs, name);
        double[] expected = [.. Enumerable.Range(0, Rows).Select(row => Plain(inputs, name, row))];
        AssertClose(expected, values, "values");
        Assert.All(expected, value => Assert.True(value > 0));

        const double Step = 1e-6;
        double[][] arrays = [inputs.Mean, inputs.LogVariance, inputs.OtherMean, inputs.OtherLogVariance];
        for (int a = 0; a < (name == "between" ? 4 : 2); a++)
        {
            var differences = new double[Rows * Size];
            for (int i = 0; i < differences.Length; i++)
            {
                double original = arrays[a][i];
                // Rows count with weights 1, 2, ..., so that no gradient can go to another row unseen.
                double At(double value)
                {
                    arrays[a][i] = value;
                    return Enumerable.Range(0, Rows).Sum(row => (row + 1) * Plain(inputs, name, row));
                }
                differences[i] = (At(original + Step) - At(original - Step)) / (2 * Step);
                arrays[a][i] = original;
            }
            AssertClose(differences, gradients[a], $"gradient {a}");
        }
    }

    [Fact]
    public void Is_zero_between_equals_and_from_the_standard_normal_itself()
    {
        Inputs drawn = Draw(seed: 6);
        (float[] between, float[][] gradients) =
            Run(drawn with { OtherMean = drawn.Mean, OtherLogVariance = drawn.LogVariance }, "between");
        Assert.All(between, value => Assert.Equal(0, value, 1e-6f));
        Assert.All(gradients.SelectMany(gradient => gradient), value => Assert.Equal(0, value, 1e-5f));

        var zeros = new double[Rows * Size];
        Assert.All(Run(new Inputs(zeros, zeros, zeros, zeros), "fromStandardNormal").Values, value => Assert.Equal(0, value));
    }

    [Fact]
    public void The_divergence_from_N_0_I_is_that_between_with_means_and_log_variances_of_0()
    {
        var zeros = new double[Rows * Size];
        Inputs inputs = Draw(seed: 7) with { OtherMean = zeros, OtherLogVariance = zeros };
        AssertClose([.. Run(inputs, "fromStandardNormal").Values.Select(value => (double)value)], Run(inputs, "between").Values, "values");
    }

    /// <summary>
    /// The code of JADE's authors has a log-variance where the mean of the second Gaussian belongs. Between Gaussians of variance 1 the
    /// divergence is half the squared distance of the means; with the slip it is half the squared mean of the first, wherever the second
    /// lies.
    /// </summary>
    [Fact]
    public void The_means_are_compared_with_means_and_not_with_log_variances()
    {
        double[] first = [.. Enumerable.Repeat(3.0, Rows * Size)], second = [.. Enumerable.Repeat(1.0, Rows * Size)];
        var zeros = new double[Rows * Size];
        Assert.All(Run(new Inputs(first, zeros, second, zeros), "between").Values,
            value => Assert.Equal(0.5 * Size * (3 - 1) * (3 - 1), value, 1e-5));
    }

    private sealed record Inputs(double[] Mean, double[] LogVariance, double[] OtherMean, double[] OtherLogVariance);

    private static Inputs Draw(int seed)
    {
        var random = new Random(seed);
        double[] Next() => [.. Enumerable.Range(0, Rows * Size).Select(_ => (double)(float)(3 * random.NextDouble() - 1.5))];
        return new Inputs(Next(), Next(), Next(), Next());
    }

    /// <summary>The values, and the gradients of their sum in which row i counts i + 1 times.</summary>
    private static (float[] Values, float[][] Gradients) Run(Inputs inputs, string name)
    {
        using var engine = new ManagedEngine(threads: 1);
        var shape = new Shape(Rows, Size);
        Parameter[] parameters = [.. new[] { inputs.Mean, inputs.LogVariance, inputs.OtherMean, inputs.OtherLogVariance }
            .Select((values, i) => engine.CreateParameter($"{i}", shape, [.. values.Select(value => (float)value)]))];
        var p = new GaussianCode(parameters[0].Value, parameters[1].Value);
        var q = new GaussianCode(parameters[2].Value, parameters[3].Value);

        using IDisposable step = engine.BeginStep(training: true);
        Tensor divergences = name == "between" ? GaussianDivergence.Between(engine, p, q)
            : GaussianDivergence.FromStandardNormal(engine, p);
        Assert.Equal(new Shape(Rows), divergences.Shape);
        engine.Backward(engine.Sum(divergences * engine.Constant(divergences.Shape, [1, 2, 3, 4])));
        return (divergences.ToArray(), [.. parameters.Select(parameter =>
        {
            var gradient = new float[shape.Length];
            engine.CopyGradient(parameter, gradient);
            return gradient;
        })]);
    }

    private static double Plain(Inputs inputs, string name, int row)
    {
        double sum = 0;
        for (int i = row * Size; i < (row + 1) * Size; i++)
        {
            double variance = Math.Exp(inputs.LogVariance[i]);
            double otherMean = name == "between" ? inputs.OtherMean[i] : 0, otherVariance = name == "between"
                ? Math.Exp(inputs.OtherLogVariance[i])
                : 1;
            double distance = inputs.Mean[i] - otherMean;
            sum += 0.5 * (variance / otherVariance + distance * distance / otherVariance - 1
                + Math.Log(otherVariance) - Math.Log(variance));
        }
        return sum;
    }
}
