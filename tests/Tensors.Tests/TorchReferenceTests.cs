using System.Text.Json;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Tensors.Tests;

/// <summary>
/// Values of PyTorch: those of tests/reference/tensors.json, which tensors.py there makes, and those of the development data.
/// </summary>
public sealed class TorchReferenceTests
{
    private const double Tolerance = 1e-5;

    private static readonly Lazy<JsonElement> Committed = new(() => Parse(TestData.InRepository("tests", "reference", "tensors.json")));

    private static readonly Dictionary<string, Func<Engine, Tensor[], Tensor>> Operations = new()
    {
        ["conv2d same"] = (e, x) => Convolution(e, x, Padding.Same),
        ["conv2d valid"] = (e, x) => Convolution(e, x, Padding.Valid),
        ["conv2d same even"] = (e, x) => Convolution(e, x, Padding.Same),
        ["conv1d valid"] = (e, x) => Convolution1D(e, x, Padding.Valid),
        ["max_pool2d"] = (e, x) => ToChannelsFirst(e, e.MaxPool2D(ToChannelsLast(e, x[0]), 2)),
        ["upsample"] = (e, x) => ToChannelsFirst(e, e.UpSample2D(ToChannelsLast(e, x[0]), 2)),
        ["gru"] = (e, x) => e.Gru(x[0], [3, 6, 1, 4], x[1], x[2], x[3], x[4]),
        ["linear tanh"] = (e, x) => e.Linear(x[0], x[1], x[2], Activation.Tanh),
        ["linear sigmoid"] = (e, x) => e.Linear(x[0], x[1], x[2], Activation.Sigmoid),
        ["linear leaky_relu"] = (e, x) => e.Linear(x[0], x[1], x[2], Activation.LeakyReLU),
        ["softmax"] = (e, x) => e.Softmax(x[0]),
        ["log_softmax"] = (e, x) => e.LogSoftmax(x[0]),
        ["logsumexp"] = (e, x) => e.LogSumExp(x[0], 0),
        ["normalize"] = (e, x) => e.NormalizeRows(x[0]),
        ["cosine distances"] = (e, x) => e.CosineDistances(x[0], x[1]),
        ["squared distances"] = (e, x) => e.SquaredDistances(x[0], x[1]),
        ["cross entropy"] = (e, x) => e.SoftmaxCrossEntropy(x[0], [2, -1, 0]),
        ["binary cross entropy"] = (e, x) => e.BinaryCrossEntropyWithLogits(x[0], [1, 0, 0.25f, 0, 0.5f, 1]),
    };

    private static readonly Dictionary<string, (AdamOptions Options, float LearningRate)> Optimizers = new()
    {
        ["adam"] = (new AdamOptions { Beta1 = 0.1f, Beta2 = 0.99f, WeightDecay = 0.1f }, 0.05f),
        ["adamw"] = (new AdamOptions { WeightDecay = 0.1f, DecoupledWeightDecay = true }, 0.05f),
        ["adam clipped"] = (new AdamOptions { MaximumGradientNorm = 1.5f }, 0.05f),
    };

    private static readonly Dictionary<string, (AdamOptions Options, float LearningRate)> DevelopmentOptimizers = new()
    {
        ["Adam lr=.1"] = (new AdamOptions(), 0.1f),
        ["Adam lr=.1 weight_decay=.1"] = (new AdamOptions { WeightDecay = 0.1f }, 0.1f),
        ["AdamW lr=.1 weight_decay=.1"] = (new AdamOptions { WeightDecay = 0.1f, DecoupledWeightDecay = true }, 0.1f),
    };

