using Disentangle.ML.Tensors;
using static Disentangle.ML.Trainers.Tests.TrainingSetup;

namespace Disentangle.ML.Trainers.Tests;

/// <summary>Settings that no program should have: one clear message each.</summary>
public sealed class SettingFaultTests
{
    [Fact]
    public void Lists_that_are_null_are_named()
    {
        Action[] settings =
        [
            () => Network.Mlp(null!, 4), () => Network.MlpAutoencoder(null!, 4), () => _ = new TextCnnNetwork { Hidden = null! },
            () => Network.Cnn(new ImageSize(8, 8), [new(2)], null!, 4), () =>
                Network.CnnAutoencoder(new ImageSize(8, 8), [new(2)], null!, 4),
        ];
        Assert.All(settings, set => Assert.StartsWith("Hidden is null; it must be a list.",
            Assert.Throws<ArgumentNullException>(set).Message));
        Assert.StartsWith("Convolutions is null",
            Assert.Throws<ArgumentNullException>(() => Network.Cnn(new ImageSize(8, 8), null!, [], 4)).Message);
        Assert.StartsWith("Widths is null", Assert.Throws<ArgumentNullException>(() => new TextCnnNetwork { Widths = null! }).Message);
        Assert.StartsWith("Stages is null",
            Assert.Throws<ArgumentNullException>(() => new LearningRateSchedule { Stages = null! }).Message);
        Assert.StartsWith(
            "ClassifierHidden is null",
                Assert.Throws<ArgumentNullException>(() => new JointTrainingOptions { ClassifierHidden = null! }).Message);
    }

    public static TheoryData<string> Large => ["mlp", "gru", "gru autoencoder", "text cnn", "vocabulary", "cnn", "mlp autoencoder"];

    [Theory]
    [MemberData(nameof(Large))]
    public void Layers_of_more_weights_than_an_array_holds_are_named(string name)
    {
        (Network network, int inputs, string layer) = name switch
        {
            "mlp" => (Network.Mlp([1 << 16, 1 << 16], 2), 1, "'hidden1' has 65536 x 65536 weights"),
            "gru" => (Network.Gru(1, 1 << 15, 2), 1, "'gru' has 3 x 32768 x 32768 weights"),
            "gru autoencoder" => (Network.GruAutoencoder(1, 1 << 15, 2), 1, "'gru' has 3 x 32768 x 32768 weights"),
            "text cnn" => (Network.TextCnn(1 << 20, 2) with { Filters = 1 << 10 }, 1 << 20, "'filters0' has 1024 x 3 x 1048576 weights"),
            "vocabulary" => (Network.TextCnn(1 << 10, 2, vocabularySize: 1 << 21), 1, "'words' has 2097152 x 1024 weights"),
            "cnn" => ((Network)Network.Cnn(new ImageSize(2, 2), [new(1 << 15), new(1 << 13)], [], 2), 4,
                "'convolution1' has 8192 x 3 x 3 x 32768 weights"),
            _ => (Network.MlpAutoencoder([1 << 16], 1 << 16), 1, "'embedding' has 65536 x 65536 weights"),
        };
        using var engine = new ManagedEngine();
        string message = Assert.Throws<ArgumentException>(() => network.Build(engine, inputs, new Random(1))).Message;
        Assert.StartsWith($"The layer {layer}; the maximum is 2147483591", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_no_array_holds_are_faults()
    {
        Assert.Contains("it can have at most", Assert.Single(Network.Cnn(new ImageSize(1 << 16, 1 << 16), [new(2)], [], 4).Faults()));
        Assert.Contains("its output 1024 x 1024 x 4096",
            Assert.Single(Network.Cnn(new ImageSize(1024, 1024), [new(4096)], [], 4).Faults()));
    }

    [Fact]
    public void Undefined_enum_values_are_faults()
    {
        var activation = (Activation)50;
        var initialization = (WeightInitialization)51;
        (Network Network, int Faults)[] networks =
        [
            (Network.Mlp([4], 2) with { Activation = activation, Initialization = initialization }, 2),
            (Network.Cnn(new ImageSize(8, 8), [new(2, Padding: (Padding)9)], [], 4) with
            {
                Activation = activation, Initialization = initialization,
            }, 3),
            (Network.TextCnn(3, 2) with { Activation = activation, Initialization = initialization }, 2),
            (Network.Gru(3, 2, 2) with { Activation = activation }, 1),
            (Network.MlpAutoencoder([4], 2) with { Activation = activation, CodeActivation = activation, Initialization = initialization },
                3),
            (Network.CnnAutoencoder(new ImageSize(8, 8), [new(2)], [], 4) with { CodeActivation = activation }, 1),
            (Network.GruAutoencoder(3, 2, 2) with { Activation = activation }, 1),
        ];
        Assert.All(networks, pair => Assert.Equal(pair.Faults, pair.Network.Faults().Count(fault => fault.Contains("it must be one of"))));
        ILoss[] losses =
        [
            new RowMarginLoss { Layers = (LayerChoice)7 }, new SampleMarginLoss { Layers = (LayerChoice)7 },
                new DeCovLoss { Layers = (LayerChoice)7 },
            new XCovLoss { Layers = (LayerChoice)7 }, new SoftNearestNeighborLoss { Layers = (LayerChoice)7 },
            new SoftNearestNeighborLoss { Distance = (NeighborDistance)7 }, new ReconstructionLoss { Error = (ReconstructionError)7 },
        ];
        Assert.All(losses, loss => Assert.Contains(" is 7; it must be one of ", Assert.Single(loss.Faults()), StringComparison.Ordinal));

        string message = Assert.Throws<ArgumentException>((Small with
        {
            Sampling = (BatchSampling)7,
            Schedule = new() { Decay = (LearningRateDecay)7 },
            ValidationFraction = 0.2,
            EarlyStopping = new() { Metric = (ValidationMetric)7 },
        }).Validate).Message;
        foreach (string name in new[] { "Sampling", "Schedule.Decay", "EarlyStopping.Metric" })
            Assert.Contains($"{name} is 7; it must be one of ", message, StringComparison.Ordinal);
        Assert.Contains("Mode is 7; it must be one of ",
            Assert.Throws<ArgumentException>(new JointTrainingOptions { Mode = (JointMode)7 }.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Objectives_that_are_null_are_refused()
    {
        Objective some = Objective.CrossEntropy();
        Assert.Equal("left", Assert.Throws<ArgumentNullException>(() => null! + some).ParamName);
        Assert.Equal("right", Assert.Throws<ArgumentNullException>(() => some + null!).ParamName);
        Assert.Equal("objective", Assert.Throws<ArgumentNullException>(() => 2 * (Objective)null!).ParamName);
        Assert.Equal("loss", Assert.Throws<ArgumentNullException>(() => new Objective((ILoss)null!)).ParamName);
        Assert.StartsWith("The loss of term 1 (from 0) of the objective is null.",
            Assert.Throws<ArgumentException>(() => new Objective([some.Terms[0], null!])).Message, StringComparison.Ordinal);
    }
}
