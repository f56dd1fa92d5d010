using System.Text.Json;
using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Trainers.Tests.Losses;

/// <summary>Losses against values and gradients of other libraries.</summary>
public class ReferenceTests
{
    // Made by tests/reference/losses.py.
    private static readonly JsonElement[] PyTorch =
        [.. JsonDocument.Parse(File.ReadAllText(TestData.InRepository("tests", "reference",
        "losses.json"))).RootElement.GetProperty("cases").EnumerateArray()];

    public static TheoryData<string> Names => [.. PyTorch.Select(element => element.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gives_what_PyTorch_gives(string name)
    {
        JsonElement reference = PyTorch.Single(element => element.GetProperty("name").GetString() == name);
        ILoss loss = reference.GetProperty("loss").Deserialize<ILoss>(SettingsJson.Options)!;
        LossInputs inputs = LossInputs.Parse(reference.GetProperty("inputs"));
        if (inputs.ClassWeights?.Length == 1)
            inputs = inputs with { ClassCount = 2 };
        LossRun run = LossRun.Of(loss, inputs);

        LossRun.AssertClose([reference.GetProperty("value").GetDouble()], [(float)run.Value], "value");
        foreach (JsonProperty gradient in reference.GetProperty("gradients").EnumerateObject())
            LossRun.AssertClose(Flat(gradient.Value), run.Gradients[gradient.Name], $"gradient of {gradient.Name}");
    }

    /// <summary>
    /// NCA there takes squared distances between rows of length 1, which are 2 (1 - cos): the soft nearest neighbour loss at T = 1/2.
    /// </summary>
    [Theory]
    [InlineData("A")]
    [InlineData("B")]
    public void Soft_nearest_neighbours_at_a_fixed_temperature_are_the_NCA_of_pytorch_metric_learning(string set)
    {
        using JsonDocument file = MetricLearning();
        (JsonElement reference, double[][] h, int[] labels) = Case(file, "NCALoss", set);
        LossRun run = LossRun.Of(
            new SoftNearestNeighborLoss { Temperature = Temperature.Fixed(0.5f), Layers = LayerChoice.Embedding },
            new LossInputs { Labels = labels, Embedding = h });

        LossRun.AssertClose([reference.GetProperty("value").GetDouble()], [(float)run.Value], "value");
        LossRun.AssertClose(Flat(reference.GetProperty("grad")), run.Gradients["embedding"], "gradient");
    }

    /// <summary>
    /// ProxyNCA there is the softmax cross-entropy of -|h - w|² between rows of length 1: twice the Gaussian loss with λ = 1/2 and γ = 1.
    /// </summary>
    [Theory]
    [InlineData("A")]
    [InlineData("B")]
    public void Twice_the_Gaussian_loss_is_the_ProxyNCA_of_pytorch_metric_learning(string set) =>
        AssertTwice(new GaussianCorelLoss { Gamma = 1 }, "ProxyNCALoss", set, embeddingScale: 1,
            (engine, h, w) => -engine.SquaredDistances(h, w));

    /// <summary>
    /// NormalizedSoftmax there is the softmax cross-entropy of cos(h, w) / 0.05: twice the categorical loss with λ = 1/2 of embeddings of
    /// length 20.
    /// </summary>
    [Theory]
    [InlineData("A")]
    [InlineData("B")]
    public void Twice_the_categorical_loss_is_the_NormalizedSoftmax_of_pytorch_metric_learning(string set) =>
        AssertTwice(new CategoricalCorelLoss(), "NormalizedSoftmaxLoss", set, embeddingScale: 20,
            (engine, h, w) => engine.MatMul(h, w, transposeB: true));

    [Fact]
    public void Center_gives_what_PyTorch_gives_with_centres_elsewhere_than_at_0()
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(TestData.Development("oracles", "torch-reference.json")));
        JsonElement reference = file.RootElement.GetProperty("cases").EnumerateArray()
            .Single(element => element.GetProperty("name").GetString() == "center_loss");
        JsonElement given = reference.GetProperty("inputs");
        float[] centres = [.. Flat(given.GetProperty("c")).Select(value => (float)value)];
        var inputs = new LossInputs { Labels = given.GetProperty("y")
            .Deserialize<int[]>()!, Embedding = Rows(given.GetProperty("x")), ClassCount = 5 };
        LossRun run = LossRun.Of(new CenterLoss(), inputs, centres);

        LossRun.AssertClose([reference.GetProperty("value").GetDouble()], [(float)run.Value], "value");
        LossRun.AssertClose(Flat(reference.GetProperty("grads").GetProperty("x")), run.Gradients["embedding"], "gradient");
    }

    private static void AssertTwice(ILoss loss, string name, string set, float embeddingScale,
        Func<Engine, Tensor, Tensor, Tensor> similarity)
    {
        using JsonDocument file = MetricLearning();
        (JsonElement reference, double[][] embeddings, int[] labels) = Case(file, name, set);
        bool isTransposed = reference.GetProperty("weight_param").GetString() == "W";
        double[][] weights = Rows(reference.GetProperty("weight"));
        using var engine = new ManagedEngine(threads: 1);
        Parameter h = Create("h", embeddings), w = Create("w", weights);
        using IDisposable step = engine.BeginStep(training: true);
        Tensor embedding = embeddingScale * engine.NormalizeRows(h.Value);
        Tensor classWeights = engine.NormalizeRows(isTransposed ? engine.Transpose(w.Value) : w.Value);
        LossContext context = LossContexts.Create(
            engine, new LayerOutput(embedding, classWeights), labels, similarity(engine, embedding, classWeights), classWeights,
            classWeights.Shape[0]);
        Tensor result = 2 * loss.Compute(context);
        engine.Backward(result);

        LossRun.AssertClose([reference.GetProperty("value").GetDouble()], [result.Item()], "value");
        LossRun.AssertClose(Flat(reference.GetProperty("grad")), Gradient(h), "gradient of the embeddings");
        LossRun.AssertClose(Flat(reference.GetProperty("weight_grad")), Gradient(w), "gradient of the class weights");

        Parameter Create(string parameter, double[][] rows) =>
            engine.CreateParameter(parameter, new Shape(rows.Length, rows[0].Length),
                [.. rows.SelectMany(row => row.Select(value => (float)value))]);
        float[] Gradient(Parameter parameter)
        {
            var gradient = new float[parameter.Value.Shape.Length];
            engine.CopyGradient(parameter, gradient);
            return gradient;
        }
    }

    private static JsonDocument MetricLearning() =>
        JsonDocument.Parse(File.ReadAllText(TestData.Development("oracles", "metric-losses.json")));

    private static (JsonElement Reference, double[][] Embeddings, int[] Labels) Case(JsonDocument file, string name, string set)
    {
        JsonElement points = file.RootElement.GetProperty("sets").GetProperty(set);
        JsonElement reference = file.RootElement.GetProperty("losses").EnumerateArray()
            .Single(element => element.GetProperty("loss").GetString() == name && element.GetProperty("set").GetString() == set);
        return (reference, Rows(points.GetProperty("embeddings")), points.GetProperty("labels").Deserialize<int[]>()!);
    }

    private static double[][] Rows(JsonElement element) => element.Deserialize<double[][]>()!;

    private static double[] Flat(JsonElement element) => [.. Rows(element).SelectMany(row => row)];
}
