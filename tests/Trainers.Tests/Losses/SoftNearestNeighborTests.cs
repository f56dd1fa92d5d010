using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers.Tests.Losses;

public class SoftNearestNeighborTests
{
    [Theory]
    [InlineData(NeighborDistance.Cosine)]
    [InlineData(NeighborDistance.SquaredEuclidean)]
    public void One_row_a_class_costs_nothing(NeighborDistance distance)
    {
        var loss = new SoftNearestNeighborLoss { Distance = distance };
        LossRun.Of(loss, LossInputs.Random(loss, [0, 1, 2])).AssertIsZero();
    }

    [Theory]
    [InlineData(NeighborDistance.Cosine)]
    [InlineData(NeighborDistance.SquaredEuclidean)]
    public void Rows_all_of_one_class_cost_nothing(NeighborDistance distance)
    {
        var loss =
            new SoftNearestNeighborLoss { Distance = distance, Temperature = Temperature.Fixed(0.3f), Layers = LayerChoice.Embedding };
        LossRun run = LossRun.Of(loss, LossInputs.Random(loss, [1, 1, 1, 1, -1]));
        Assert.Equal(0, run.Value, 1e-6);
        Assert.All(run.Gradients["embedding"], element => Assert.Equal(0, element, 1e-6));
    }

    [Fact]
    public void Equal_rows_cost_the_logarithm_of_the_share_of_partners()
    {
        var loss = new SoftNearestNeighborLoss { Layers = LayerChoice.Embedding };
        var inputs = new LossInputs { Labels = [0, 0, 0, 1, 1], Embedding = [.. Enumerable.Repeat(new double[] { 1, 2 }, 5)] };
        Assert.Equal((3 * Math.Log(4.0 / 2) + 2 * Math.Log(4.0 / 1)) / 5, LossRun.Of(loss, inputs).Value, 1e-5);
    }

    [Fact]
    public void Cosine_does_not_see_the_length_of_a_row_and_the_squared_distance_scales_with_the_temperature()
    {
        int[] labels = [0, 1, 0, 1, 2, 2];
        double[][] h = LossInputs.Random(new SoftNearestNeighborLoss(), labels).Embedding;
        double Value(double[][] rows, NeighborDistance distance, float temperature) => LossRun.Of(
            new SoftNearestNeighborLoss { Distance = distance, Temperature = Temperature.Fixed(temperature),
            Layers = LayerChoice.Embedding }, new LossInputs { Labels = labels, Embedding = rows }).Value;

        double[][] stretched = [.. h.Select((row, i) => row.Select(x => (i + 1) * x).ToArray())];
        Assert.Equal(Value(h, NeighborDistance.Cosine, 1), Value(stretched, NeighborDistance.Cosine, 1), 1e-5);
        double[][] doubled = [.. h.Select(row => row.Select(x => 2 * x).ToArray())];
        Assert.Equal(Value(h, NeighborDistance.SquaredEuclidean, 1), Value(doubled, NeighborDistance.SquaredEuclidean, 4), 1e-4);
    }

