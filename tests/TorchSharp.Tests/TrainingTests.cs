using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Disentangle.ML.Trainers.Tests;
using Disentangle.ML.Trainers.Tests.Joint;

namespace Disentangle.ML.TorchSharp.Tests;

public class TrainingTests
{
    private const float Tolerance = 1e-4f;

    /// <summary>One batch an epoch, so that the history tells every step.</summary>
    private static readonly TestOptions Stepwise = new()
    {
        Network = Network.Mlp([16], 6, Activation.Tanh), Epochs = 20, BatchSize = 60, LearningRate = 0.005f, Seed = 3, Threads = 1,
    };

    private static readonly Dictionary<string, Objective> Objectives = new()
    {
        ["cross-entropy"] = Objective.CrossEntropy(),
        ["row margin"] = Objective.CrossEntropy() + Objective.RowMargin(),
        ["sample margin"] = Objective.CrossEntropy() + Objective.SampleMargin(),
        ["sample margin without labels"] = Objective.SampleMargin(supervised: false),
        ["DeCov"] = Objective.CrossEntropy() + Objective.DeCov(),
        ["XCov"] = Objective.CrossEntropy() + Objective.XCov(),
        ["soft nearest neighbour"] = Objective.CrossEntropy() + Objective.SoftNearestNeighbor(),
        ["centre"] = Objective.Center(),
        ["categorical COREL"] = Objective.CategoricalCorel(),
        ["Cosine-COREL"] = Objective.CosineCorel(),
        ["Gaussian COREL"] = Objective.GaussianCorel(learnGamma: true),
        ["neighbour contrast"] = Objective.CrossEntropy() + Objective.NeighborContrast(neighbors: 5),
    };

    [Fact]
    public void Every_loss_and_its_gradient_follow_the_managed_engine_for_20_steps()
    {
        LibTorch.Require();
        AssertAgree(Objectives, objective =>
        {
            TestOptions options = Stepwise with { Objective = objective };
            var data = new TrainingData(TestRows.Blobs(60, classes: 3), 8, 3);
            return device => EncoderTrainer.Train(data, options with { Device = device }, seed: 0).History;
        });
    }

    [Fact]
    public void Reconstruction_follows_the_managed_engine_for_20_steps()
    {
        LibTorch.Require();
        AssertAgree(Enum.GetValues<ReconstructionError>().ToDictionary(error => error.ToString()), error =>
        {
            TestOptions options = Stepwise with { Network = Network.MlpAutoencoder([16], 3), Objective = Objective.Reconstruction(error) };
            return device => EncoderTrainer.Train(new TrainingData(Unit(60, 8), 8, 0), options with { Device = device }, seed: 0).History;
        });
    }

    [Fact]
    public void Every_network_follows_the_managed_engine_for_20_steps()
    {
        LibTorch.Require();
        foreach ((string name, NetworkCase network) in NetworkCase.All)
        {
            (float[] expected, float[] actual) = (Losses(Device.Managed, network), Losses(LibTorch.Device, network));
            for (int i = 0; i < expected.Length; i++)
                AssertClose(expected[i], actual[i], $"{name}: the loss at step {i}");
            Assert.True(expected[^1] < expected[0], $"{name} does not learn.");
        }

        static float[] Losses(Device device, NetworkCase network)
        {
            using Engine engine = device.CreateEngine(threads: 1, seed: 4);
            NetworkModule module = network.Network.Build(engine, network.Rows.Width, new Random(4));
            Optimizer optimizer = engine.CreateOptimizer(module.Parameters, new AdamOptions());
            return [.. Enumerable.Range(0, 20).Select(_ => Step())];

            float Step()
            {
                using IDisposable step = engine.BeginStep(training: true);
                (IReadOnlyList<LayerOutput> layers, Reconstruction? reconstruction) = NetworkCase.Run(engine, module, network.Rows);
                Tensor loss = engine.Mean(engine.Square(layers[^1].Output - 0.5f));
                if (reconstruction is not null)
                    loss += engine.BinaryCrossEntropyWithLogits(reconstruction.Output, network.Rows.Values);
                engine.Backward(loss);
                optimizer.Step(1e-3f);
                return loss.Item();
            }
        }
    }

    [Fact]
    public void Joint_autoencoders_follow_the_managed_engine_for_20_steps()
    {
        LibTorch.Require();
        JointTrainingOptions options = JointSetup.Small with { Epochs = 20, BatchSize = 100, LearningRate = 1e-3f };
        AssertAgree(Enum.GetValues<JointMode>().ToDictionary(mode => mode.ToString()), mode => device =>
            JointAutoencoderTrainer.Train(JointSetup.Data(), options with { Mode = mode, Device = device }, seed: 0).History);
    }

