using Disentangle.ML.Tensors;

namespace Disentangle.ML.TorchSharp.Tests;

/// <summary>The GRU by libtorch's kernel, which runs where its weights are parameters, and by composition, where they are not.</summary>
public class GruTests
{
    private const int Inputs = 4, Hidden = 7;

    private static readonly int[] Lengths = [3, 12, 1, 7, 7, 2, 20, 1, 9];

    public enum Use
    {
        Once,
        Twice,
        WithPenaltyBefore,
        FromState,
    }

    [Theory]
    [InlineData(Use.Once)]
    [InlineData(Use.Twice)]
    [InlineData(Use.WithPenaltyBefore)]
    [InlineData(Use.FromState)]
    public void Kernel_and_composition_follow_the_managed_engine_for_five_steps(Use use)
    {
        LibTorch.Require();
        float[] expected = Train(Device.Managed, use, asParameters: true);
        foreach (bool asParameters in new[] { true, false })
        {
            float[] actual = Train(LibTorch.Device, use, asParameters);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 1e-4f);
        }
    }

    [Fact]
    public void The_number_of_live_tensors_stays_flat()
    {
        using TorchEngine engine = LibTorch.NewEngine();
        Parameter[] weights = [.. new Shape[] { new(6, 3), new(6, 2), new(6), new(6) }
            .Select((shape, i) => engine.CreateParameter($"{i}", shape, Numbers(shape.Length, i)))];
        Optimizer optimizer = engine.CreateOptimizer(weights, new AdamOptions());
        Step();
        Step();
        LibTorch.Collect();
        long before = Tensors();
        for (int i = 0; i < 100; i++)
            Step();
        // TorchSharp counts the indices of a sorted PackedSequence, tensors without a handle, and never counts them off: 2 each of
        // input and output.
        Assert.Equal(before + 100 * 4, Tensors());

        static long Tensors() => global::TorchSharp.torch.Tensor.TotalCount;

        void Step()
        {
            using IDisposable step = engine.BeginStep(training: true);
            Tensor x = engine.Constant(new Shape(5, 3), Numbers(15, 9));
            engine.Backward(engine.Sum(engine.Gru(x, [2, 3], weights[0].Value, weights[1].Value, weights[2].Value, weights[3].Value)));
            optimizer.Step(0.01f);
        }
    }

    /// <summary>All states, gradients and, at the end, weights.</summary>
    private static float[] Train(Device device, Use use, bool asParameters)
    {
        using Engine engine = device.CreateEngine(threads: 1, seed: 1);
        Shape[] shapes = [new(Lengths.Sum(), Inputs), new(3 * Hidden, Inputs), new(3 * Hidden, Hidden), new(3 * Hidden), new(3 * Hidden),
            new(Lengths.Length, Hidden)];
        Parameter[] parameters = [.. shapes.Select((shape, i) => engine.CreateParameter($"{i}", shape, Numbers(shape.Length, i)))];
        Optimizer optimizer = engine.CreateOptimizer(parameters, new AdamOptions());
        var values = new List<float>();
        for (int count = 0; count < 5; count++)
        {
            using IDisposable step = engine.BeginStep(training: true);
            Tensor[] tensors = [.. parameters.Select(parameter => parameter.Value)];
            Tensor loss = use == Use.WithPenaltyBefore ? engine.Sum(engine.Square(tensors[2])) : engine.Fill(Shape.Scalar, 0);
            if (!asParameters)
                tensors = [.. tensors.Select(tensor => tensor * 1)];
            for (int call = 0; call < (use == Use.Twice ? 2 : 1); call++)
            {
                Tensor states = engine.Gru(tensors[0], Lengths, tensors[1], tensors[2], tensors[3], tensors[4],
                    use == Use.FromState ? tensors[5] : null);
                values.AddRange(states.ToArray());
                loss += (call + 1) * engine.Sum(engine.Square(states - 0.3f));
            }
            engine.Backward(loss);
            foreach (Parameter parameter in parameters)
            {
                var gradient = new float[parameter.Value.Shape.Length];
                engine.CopyGradient(parameter, gradient);
                // Gradients are sums over many steps, of the order of 10.
                values.AddRange(gradient.Select(value => value / 10));
            }
            optimizer.Step(0.01f);
        }
        return [.. values, .. parameters.SelectMany(parameter => parameter.Value.ToArray())];
    }

    private static float[] Numbers(int length, int seed) =>
        [.. Enumerable.Range(0, length).Select(i => 0.6f * MathF.Cos(1 + seed + 1.7f * i))];
}