    private static readonly Dictionary<string, Func<Engine, Tensor[], Tensor>> DevelopmentLayers = new()
    {
        ["Linear 5->3"] = (e, x) => e.Linear(x[0], x[1], x[2]),
        ["Conv2d 2->3 k3 s1 p1"] = (e, x) => Convolution(e, x, Padding.Same),
        ["Conv1d 2->3 k3 p1"] = (e, x) => Convolution1D(e, x, Padding.Same),
        ["MaxPool2d k2 s2"] = (e, x) => ToChannelsFirst(e, e.MaxPool2D(ToChannelsLast(e, x[0]), 2)),
        ["Upsample nearest x2"] = (e, x) => ToChannelsFirst(e, e.UpSample2D(ToChannelsLast(e, x[0]), 2)),
        ["GRU in 3 hidden 4, batch_first, gates r,z,n"] = (e, x) =>
        {
            Shape shape = x[0].Shape;
            int[] lengths = [.. Enumerable.Repeat(shape[1], shape[0])];
            Tensor states = e.Gru(e.Reshape(x[0], new Shape(shape[0] * shape[1], shape[2])), lengths, x[1], x[2], x[3], x[4]);
            return e.Reshape(states, new Shape(shape[0], shape[1], states.Shape[1]));
        },
        ["ReLU "] = (e, x) => e.Activate(x[0], Activation.ReLU),
        ["LeakyReLU "] = (e, x) => e.Activate(x[0], Activation.LeakyReLU),
        ["Tanh "] = (e, x) => e.Activate(x[0], Activation.Tanh),
        ["Sigmoid "] = (e, x) => e.Activate(x[0], Activation.Sigmoid),
        ["Softmax "] = (e, x) => e.Softmax(x[0]),
        ["LogSoftmax "] = (e, x) => e.LogSoftmax(x[0]),
    };

    public static TheoryData<string> OperationNames => [.. Operations.Keys];

    public static TheoryData<string> OptimizerNames => [.. Optimizers.Keys];

    public static TheoryData<string> DevelopmentLayerNames => [.. DevelopmentLayers.Keys];

    public static TheoryData<string> DevelopmentOptimizerNames => [.. DevelopmentOptimizers.Keys];

