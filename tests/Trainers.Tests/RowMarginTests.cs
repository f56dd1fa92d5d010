using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers.Tests;

public class RowMarginTests
{
    [Theory]
    [InlineData(1, 0.5f)]
    [InlineData(2, 2)]
    [InlineData(7, 1)]
    public void Agrees_with_plain_loops(int neurons, float margin)
    {
        float[] weight = Weights(neurons, 9, seed: neurons);
        Assert.Equal(Reference(weight, neurons, margin), Compute(weight, neurons, margin).Value, 1e-4);
    }

    [Fact]
    public void Gradient_agrees_with_central_differences()
    {
        float[] weight = Weights(5, 6, seed: 4);
        (_, float[] gradient) = Compute(weight, 5, margin: 1);
        const double Step = 1e-4;
        for (int i = 0; i < weight.Length; i++)
        {
            double[] point = [.. weight.Select(value => (double)value)];
            point[i] += Step;
            double above = Reference(point, 5, 1);
            point[i] -= 2 * Step;
            Assert.Equal((above - Reference(point, 5, 1)) / (2 * Step), gradient[i], 1e-3);
        }
    }

    [Fact]
    public void Is_zero_where_every_pair_is_beyond_the_margin()
    {
        var weight = new float[4 * 4];
        for (int i = 0; i < 4; i++)
            weight[5 * i] = 30;
        (double value, float[] gradient) = Compute(weight, 4, margin: 5);
        Assert.Equal(0, value, 1e-4);
        Assert.All(gradient, element => Assert.Equal(0, element));
    }

    [Fact]
    public void Costs_the_margin_for_every_ordered_pair_of_equal_rows() => Assert.Equal(5 * 6 * 7.0, Compute(new float[6 * 8], 6, margin: 7).Value, 1e-3);

    [Fact]
    public void Does_not_change_with_the_order_of_neurons_or_a_constant_added_to_a_row()
    {
        float[] weight = Weights(6, 5, seed: 8);
        double value = Compute(weight, 6, margin: 2).Value;
        float[] reversed = [.. weight.Chunk(5).Reverse().SelectMany(row => row)];
        float[] shifted = [.. weight.Select((element, i) => element + i / 5)];
        Assert.Equal(value, Compute(reversed, 6, margin: 2).Value, 1e-4);
        Assert.Equal(value, Compute(shifted, 6, margin: 2).Value, 1e-4);
    }

    private static (double Value, float[] Gradient) Compute(float[] weight, int neurons, float margin)
    {
        using var engine = new ManagedEngine(threads: 1);
        Parameter parameter = engine.CreateParameter("weight", new Shape(neurons, weight.Length / neurons), weight);
        using IDisposable step = engine.BeginStep(training: true);
        var layer = new Layer(engine.Fill(new Shape(1, neurons), 0), parameter.Value);
        Tensor loss = new RowMarginLoss { Margin = margin }.Compute(LossContexts.Create(engine, layer, labels: [0]));
        engine.Backward(loss);
        var gradient = new float[weight.Length];
        engine.CopyGradient(parameter, gradient);
        return (loss.Item(), gradient);
    }

    private static float[] Weights(int neurons, int inputs, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, neurons * inputs).Select(_ => 3 * random.NextSingle())];
    }

    private static double Reference(float[] weight, int neurons, double margin) => Reference([.. weight.Select(value => (double)value)], neurons, margin);

    private static double Reference(double[] weight, int neurons, double margin)
    {
        double[][] p = [.. weight.Chunk(weight.Length / neurons).Select(row =>
        {
            double sum = row.Sum(Math.Exp);
            return row.Select(value => Math.Exp(value) / sum).ToArray();
        })];
        double total = 0;
        for (int r = 0; r < neurons; r++)
        {
            for (int s = 0; s < neurons; s++)
            {
                if (r != s)
                    total += Math.Max(0, margin - p[r].Zip(p[s]).Sum(pair => pair.First * Math.Log(pair.First / pair.Second)));
            }
        }
        return total;
    }
}