    [Fact]
    public void A_low_temperature_and_far_rows_give_finite_values()
    {
        ILoss loss = Objective.SoftNearestNeighbor(1, Temperature.Fixed(1e-3f), NeighborDistance.SquaredEuclidean,
            LayerChoice.Embedding).Terms[0].Loss;
        LossRun run = LossRun.Of(loss, new LossInputs { Labels = [0, 0, 1, 1], Embedding = [[0, 0], [30, 0], [1, 0], [31, 0]] });
        // Each row's nearest is 1 away, of the other class; its partner is 30 away.
        Assert.Equal((900 - 1) / 1e-3, run.Value, 0.5);
        Assert.All(run.Gradients["embedding"], element => Assert.True(float.IsFinite(element)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0.683020)]
    [InlineData(9, 0.281838)]
    [InlineData(19, 0.192501)]
    public void The_annealed_temperature_falls_as_1_over_the_epoch_to_the_power_of_0_55(int epoch, double expected) =>
        Assert.Equal(expected, Temperature.Annealed().At(epoch), 1e-5);

    [Fact]
    public void Temperatures_follow_their_settings()
    {
        Assert.Equal(1 / Math.Sqrt(4 + 5), Temperature.Annealed(eta: 4, gamma: 0.5f).At(5), 1e-6);
        Assert.All(new[] { 0, 1, 100 }, epoch => Assert.Equal(0.25f, Temperature.Fixed(0.25f).At(epoch)));
        Assert.Equal(3, new Temperature(Start: 6, Eta: 1, Gamma: 1).At(1));
    }

    [Theory]
    [InlineData(0, 1, 1, "temperature is 0")]
    [InlineData(1, 0, 1, "η of the temperature is 0")]
    [InlineData(1, 1, -1, "γ of the temperature is -1")]
    [InlineData(float.NaN, 1, 1, "temperature is NaN")]
    public void Faults_of_the_temperature_are_told(float start, float eta, float gamma, string expected) =>
        Assert.Contains(expected, Assert.Single(Objective.SoftNearestNeighbor(temperature: new Temperature(start, eta, gamma)).Faults()));

    /// <summary>
    /// Figure 1 of Agarap and Azcarraga (2020): 300 random points with random labels, moved by gradient descent on the loss alone.
    /// Annealing wins even where the other did its training, at T = 1.
    /// </summary>
    [Theory]
    [InlineData(NeighborDistance.Cosine, 1)]
    [InlineData(NeighborDistance.Cosine, 2)]
    [InlineData(NeighborDistance.Cosine, 3)]
    [InlineData(NeighborDistance.SquaredEuclidean, 1)]
    [InlineData(NeighborDistance.SquaredEuclidean, 2)]
    [InlineData(NeighborDistance.SquaredEuclidean, 3)]
    public void Annealing_disentangles_300_points_further_in_20_epochs_than_a_fixed_temperature(NeighborDistance distance, int seed)
    {
        var random = new Random(seed);
        int[] labels = [.. Enumerable.Range(0, 300).Select(_ => random.Next(4))];
        float[] points =
        [
            .. Enumerable.Range(0, 600)
                .Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))),
        ];

        float[] before = Values(points, labels, distance);
        float[] withFixed = Values(Move(points, labels, distance, Temperature.Fixed(1)), labels, distance);
        float[] withAnnealed = Values(Move(points, labels, distance, Temperature.Annealed()), labels, distance);
        for (int i = 0; i < before.Length; i++)
        {
            Assert.True(withFixed[i] < before[i]);
            Assert.True(withAnnealed[i] < withFixed[i]);
        }
    }

    /// <summary>The points after 20 epochs; an epoch is one step on all of them.</summary>
    private static float[] Move(float[] points, int[] labels, NeighborDistance distance, Temperature temperature)
    {
        using var engine = new ManagedEngine(threads: 1);
        Parameter parameter = engine.CreateParameter("points", new Shape(labels.Length, 2), points);
        var gradient = new float[points.Length];
        for (int epoch = 0; epoch < 20; epoch++)
        {
            using IDisposable step = engine.BeginStep(training: true);
            engine.Backward(Loss(engine, parameter.Value, labels, distance, temperature, epoch));
            engine.CopyGradient(parameter, gradient);
            engine.SetValues(parameter, [.. parameter.Value.ToArray().Zip(gradient, (value, slope) => value - 10 * slope)]);
        }
        return parameter.Value.ToArray();
    }

    /// <summary>The loss at T = 1, 0.5 and 0.2.</summary>
    private static float[] Values(float[] points, int[] labels, NeighborDistance distance)
    {
        using var engine = new ManagedEngine(threads: 1);
        using IDisposable step = engine.BeginStep(training: false);
        Tensor tensor = engine.Constant(new Shape(labels.Length, 2), points);
        return [.. new[] { 1, 0.5f, 0.2f }.Select(temperature => Loss(engine, tensor, labels, distance, Temperature.Fixed(temperature), 0)
            .Item())];
    }

    private static Tensor Loss(Engine engine, Tensor points, int[] labels, NeighborDistance distance, Temperature temperature, int epoch) =>
        new SoftNearestNeighborLoss { Temperature = temperature, Distance = distance, Layers = LayerChoice.Embedding }
            .Compute(LossContexts.Create(engine, new LayerOutput(points, points), labels, classCount: 4, epoch: epoch));
}