    [Theory]
    [MemberData(nameof(OperationNames))]
    public void Operation_agrees_with_the_committed_values(string name)
    {
        JsonElement reference = Named(Committed.Value.GetProperty("cases"), name);
        JsonElement[] inputs = [.. reference.GetProperty("inputs").EnumerateObject().Select(input => input.Value)];
        Check(
            Operations[name],
            [.. inputs.Select(input =>
                (ShapeOf([.. input.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())]),
                    Flat(input.GetProperty("values"))))],
            Flat(reference.GetProperty("output").GetProperty("values")),
            Flat(reference.GetProperty("outputWeights")),
            [.. reference.GetProperty("gradients").EnumerateArray().Select(Flat)]);
    }

    [Theory]
    [MemberData(nameof(OptimizerNames))]
    public void Optimizer_takes_the_committed_path(string name)
    {
        JsonElement[] steps = [.. Named(Committed.Value.GetProperty("trajectories"), name).GetProperty("steps").EnumerateArray()];
        using var engine = new ManagedEngine(threads: 1);
        Parameter w = engine.CreateParameter("w", new Shape(4), [1, -2, 0.5f, 3]);
        Optimizer optimizer = engine.CreateOptimizer([w], Optimizers[name].Options);
        foreach (JsonElement step in steps)
        {
            using (engine.BeginStep(training: true))
            {
                // Its gradient is that of tensors.py: w * [2, 0.3, 5, 1] + sin(w).
                Tensor sine = engine.Constant(new Shape(4), [.. w.Value.ToArray().Select(MathF.Sin)]);
                Tensor factors = engine.Constant(new Shape(4), [2, 0.3f, 5, 1]);
                engine.Backward(engine.Sum(0.5f * engine.Square(w.Value) * factors + sine * w.Value));
                float norm = optimizer.Step(Optimizers[name].LearningRate);
                if (step.GetProperty("norm").ValueKind == JsonValueKind.Number)
                    Assert.Equal(step.GetProperty("norm").GetDouble(), norm, 1e-4);
            }
            AssertClose(Flat(step.GetProperty("values")), w.Value.ToArray(), "the parameter");
        }
    }

    [Theory]
    [MemberData(nameof(DevelopmentLayerNames))]
    public void Layer_agrees_with_the_development_values(string name)
    {
        JsonElement layer = Development()
            .Single(item => Text(item, "kind") == "layer" && (name == $"{Text(item, "name")} {Text(item, "config")}"));
        JsonElement x = layer.GetProperty("inputs")[0];
        JsonElement weights = layer.GetProperty("params");
        JsonElement[] parameters = weights.ValueKind == JsonValueKind.Object ? [.. weights.EnumerateObject().Select(p => p.Value)] : [];
        JsonElement[] gradients = parameters.Length == 0 ? []
            : [.. layer.GetProperty("param_grads").EnumerateObject().Select(p => p.Value)];
        Check(
            DevelopmentLayers[name],
            [.. parameters.Prepend(x).Select(value => (ShapeOf(value), Flat(value)))],
            Flat(layer.GetProperty("output")),
            Flat(layer.GetProperty("grad_output")),
            [.. gradients.Prepend(layer.GetProperty("input_grads")[0]).Select(Flat)]);
    }

    [Theory]
    [InlineData("cross_entropy", "mean, logits")]
    [InlineData("bce_with_logits", "mean")]
    public void Loss_agrees_with_the_development_values(string name, string config)
    {
        JsonElement loss = Development().Single(item => Text(item, "name") == name && Text(item, "config") == config);
        JsonElement inputs = loss.GetProperty("inputs");
        Func<Engine, Tensor[], Tensor> compute = name == "cross_entropy"
            ? (e, x) => e.SoftmaxCrossEntropy(x[0], [.. Flat(inputs.GetProperty("y")).Select(label => (int)label)])
            : (e, x) => e.BinaryCrossEntropyWithLogits(x[0], [.. Flat(inputs.GetProperty("t")).Select(target => (float)target)]);
        JsonElement logits = inputs.GetProperty("x");
        Check(compute, [(ShapeOf(logits), Flat(logits))], [loss.GetProperty("value").GetDouble()], [1],
            [Flat(loss.GetProperty("grads").GetProperty("x"))]);
    }

    [Theory]
    [MemberData(nameof(DevelopmentOptimizerNames))]
    public void Optimizer_takes_the_path_of_the_development_values(string name)
    {
        JsonElement reference = Development().Single(item => Text(item, "kind") == "optimizer" && Text(item, "name") == name);
        double[][] gradients = [.. reference.GetProperty("grads").EnumerateArray().Select(Flat)];
        double[][] path = [.. reference.GetProperty("trajectory").EnumerateArray().Select(Flat)];
        using var engine = new ManagedEngine(threads: 1);
        Parameter w = engine.CreateParameter("w", new Shape(4), [1, -2, 0.5f, 3]);
        (AdamOptions options, float learningRate) = DevelopmentOptimizers[name];
        Optimizer optimizer = engine.CreateOptimizer([w], options);
        for (int i = 0; i < path.Length; i++)
        {
            using (engine.BeginStep(training: true))
            {
                engine.Backward(engine.Sum(w.Value * engine.Constant(new Shape(4), [.. gradients[i].Select(value => (float)value)])));
                optimizer.Step(learningRate);
            }
            AssertClose(path[i], w.Value.ToArray(), $"the parameter after step {i + 1}");
        }
    }

    private static void Check(Func<Engine, Tensor[], Tensor> compute, (Shape Shape, double[] Values)[] inputs, double[] output,
        double[] outputWeights, double[][] gradients)
    {
        using var engine = new ManagedEngine(threads: 2);
        Parameter[] parameters = [.. inputs.Select((input, i) => engine.CreateParameter($"input{i}", input.Shape, ToSingle(input.Values)))];
        using (engine.BeginStep(training: true))
        {
            Tensor result = compute(engine, [.. parameters.Select(parameter => parameter.Value)]);
            AssertClose(output, result.ToArray(), "the result");
            engine.Backward(engine.Sum(result * engine.Constant(result.Shape, ToSingle(outputWeights))));
        }
        for (int i = 0; i < parameters.Length; i++)
        {
            var gradient = new float[parameters[i].Value.Shape.Length];
            engine.CopyGradient(parameters[i], gradient);
            AssertClose(gradients[i], gradient, $"the gradient of input {i}");
        }
    }

    private static void AssertClose(double[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = Math.Max(1, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * scale,
                $"{what}: element {i} is {actual[i]} instead of {expected[i]}");
    }

    private static Tensor Convolution(Engine e, Tensor[] x, Padding padding) =>
        ToChannelsFirst(e, e.Convolution2D(ToChannelsLast(e, x[0]), ToChannelsLast(e, x[1]), x[2], padding));

    private static Tensor Convolution1D(Engine e, Tensor[] x, Padding padding) =>
        ToChannelsFirst(e, e.Convolution1D(ToChannelsLast(e, x[0]), ToChannelsLast(e, x[1]), x[2], padding));

    /// <summary>[n x channels x ...] to [n x ... x channels].</summary>
    private static Tensor ToChannelsLast(Engine e, Tensor x)
    {
        (int n, int channels, int pixels) = (x.Shape[0], x.Shape[1], x.Shape.Length / (x.Shape[0] * x.Shape[1]));
        Tensor rows = Permute(e, x, n, channels, pixels);
        return e.Reshape(rows, x.Shape.Rank == 3 ? new Shape(n, x.Shape[2], channels) : new Shape(n, x.Shape[2], x.Shape[3], channels));
    }

    /// <summary>[n x ... x channels] to [n x channels x ...].</summary>
    private static Tensor ToChannelsFirst(Engine e, Tensor x)
    {
        (int n, int channels, int pixels) = (x.Shape[0], x.Shape[-1], x.Shape.Length / (x.Shape[0] * x.Shape[-1]));
        Tensor rows = Permute(e, x, n, pixels, channels);
        return e.Reshape(rows, x.Shape.Rank == 3 ? new Shape(n, channels, x.Shape[1]) : new Shape(n, channels, x.Shape[1], x.Shape[2]));
    }

    /// <summary>Each of n matrices transposed.</summary>
    private static Tensor Permute(Engine e, Tensor x, int n, int rows, int columns)
    {
        Tensor matrix = e.Reshape(x, new Shape(n * rows, columns));
        return e.Concatenate([.. Enumerable.Range(0, n).Select(i => e.Transpose(e.Slice(matrix, 0, i * rows, rows)))], 0);
    }

    private static IEnumerable<JsonElement> Development() =>
        Parse(TestData.Development("oracles", "torch-reference.json")).GetProperty("cases").EnumerateArray();

    private static JsonElement Parse(string path) => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;

    private static JsonElement Named(JsonElement list, string name) => list.EnumerateArray().Single(item => Text(item, "name") == name);

    private static string Text(JsonElement item, string property) =>
        item.TryGetProperty(property, out JsonElement value) ? value.GetString() ?? "" : "";

    private static double[] Flat(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().SelectMany(Flat)] : [value.GetDouble()];

    private static Shape ShapeOf(JsonElement value)
    {
        var lengths = new List<int>();
        for (; value.ValueKind == JsonValueKind.Array; value = value[0])
            lengths.Add(value.GetArrayLength());
        return ShapeOf([.. lengths]);
    }

    private static Shape ShapeOf(int[] lengths) => lengths switch
    {
        [int a] => new Shape(a),
        [int a, int b] => new Shape(a, b),
        [int a, int b, int c] => new Shape(a, b, c),
        [int a, int b, int c, int d] => new Shape(a, b, c, d),
        _ => throw new ArgumentException("A reference has one to four axes."),
    };

    private static float[] ToSingle(double[] values) => [.. values.Select(value => (float)value)];
}