    [Fact]
    public void Two_batches_per_update_train_as_batches_of_twice_the_size()
    {
        LibTorch.Require();
        (float[][] expected, float[][] actual) = (Weights(batchSize: 32, batches: 1), Weights(batchSize: 16, batches: 2));
        foreach ((float[] first, float[] second) in expected.Zip(actual))
        {
            for (int i = 0; i < first.Length; i++)
                Assert.Equal(first[i], second[i], 1e-5f);
        }

        static float[][] Weights(int batchSize, int batches)
        {
            TestOptions options = Stepwise with
            {
                Device = LibTorch.Device, Objective = Objective.CrossEntropy(), Epochs = 5,
                BatchSize = batchSize, BatchesPerUpdate = batches,
            };
            TrainingResult result = EncoderTrainer.Train(new TrainingData(TestRows.Blobs(60), 8, 2), options, seed: 0);
            return [.. result.Encoder.Parameters.Select(parameter => parameter.Value.ToArray())];
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_on_the_CPU()
    {
        LibTorch.Require();
        Assert.Equal(Weights(seed: 3), Weights(seed: 3));
        Assert.NotEqual(Weights(seed: 3), Weights(seed: 4));

        static float[][] Weights(int seed)
        {
            TestOptions options = Stepwise with { Device = TorchDevice.Cpu, Seed = seed, BatchSize = 16, Threads = 2 };
            TrainingResult result = EncoderTrainer.Train(new TrainingData(TestRows.Blobs(60), 8, 2), options, seed: 0);
            return [.. result.Encoder.Parameters.Select(parameter => parameter.Value.ToArray())];
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_loss_that_is_not_finite_stops_training_as_on_the_managed_engine(int badEpoch)
    {
        LibTorch.Require();
        NonFiniteLossException expected = Stop(Device.Managed), actual = Stop(LibTorch.Device);
        Assert.Equal((expected.Term, expected.Epoch, expected.Message), (actual.Term, actual.Epoch, actual.Message));
        Assert.Equal(("logarithm", badEpoch), (actual.Term, actual.Epoch));

        NonFiniteLossException Stop(Device device)
        {
            TestOptions options = Stepwise with
            {
                Device = device, BatchSize = 16, Objective = Objective.CrossEntropy() + new Objective(new LogarithmLoss(badEpoch)),
            };
            var data = new TrainingData(TestRows.Blobs(60), 8, 2);
            return Assert.Throws<NonFiniteLossException>(() => EncoderTrainer.Train(data, options, seed: 0));
        }
    }

    [Fact]
    public void Sums_give_the_first_scalar_that_is_not_finite()
    {
        using TorchEngine engine = LibTorch.NewEngine();
        ScalarSums sums = engine.CreateSums(2);
        Add(1, 2);
        Add(3, float.PositiveInfinity);
        Add(float.NaN, 1);
        var values = new double[2];
        Assert.Equal(new NonFiniteScalar(1, float.PositiveInfinity, 2), sums.Read(values));

        sums = engine.CreateSums(2);
        Add(1, 2);
        Add(3, 4);
        Assert.Null(sums.Read(values));
        Assert.Equal([40, 60], values);

        void Add(float first, float second)
        {
            using IDisposable step = engine.BeginStep(training: true);
            sums.Add([engine.Fill(Shape.Scalar, first), engine.Fill(Shape.Scalar, second)], factor: 10);
        }
    }

    /// <summary>Compares the terms of the loss and the norm of the gradient at every step.</summary>
    private static void AssertAgree<T>(Dictionary<string, T> cases, Func<T, Func<Device, IReadOnlyList<TrainingProgress>>> training)
    {
        foreach ((string name, T setting) in cases)
        {
            Func<Device, IReadOnlyList<TrainingProgress>> train = training(setting);
            IReadOnlyList<TrainingProgress> expected = train(Device.Managed), actual = train(LibTorch.Device);
            Assert.Equal(20, expected.Count);
            for (int step = 0; step < expected.Count; step++)
            {
                AssertClose(expected[step].GradientNorm, actual[step].GradientNorm, $"{name}: the gradient at step {step}");
                foreach ((string term, double value) in expected[step].Terms)
                    AssertClose(value, actual[step].Terms[term], $"{name}: {term} at step {step}");
            }
        }
    }

    private static void AssertClose(double expected, double actual, string what) =>
        Assert.True(Math.Abs(expected - actual) <= Tolerance * Math.Max(1e-2, Math.Abs(expected)), $"{what} is {actual}, not {expected}.");

    /// <summary>Rows of numbers in 0..1.</summary>
    private static RowStore Unit(int count, int width)
    {
        var random = new Random(2);
        var rows = new RowStore();
        for (int i = 0; i < count; i++)
        {
            foreach (ref float value in rows.Add(-1, width))
                value = random.NextSingle();
        }
        return rows;
    }

    /// <summary>log 1, and log -1 from an epoch on.</summary>
    private sealed record LogarithmLoss(int BadEpoch) : ILoss
    {
        public string Name => "logarithm";

        public Tensor Compute(LossContext context) =>
            context.Engine.Log(context.Engine.Fill(Shape.Scalar, context.Epoch + 1 < BadEpoch ? 1 : -1));
    }
}
