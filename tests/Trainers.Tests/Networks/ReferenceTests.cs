using System.Text.Json;
using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;
using Xunit.Sdk;

namespace Disentangle.ML.Trainers.Tests.Networks;

/// <summary>Networks on real digits against PyTorch; the values were made by tests/reference/networks.py.</summary>
public class ReferenceTests
{
    private static readonly JsonElement Reference =
        JsonDocument.Parse(File.ReadAllText(TestData.InRepository("tests", "reference", "networks.json"))).RootElement;
    private static readonly int[] Labels = Reference.GetProperty("labels").Deserialize<int[]>()!;
    private static readonly IReadOnlyDictionary<string, NetworkRows> Rows = ReadRows();

    public static TheoryData<string> Names =>
        [.. Reference.GetProperty("networks").EnumerateArray().Select(network => network.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gives_what_PyTorch_gives_and_follows_its_training(string name)
    {
        JsonElement reference = Reference.GetProperty("networks").EnumerateArray()
            .Single(network => network.GetProperty("name").GetString() == name);
        Network network = reference.GetProperty("network").Deserialize<Network>(SettingsJson.Options)!;
        NetworkRows rows = Rows[reference.GetProperty("data").GetString()!];
        using var engine = new ManagedEngine();
        var random = new Random(1);
        NetworkModule module = network.Build(engine, rows.Width, random);
        Dense? classifier = module is AutoencoderModule
            ? null
            : new Dense(engine, "classifier", network.EmbeddingSize, 10, Activation.Identity, WeightInitialization.FanInUniform, random);
        IReadOnlyList<Parameter> parameters = [.. module.Parameters, .. classifier?.Parameters ?? []];
        Load(engine, parameters, reference);

        using (engine.BeginStep(training: false))
        {
            (IReadOnlyList<LayerOutput> layers, Reconstruction? reconstruction) = NetworkCase.Run(engine, module, rows);
            AssertClose(reference.GetProperty("embedding"), layers[^1].Output.ToArray(), 1e-5);
            if (reconstruction is not null)
                AssertClose(reference.GetProperty("reconstruction"), reconstruction.Output.ToArray(), 1e-5);
        }
        AssertFollows(engine, parameters, reference, () =>
        {
            (IReadOnlyList<LayerOutput> layers, Reconstruction? reconstruction) = NetworkCase.Run(engine, module, rows);
            return reconstruction is null
                ? engine.SoftmaxCrossEntropy(classifier!.Forward(engine, layers[^1].Output), Labels)
                : engine.BinaryCrossEntropyWithLogits(reconstruction.Output, rows.Values);
        });
    }

    [Fact]
    public void The_variational_autoencoder_gives_what_PyTorch_gives_and_follows_its_training()
    {
        JsonElement reference = Reference.GetProperty("variational");
        var settings = reference.GetProperty("network").Deserialize<ConvolutionalVariationalAutoencoder>(JointTask.Json)!;
        NetworkRows rows = Rows["images"];
        using var engine = new ManagedEngine();
        ConvolutionalVariationalModule module = settings.Build(engine, rows.Width, new Random(1));
        Load(engine, module.Parameters, reference);

        using (engine.BeginStep(training: false))
        {
            VariationalCode code = module.Encode(engine, rows.ToInput(engine).Values);
            Tensor all = engine.Concatenate([code.Style.Mean, code.Style.LogVariance, code.Content.Mean, code.Content.LogVariance], 1);
            AssertClose(reference.GetProperty("embedding"), all.ToArray(), 1e-5);
            AssertClose(reference.GetProperty("reconstruction"), module.Decode(engine, code.Style.Draw(engine), code.Content.Draw(engine))
                .ToArray(), 1e-5);
        }
        AssertFollows(engine, module.Parameters, reference, () =>
        {
            VariationalCode code = module.Encode(engine, rows.ToInput(engine).Values);
            Tensor Divergence(GaussianCode gaussian) =>
                0.5f * engine.Mean(engine.Square(gaussian.Mean) + engine.Exp(gaussian.LogVariance) - gaussian.LogVariance - 1);
            return engine.BinaryCrossEntropyWithLogits(module.Decode(engine, code.Style.Mean, code.Content.Mean), rows.Values)
                + 0.1f * (Divergence(code.Style) + Divergence(code.Content));
        });
    }

    private static void Load(Engine engine, IReadOnlyList<Parameter> parameters, JsonElement reference)
    {
        float[][] values = reference.GetProperty("parameters").Deserialize<float[][]>()!;
        Assert.Equal(values.Length, parameters.Count);
        for (int i = 0; i < values.Length; i++)
            engine.SetValues(parameters[i], values[i]);
    }

    private static void AssertFollows(Engine engine, IReadOnlyList<Parameter> parameters, JsonElement reference, Func<Tensor> loss)
    {
        double[] expected = reference.GetProperty("losses").Deserialize<double[]>()!;
        Optimizer optimizer = engine.CreateOptimizer(parameters, new AdamOptions());
        var losses = new float[expected.Length];
        for (int i = 0; i < losses.Length; i++)
        {
            using IDisposable step = engine.BeginStep(training: true);
            Tensor value = loss();
            losses[i] = value.Item();
            engine.Backward(value);
            optimizer.Step(Reference.GetProperty("rate").GetSingle());
        }
        AssertClose(reference.GetProperty("losses"), losses, 1e-3);
    }

    private static void AssertClose(JsonElement reference, float[] actual, double tolerance)
    {
        double[] expected = reference.Deserialize<double[]>()!;
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i]))))
                throw new XunitException($"Value {i}: PyTorch has {expected[i]}, here it is {actual[i]}.");
        }
    }

    private static Dictionary<string, NetworkRows> ReadRows()
    {
        float[][] pixels = Reference.GetProperty("pixels").Deserialize<float[][]>()!;
        foreach (float[] row in pixels)
        {
            for (int i = 0; i < row.Length; i++)
                row[i] /= 16;
        }
        int[] steps = Reference.GetProperty("steps").Deserialize<int[]>()!;
        float[][] texts = Reference.GetProperty("texts").Deserialize<float[][]>()!;
        return new Dictionary<string, NetworkRows>
        {
            ["images"] = new([.. pixels.SelectMany(row => row)], 64, []),
            ["sequences"] = new([.. pixels.SelectMany((row, i) => row.Take(8 * steps[i]))], 8, steps),
            ["texts"] = new([.. texts.SelectMany(text => text)], 1, [.. texts.Select(text => text.Length)]),
        };
    }
}
