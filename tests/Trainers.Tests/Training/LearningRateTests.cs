using System.Text.Json;
using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;
using static Disentangle.ML.Trainers.Tests.TrainingSetup;

namespace Disentangle.ML.Trainers.Tests;

public class LearningRateTests
{
    [Theory]
    [InlineData("constant", LearningRateDecay.Constant, 0)]
    [InlineData("linear", LearningRateDecay.Linear, 0)]
    [InlineData("cosine", LearningRateDecay.Cosine, 0)]
    [InlineData("step", LearningRateDecay.Step, 0)]
    [InlineData("warm-up", LearningRateDecay.Constant, 7)]
    [InlineData("warm-up and cosine", LearningRateDecay.Cosine, 7)]
    public void Agrees_with_PyTorch_at_every_step(string name, LearningRateDecay decay, int warmup)
    {
        // Made by tests/reference/schedules.py: 6 epochs of 4 steps.
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(TestData.InRepository("tests", "reference", "schedules.json")));
        double[] expected = file.RootElement.GetProperty("factors").GetProperty(name).Deserialize<double[]>()!;
        var schedule = new LearningRateSchedule { Decay = decay, WarmupSteps = warmup, StepEpochs = 2, StepFactor = 0.3f };

        Assert.Equal(24, expected.Length);
        for (int step = 0; step < 24; step++)
            Assert.Equal(expected[step], schedule.Factor(step, step / 24.0, step / 4), 1e-6);
    }

    [Theory]
    [InlineData(LearningRateDecay.Linear, 0)]
    [InlineData(LearningRateDecay.Cosine, 5)]
    [InlineData(LearningRateDecay.Step, 0)]
    public void Every_step_takes_the_rate_of_the_schedule(LearningRateDecay decay, int warmup)
    {
        var schedule = new LearningRateSchedule { Decay = decay, WarmupSteps = warmup, StepEpochs = 2, StepFactor = 0.5f };
        TestOptions options = Small with { Schedule = schedule };
        float[] Last(IRowSource rows) => [.. options.Train(rows).History.Select(progress => progress.LearningRate)];

        // 60 rows in batches of 16: four steps an epoch, the last one of epoch e is step 4e + 3.
        float[] expected = [.. Enumerable.Range(0, 6)
            .Select(epoch => options.LearningRate * schedule.Factor(4 * epoch + 3, (4 * epoch + 3) / 24.0, epoch))];
        Assert.Equal(expected, Last(TestRows.Blobs(60)));
        // How long a stream is, its first epoch has to tell.
        Assert.Equal(expected[1..], Last(new StreamedRows(TestRows.Blobs(60)))[1..]);
        Assert.Equal(options.LearningRate * schedule.Factor(3, 0, 0), Last(new StreamedRows(TestRows.Blobs(60)))[0]);
    }

    [Theory]
    [InlineData(3, 7)]
    [InlineData(6, 4)]
    [InlineData(300, 1)]
    public void Stages_have_equal_shares_of_the_epochs(int epochs, int steps)
    {
        var schedule = new LearningRateSchedule { Decay = LearningRateDecay.Stages };
        float[] stages = [1, 0.3f, 0.1f];
        for (int step = 0; step < epochs * steps; step++)
            Assert.Equal(stages[step / steps / (epochs / 3)],
                schedule.Factor(step, (step / steps + step % steps / (double)steps) / epochs, step / steps));
        Assert.Equal(0.1f, schedule.Factor(0, 1, 0));
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(0.25f)]
    public void The_gradient_norm_is_reported_and_clipped(float maximum)
    {
        // With ε = 1 and η = 1 the first step of Adam is -g / (|g| + 1), which tells the gradient that it was given.
        TestOptions options = Small with
        {
            Objective = Objective.CrossEntropy(weight: 3),
            Epochs = 1,
            BatchSize = 100,
            LearningRate = 1,
            Optimizer = new AdamOptions { Epsilon = 1, MaximumGradientNorm = maximum },
        };
        TrainingResult result = options.Train(TestRows.Blobs(60));
        double squares = 0;
        foreach ((float before, float after) in Start(options).SelectMany(values => values)
            .Zip(result.Weights().SelectMany(values => values)))
        {
            double move = Math.Abs((double)after - before);
            squares += Math.Pow(move / (1 - move), 2);
        }
        double norm = result.History[0].GradientNorm;
        Assert.True(norm > 0.5);
        Assert.Equal(Math.Min(norm, maximum), Math.Sqrt(squares), 1e-4);
    }

    [Fact]
    public void Decoupled_weight_decay_shrinks_weights_that_have_no_gradient()
    {
        TestOptions options =
            NoGradient with { LearningRate = 0.1f, Optimizer = new AdamOptions { WeightDecay = 0.5f, DecoupledWeightDecay = true } };
        float[][] before = Start(options), after = options.Train(TestRows.Blobs(60)).Weights();
        // 6 epochs of 4 steps, each times 1 - 0.1 · 0.5.
        double factor = Math.Pow(0.95, 24);
        for (int i = 0; i < before.Length; i++)
            Assert.All(before[i].Zip(after[i]), pair => Assert.Equal(pair.First * factor, pair.Second, 1e-6));
    }

    [Fact]
    public void Weight_decay_is_a_gradient_of_its_own()
    {
        TestOptions options =
            NoGradient with { Epochs = 1, BatchSize = 100, LearningRate = 1e-3f, Optimizer = new AdamOptions { WeightDecay = 0.5f } };
        float[][] before = Start(options), after = options.Train(TestRows.Blobs(60)).Weights();
        // Adam's first step is η in the direction of the gradient, which is 0.5 w here.
        for (int i = 0; i < before.Length; i++)
            Assert.All(before[i].Zip(after[i]), pair => Assert.Equal(pair.First - 1e-3 * Math.Sign(pair.First), pair.Second, 1e-6));
    }

    [Fact]
    public void Faults_of_optimiser_schedule_and_early_stopping_are_in_the_one_message()
    {
        var options = new TestOptions
        {
            Optimizer = new AdamOptions { Beta1 = 1, Beta2 = -0.1f, Epsilon = 0, WeightDecay = float.NaN, MaximumGradientNorm = 0 },
            Schedule = new LearningRateSchedule { WarmupSteps = -1, StepEpochs = 0, StepFactor = 2 },
            EarlyStopping = new EarlyStopping { Patience = 0, MinimumImprovement = -1 },
            ValidationFraction = 1,
            ShufflePoolSize = 0,
            MaximumTime = TimeSpan.Zero,
            Sampling = BatchSampling.TwoOfEachClass,
            CacheInMemory = false,
        };
        string message = Assert.Throws<ArgumentException>(options.Validate).Message;
        foreach (string part in new[]
        {
            "14 errors", "Optimizer.Beta1 is 1;", "Optimizer.Beta2 is -0.1;", "Optimizer.Epsilon is 0;", "Optimizer.WeightDecay is NaN;",
            "Optimizer.MaximumGradientNorm is 0;",
            "Schedule.WarmupSteps is -1", "Schedule.StepEpochs is 0", "Schedule.StepFactor is 2",
            "EarlyStopping.Patience is 0", "EarlyStopping.MinimumImprovement is -1",
            "ValidationFraction is 1", "ShufflePoolSize is 0", "MaximumTime is 00:00:00", "CacheInMemory is false",
        })
        {
            Assert.Contains(part, message);
        }
    }

    private static TestOptions NoGradient => Small with { Objective = new Objective(new Probe(_ => { })) };

    /// <summary>The weights that a training begins with.</summary>
    private static float[][] Start(TestOptions options)
    {
        using var engine = new ManagedEngine(threads: 1);
        int classes = options.Objective.Needs.HasFlag(LossNeeds.Classifier) ? 2 : 0;
        var encoder = new Encoder(engine, options.Network, Width, classes, seed: options.Seed!.Value);
        return [.. encoder.Parameters.Select(parameter => parameter.Value.ToArray())];
    }
}
