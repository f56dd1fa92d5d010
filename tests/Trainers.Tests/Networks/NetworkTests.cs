using System.Text.Json;
using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Trainers.Tests.Networks;

/// <summary>What holds for every network.</summary>
public class NetworkTests
{
    public static TheoryData<string> Names => [.. NetworkCase.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_row_is_encoded_alike_alone_and_among_others(string name)
    {
        (Network network, NetworkRows rows) = NetworkCase.All[name];
        using var engine = new ManagedEngine(threads: 2);
        NetworkModule module = network.Build(engine, rows.Width, new Random(1));
        float[] together = NetworkCase.Outputs(engine, module, rows);
        int embedding = network.EmbeddingSize, reconstructed = rows.Count * embedding;
        for (int i = 0; i < rows.Count; i++)
        {
            float[] alone = NetworkCase.Outputs(engine, module, rows.Row(i));
            Assert.Equal(together[(i * embedding)..((i + 1) * embedding)], alone[..embedding]);
            int values = alone.Length - embedding;
            Assert.Equal(together[reconstructed..(reconstructed + values)], alone[embedding..]);
            reconstructed += values;
        }
        Assert.Equal(together.Length, reconstructed);
    }

    [Fact]
    public void One_long_text_does_not_make_the_others_long()
    {
        Network network = Network.TextCnn(wordSize: 2, embedding: 4);
        int[] lengths = [.. Enumerable.Repeat(10, 31), 4000];
        long mixed = Bytes(lengths), alone = Bytes([4000]);
        Assert.InRange(mixed, alone, 2 * alone);

        NetworkRows rows = Rows(lengths);
        using var engine = new ManagedEngine(threads: 2);
        NetworkModule module = network.Build(engine, 2, new Random(1));
        float[] together = NetworkCase.Outputs(engine, module, rows);
        for (int i = 0; i < lengths.Length; i++)
            Assert.Equal(together[(4 * i)..(4 * i + 4)], NetworkCase.Outputs(engine, module, rows.Row(i)));

        static NetworkRows Rows(int[] lengths)
        {
            var random = new Random(5);
            return new NetworkRows([.. Enumerable.Range(0, 2 * lengths.Sum()).Select(_ => random.NextSingle())], 2, lengths);
        }

        // What the tensors of a training step take.
        long Bytes(int[] lengths)
        {
            using var engine = new ManagedEngine(threads: 2);
            NetworkModule module = network.Build(engine, 2, new Random(1));
            using IDisposable step = engine.BeginStep(training: true);
            engine.Backward(engine.Sum(module.Forward(engine, Rows(lengths).ToInput(engine))[^1].Output));
            return engine.BytesInUse;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Same_seed_gives_the_same_bits_whatever_the_threads(string name)
    {
        NetworkCase network = NetworkCase.All[name];
        float[][] one = network.Train(threads: 1, seed: 1);
        Assert.Equal(one, network.Train(threads: 1, seed: 1));
        Assert.Equal(one, network.Train(threads: 2, seed: 1));
        Assert.NotEqual(one, network.Train(threads: 1, seed: 2));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_reaches_every_parameter_and_names_differ(string name)
    {
        (Network network, NetworkRows rows) = NetworkCase.All[name];
        using var engine = new ManagedEngine();
        NetworkModule module = network.Build(engine, rows.Width, new Random(1));
        float[][] after = NetworkCase.All[name].Train(threads: 2, seed: 1);
        for (int i = 0; i < after.Length; i++)
        {
            // A decoder that gets zeros has no use for the weights of its inputs.
            bool unused = network is GruAutoencoder { TeacherForcing: false } && module.Parameters[i].Name == "decoder.gru.inputWeight";
            bool changed = !module.Parameters[i].Value.ToArray().SequenceEqual(after[i]);
            Assert.True(changed != unused, module.Parameters[i].Name);
        }
        Assert.Distinct(module.Parameters.Select(parameter => parameter.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_layer_is_rows_by_neurons_and_has_the_weights_of_its_neurons(string name)
    {
        (Network network, NetworkRows rows) = NetworkCase.All[name];
        using var engine = new ManagedEngine();
        NetworkModule module = network.Build(engine, rows.Width, new Random(1));
        using IDisposable step = engine.BeginStep(training: false);
        (IReadOnlyList<LayerOutput> layers, Reconstruction? reconstruction) = NetworkCase.Run(engine, module, rows);

        foreach (LayerOutput layer in layers.Concat(reconstruction?.Layers ?? []))
        {
            Assert.Equal(2, layer.Output.Shape.Rank);
            Assert.Equal(rows.Count, layer.Output.Shape[0]);
            Assert.Equal(2, layer.Weight.Shape.Rank);
            // The output of a convolution holds each of its neurons once a pixel.
            Assert.Equal(0, layer.Output.Shape[1] % layer.Weight.Shape[0]);
        }
        Assert.Equal(new Shape(rows.Count, network.EmbeddingSize), layers[^1].Output.Shape);
        Assert.Equal(network.EmbeddingSize, layers[^1].Weight.Shape[0]);
        if (reconstruction is not null)
            Assert.Equal(rows.ToInput(engine).Values.Shape, reconstruction.Output.Shape);
    }

    [Fact]
    public void The_layers_that_are_reported_are_all_of_them()
    {
        Assert.Equal([300, 70, 33], Neurons("mlp"));
        Assert.Equal([8 * 35, 12 * 24, 6 * 6, 50, 9], Neurons("cnn"));
        Assert.Equal([40, 40, 40, 40, 11], Neurons("textCnn"));
        Assert.Equal([40, 9], Neurons("gru"));
        Assert.Equal([200, 90, 20, 90, 200], Neurons("mlpAutoencoder"));
        // Back: 12 x 30 x 4 x 3 x 6, 4 x 3 -> 7 x 5 x 12, 7 x 5 x 8, and the output.
        Assert.Equal([8 * 35, 12 * 24, 6 * 6, 30, 12, 30, 6 * 12, 12 * 35, 8 * 35], Neurons("cnnAutoencoder"));
        Assert.Equal([40, 9, 40, 40], Neurons("gruAutoencoder"));

        static IEnumerable<int> Neurons(string name)
        {
            (Network network, NetworkRows rows) = NetworkCase.All[name];
            using var engine = new ManagedEngine();
            NetworkModule module = network.Build(engine, rows.Width, new Random(1));
            using IDisposable step = engine.BeginStep(training: false);
            (IReadOnlyList<LayerOutput> layers, Reconstruction? reconstruction) = NetworkCase.Run(engine, module, rows);
            return [.. layers.Concat(reconstruction?.Layers ?? []).Select(layer => layer.Output.Shape[1])];
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Settings_survive_JSON(string name)
    {
        Network network = NetworkCase.All[name].Network;
        string text = JsonSerializer.Serialize(network, SettingsJson.Options);
        Network? read = JsonSerializer.Deserialize<Network>(text, SettingsJson.Options);
        Assert.Equal(network, read);
        Assert.Equal(network.GetHashCode(), read!.GetHashCode());
        Assert.Equal(text, JsonSerializer.Serialize(read, SettingsJson.Options));
        Assert.DoesNotContain(nameof(Network.EmbeddingSize), text);
        Assert.DoesNotContain(nameof(Network.StepSize), text);
    }

    [Fact]
    public void Networks_with_other_settings_are_not_equal()
    {
        Network[] all = [.. NetworkCase.All.Values.Select(example => example.Network)];
        Assert.Distinct(all);
        Assert.NotEqual(Network.Mlp([3, 4], 2), Network.Mlp([4, 3], 2));
        Assert.NotEqual(Network.MlpAutoencoder([3], 2), Network.MlpAutoencoder([3, 3], 2));
        CnnNetwork cnn = CnnNetwork.Corel(new ImageSize(28, 28));
        Assert.NotEqual(cnn, cnn with { Convolutions = [.. cnn.Convolutions.Take(2), new(60, Pool: 2, PoolPadding: Padding.Same)] });
        Assert.NotEqual(cnn, cnn with { Image = new ImageSize(28, 28, 3) });
        Assert.NotEqual(Network.TextCnn(5, 4), Network.TextCnn(5, 4) with { Widths = [3, 5, 4] });
    }

    [Fact]
    public void Settings_do_not_change_with_the_list_they_were_given()
    {
        int[] hidden = [3, 4];
        MlpNetwork network = Network.Mlp(hidden, 2);
        hidden[0] = 9;
        Assert.Equal([3, 4], network.Hidden);
        Assert.Contains("Hidden = [3, 4]", network.ToString());
    }

    [Fact]
    public void Weights_are_drawn_as_said()
    {
        const int Inputs = 9 * 20;
        (double mean, double variance, double greatest, float[] biases) = Filters(WeightInitialization.FanInUniform);
        Assert.Equal(0, mean, 0.002);
        Assert.Equal(1.0 / 3 / Inputs, variance, 1e-4);
        Assert.InRange(greatest, 0.99 / Math.Sqrt(Inputs), 1 / Math.Sqrt(Inputs));
        Assert.InRange(biases.Max(Math.Abs), 0.5 / Math.Sqrt(Inputs), 1 / Math.Sqrt(Inputs));

        (mean, variance, _, biases) = Filters(WeightInitialization.He);
        Assert.Equal(0, mean, 0.002);
        Assert.Equal(2.0 / Inputs, variance, 5e-4);
        Assert.All(biases, bias => Assert.Equal(0, bias));

        (mean, _, greatest, biases) = Filters(WeightInitialization.Glorot);
        double bound = Math.Sqrt(6.0 / (Inputs + 9 * 100));
        Assert.Equal(0, mean, 0.002);
        Assert.InRange(greatest, 0.99 * bound, bound);
        Assert.All(biases, bias => Assert.Equal(0, bias));

        static (double Mean, double Variance, double Greatest, float[] Biases) Filters(WeightInitialization initialization)
        {
            using var engine = new ManagedEngine();
            CnnNetwork network = Network.Cnn(new ImageSize(3, 3, 20), [new(100)], [], 2) with { Initialization = initialization };
            IReadOnlyList<Parameter> parameters = network.Build(engine, 180, new Random(3)).Parameters;
            float[] weights = parameters[0].Value.ToArray();
            Assert.Equal(100 * Inputs, weights.Length);
            double mean = weights.Average();
            return (mean, weights.Average(weight => (weight - mean) * (weight - mean)), weights.Max(Math.Abs),
                parameters[1].Value.ToArray());
        }
    }

    [Fact]
    public void The_weights_of_a_recurrent_unit_are_uniform_by_its_size()
    {
        using var engine = new ManagedEngine();
        IReadOnlyList<Parameter> parameters = Network.Gru(inputSize: 50, hidden: 100, embedding: 2)
            .Build(engine, 50, new Random(3)).Parameters;
        foreach (Parameter parameter in parameters.Take(4))
            Assert.InRange(parameter.Value.ToArray().Max(Math.Abs), 0.098, 0.1);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.5, 0)]
    public void Dropout_is_active_in_training_only(float inputDropout, float dropout)
    {
        Network[] networks =
        [
            Network.TextCnn(wordSize: 30, embedding: 40) with { Hidden = [50], InputDropout = inputDropout, Dropout = dropout },
            Network.Cnn(new ImageSize(14, 10, 2), [new(8)], [50], 40) with { Dropout = Math.Max(inputDropout, dropout) },
        ];
        foreach (Network network in networks)
        {
            using var engine = new ManagedEngine(seed: 4);
            NetworkRows rows = NetworkRows.For(network.StepSize ?? 280, network.StepSize is not null, rows: 10);
            NetworkModule module = network.Build(engine, rows.Width, new Random(1));

            float[] still = Embeddings(training: false);
            Assert.Equal(still, Embeddings(training: false));
            float[] dropped = Embeddings(training: true);
            Assert.NotEqual(still, dropped);
            Assert.NotEqual(dropped, Embeddings(training: true));

            float[] Embeddings(bool training)
            {
                using IDisposable step = engine.BeginStep(training);
                return module.Forward(engine, rows.ToInput(engine))[^1].Output.ToArray();
            }
        }
    }
}
