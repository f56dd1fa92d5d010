using System.Text.Json;
using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Trainers.Tests.Networks;

public class ConvolutionalNetworkTests
{
    [Theory]
    [InlineData("corel", 784, new[] { 15 * 14 * 14, 30 * 7 * 7, 60 * 3 * 3, 128, 64 })]
    [InlineData("digits", 784, new[] { 32 * 14 * 14, 32 * 7 * 7, 256, 10 })]
    [InlineData("house numbers", 3072, new[] { 64 * 16 * 16, 96 * 8 * 8, 64 * 4 * 4, 128, 10 })]
    public void The_networks_of_the_papers_have_their_sizes(string name, int inputSize, int[] expected)
    {
        CnnNetwork network = name switch
        {
            "corel" => CnnNetwork.Corel(new ImageSize(28, 28)),
            "digits" => CnnNetwork.JadeDigits(),
            _ => CnnNetwork.JadeHouseNumbers(),
        };
        Assert.Empty(network.Faults());
        using var engine = new ManagedEngine();
        NetworkModule module = network.Build(engine, inputSize, new Random(1));
        using IDisposable step = engine.BeginStep(training: false);
        NetworkRows rows = NetworkRows.For(inputSize, sequences: false, rows: 2);
        Assert.Equal(expected, module.Forward(engine, rows.ToInput(engine)).Select(layer => layer.Output.Shape[1]));
    }

    /// <summary>A filter that gives the first channel of the pixel to the right shows how values are laid out.</summary>
    [Fact]
    public void Rows_are_read_by_height_then_width_then_channels()
    {
        using var engine = new ManagedEngine();
        NetworkModule module = Network.Cnn(new ImageSize(3, 2, 2), [new(1)], [], 1, Activation.Identity).Build(engine, 12, new Random(1));
        var filter = new float[3 * 3 * 2];
        filter[(1 * 3 + 2) * 2] = 1;
        engine.SetValues(module.Parameters[0], filter);
        engine.SetValues(module.Parameters[1], [0]);
        using IDisposable step = engine.BeginStep(training: false);
        Tensor rows = engine.Constant(new Shape(1, 12), [1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60]);
        Assert.Equal([2, 3, 0, 5, 6, 0], module.Forward(engine, new NetworkInput(rows, default))[0].Output.ToArray());
    }

    [Fact]
    public void Pooling_with_padding_counts_the_edges_even_where_all_values_are_negative()
    {
        using var engine = new ManagedEngine();
        CnnNetwork network =
            Network.Cnn(new ImageSize(3, 3), [new(1, Kernel: 1, Pool: 2, PoolPadding: Padding.Same)], [], 1, Activation.Identity);
        NetworkModule module = network.Build(engine, 9, new Random(1));
        engine.SetValues(module.Parameters[0], [-1]);
        engine.SetValues(module.Parameters[1], [0]);
        using IDisposable step = engine.BeginStep(training: false);
        Tensor rows = engine.Constant(new Shape(1, 9), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        Assert.Equal([-1, -3, -7, -9], module.Forward(engine, new NetworkInput(rows, default))[0].Output.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_variational_autoencoder_makes_images_of_its_own_size(bool houseNumbers)
    {
        ConvolutionalVariationalAutoencoder settings =
            houseNumbers ? ConvolutionalVariationalAutoencoder.HouseNumbers : ConvolutionalVariationalAutoencoder.Digits;
        Assert.Empty(settings.Faults("Primary"));
        int size = houseNumbers ? 3072 : 784;
        using var engine = new ManagedEngine(seed: 2);
        ConvolutionalVariationalModule module = settings.Build(engine, size, new Random(1));
        Assert.Distinct(module.Parameters.Select(parameter => parameter.Name));
        NetworkRows rows = NetworkRows.For(size, sequences: false, rows: 3);

        using (engine.BeginStep(training: false))
        {
            VariationalCode code = module.Encode(engine, rows.ToInput(engine).Values);
            foreach (Tensor tensor in (Tensor[])[code.Style.Mean, code.Style.LogVariance, code.Content.Mean, code.Content.LogVariance])
                Assert.Equal(new Shape(3, 10), tensor.Shape);
            Assert.Equal(new Shape(3, size), module.Decode(engine, code.Style.Mean, code.Content.Mean).Shape);
            Assert.Same(code.Style.Mean, code.Style.Draw(engine));
        }
        using (engine.BeginStep(training: true))
        {
            Tensor logVariance = engine.Fill(new Shape(200, 50), MathF.Log(4));
            float[] draws = new GaussianCode(engine.Fill(new Shape(200, 50), 3), logVariance).Draw(engine).ToArray();
            double mean = draws.Average();
            Assert.Equal(3, mean, 0.1);
            Assert.Equal(4, draws.Average(draw => (draw - mean) * (draw - mean)), 0.2);
        }
    }

    [Fact]
    public void Faults_of_the_variational_autoencoder_name_their_owner()
    {
        var settings = new ConvolutionalVariationalAutoencoder { Convolutions = [], Style = 0, Content = -1 };
        string[] faults = [.. settings.Faults("Primary")];
        Assert.Equal(3, faults.Length);
        Assert.StartsWith("Primary.Convolutions is empty", faults[0]);
        Assert.StartsWith("Primary.Style is 0", faults[1]);
        Assert.StartsWith("Primary.Content is -1", faults[2]);
    }

    [Fact]
    public void Settings_of_the_variational_autoencoder_survive_JSON()
    {
        ConvolutionalVariationalAutoencoder settings = ConvolutionalVariationalAutoencoder.HouseNumbers with { Style = 7 };
        string text = JsonSerializer.Serialize(settings, JointTask.Json);
        Assert.Equal(settings, JsonSerializer.Deserialize<ConvolutionalVariationalAutoencoder>(text, JointTask.Json));
        Assert.NotEqual(settings, ConvolutionalVariationalAutoencoder.HouseNumbers);
    }
}
