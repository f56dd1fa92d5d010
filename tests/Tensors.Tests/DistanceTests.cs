namespace Disentangle.ML.Tensors.Tests;

/// <summary>What distances are where there is no direction, and where clusters lie far from each other.</summary>
public sealed class DistanceTests
{
    private static readonly int[] Labels = [0, 0, 1, 1, 0];

    // Rows 0 and 3 are 0.
    private static readonly float[] Rows = [0, 0, 3, 4, 1, -2, 0, 0, -2, 1];

    public static TheoryData<string> Engines => ["fused", "composed"];

    [Theory]
    [MemberData(nameof(Engines))]
    public void RowWithoutDirectionIsAtCosineDistanceOne(string name)
    {
        using Engine engine = New(name);
        using (engine.BeginStep(training: false))
        {
            Tensor rows = engine.Constant(new Shape(5, 2), Rows);
            float[] distances = engine.CosineDistances(rows, rows).ToArray();
            for (int j = 0; j < 5; j++)
                Assert.Equal([1f, 1f, 1f, 1f], [distances[j], distances[15 + j], distances[5 * j], distances[5 * j + 3]]);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void SoftNearestNeighborTakesRowWithoutDirectionAtDistanceOne(string name)
    {
        const double temperature = 0.7;
        double sum = 0;
        for (int i = 0; i < 5; i++)
        {
            double all = 0, partners = 0;
            for (int j = 0; j < 5; j++)
            {
                if (j == i)
                    continue;
                double norms = Math.Sqrt(Dot(i, i) * Dot(j, j)), term = Math.Exp((norms == 0 ? 0 : Dot(i, j) / norms) / temperature);
                all += term;
                partners += Labels[i] == Labels[j] ? term : 0;
            }
            sum -= Math.Log(partners / all);
        }

        using Engine engine = New(name);
        using (engine.BeginStep(training: false))
        {
            Tensor loss = engine.SoftNearestNeighbor(engine.Constant(new Shape(5, 2), Rows), Labels, (float)temperature,
                NeighborDistance.Cosine);
            Assert.Equal(sum / 5, loss.ToArray()[0], 5);
        }

        static double Dot(int i, int j) => (double)Rows[2 * i] * Rows[2 * j] + (double)Rows[2 * i + 1] * Rows[2 * j + 1];
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void RowWithoutDirectionGetsNoGradient(string name)
    {
        foreach (float scale in new[] { 0, 1e-30f, 1e-9f })
        {
            float[] values = [.. Rows];
            (values[0], values[7]) = (scale, -scale);
            foreach (float[] gradient in Gradients(name, values))
            {
                Assert.All(gradient, value => Assert.True(Math.Abs(value) < 10, $"A gradient is {value}."));
                Assert.Equal([0f, 0f, 0f, 0f], [gradient[0], gradient[1], gradient[6], gradient[7]]);
                Assert.Contains(gradient, value => value != 0);
            }
        }
    }

    private static IEnumerable<float[]> Gradients(string name, float[] values)
    {
        Func<Engine, Tensor, Tensor>[] functions =
        [
            (engine, h) => engine.Sum(
                engine.Multiply(engine.NormalizeRows(h), engine.Constant(new Shape(5, 2), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))),
            (engine, h) => engine.Sum(engine.CosineDistances(h, h)),
            (engine, h) => engine.SoftNearestNeighbor(h, Labels, 0.7f, NeighborDistance.Cosine),
        ];
        foreach (Func<Engine, Tensor, Tensor> function in functions)
        {
            using Engine engine = New(name);
            Parameter h = engine.CreateParameter("h", new Shape(5, 2), values);
            using (engine.BeginStep(training: true))
                engine.Backward(function(engine, h.Value));
            var gradient = new float[10];
            engine.CopyGradient(h, gradient);
            yield return gradient;
        }
    }

    [Fact]
    public void NearRowsKeepTheirDistanceWhereOthersAreFarAway()
    {
        // Two pairs, 2,000 apart: the squared distance within a pair is 1e-4, below the rounding error of the squares.
        float[] rows = [1000, 1000.0078125f, -1000, -1000.015625f];
        using var engine = new ManagedEngine(threads: 1);
        using (engine.BeginStep(training: false))
        {
            Tensor x = engine.Constant(new Shape(4, 1), rows);
            float[] distances = engine.SquaredDistances(x, x).ToArray();
            Assert.Equal([6.1035156e-5f, 2.4414063e-4f], [distances[1], distances[11]]);
            Assert.Equal([0f, 0f, 0f, 0f], [distances[0], distances[5], distances[10], distances[15]]);
        }
    }

    private static Engine New(string name) => name == "fused" ? new ManagedEngine(threads: 1) : new CompositionEngine();
}
