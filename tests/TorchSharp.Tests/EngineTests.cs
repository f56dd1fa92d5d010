using Disentangle.ML.Tensors;
using TorchSharp;

namespace Disentangle.ML.TorchSharp.Tests;

public class EngineTests
{
    [Fact]
    public void Operations_need_an_open_step_and_tensors_end_with_it()
    {
        using TorchEngine engine = LibTorch.NewEngine();
        Parameter p = engine.CreateParameter("p", new Shape(2), [1, 2]);
        Assert.Contains("No step is open", Assert.Throws<InvalidOperationException>(() => engine.Exp(p.Value)).Message);
        Tensor old;
        using (engine.BeginStep(training: true))
        {
            old = engine.Exp(p.Value);
            string message = Assert.Throws<InvalidOperationException>(() => engine.BeginStep(training: false)).Message;
            Assert.Contains("A step is already open", message);
        }
        Assert.Contains("a step that has ended", Assert.Throws<InvalidOperationException>(() => old.ToArray()).Message);
        using (engine.BeginStep(training: true))
            Assert.Contains("a step that has ended", Assert.Throws<InvalidOperationException>(() => engine.Exp(old)).Message);
        engine.Dispose();
        Assert.Throws<ObjectDisposedException>(() => engine.BeginStep(training: false));
        Assert.Throws<InvalidOperationException>(() => p.Value.ToArray());
    }

    [Fact]
    public void Backward_needs_a_training_step_and_one_number()
    {
        using TorchEngine engine = LibTorch.NewEngine();
        Parameter p = engine.CreateParameter("p", new Shape(2), [1, 2]);
        using (engine.BeginStep(training: true))
            Assert.Contains("needs a scalar", Assert.Throws<ArgumentException>(() => engine.Backward(p.Value)).Message);
        using (engine.BeginStep(training: false))
            Assert.Contains("training step", Assert.Throws<InvalidOperationException>(() => engine.Backward(engine.Sum(p.Value))).Message);
    }

    [Fact]
    public void Gradients_add_up_within_a_step_and_begin_at_zero_in_the_next()
    {
        using TorchEngine engine = LibTorch.NewEngine();
        Parameter used = engine.CreateParameter("used", new Shape(2), [1, 2]), unused = engine.CreateParameter("unused", new Shape(1), [1]);
        using (engine.BeginStep(training: true))
        {
            Tensor sum = engine.Sum(engine.Square(used.Value));
            engine.Backward(sum);
            engine.Backward(sum * 10);
            Assert.Equal([22, 44], Gradient(used));
            Assert.Equal([0], Gradient(unused));
        }
        using (engine.BeginStep(training: true))
        {
            Assert.Equal([0, 0], Gradient(used));
            engine.Backward(engine.Fill(Shape.Scalar, 1));
            Assert.Equal([0, 0], Gradient(used));
        }

        float[] Gradient(Parameter parameter)
        {
            var gradient = new float[parameter.Value.Shape.Length];
            engine.CopyGradient(parameter, gradient);
            return gradient;
        }
    }

    [Fact]
    public void Tensors_of_other_engines_are_refused()
    {
        using TorchEngine engine = LibTorch.NewEngine(), other = LibTorch.NewEngine();
        using var managed = new ManagedEngine(threads: 1);
        Parameter ours = engine.CreateParameter("p", new Shape(2), [1, 2]), theirs = managed.CreateParameter("p", new Shape(2), [1, 2]);
        using (other.BeginStep(training: false))
        {
            Assert.Equal(3, other.Sum(ours.Value).Item());
            Assert.Contains("created by a ManagedEngine", Assert.Throws<ArgumentException>(() => other.Sum(theirs.Value)).Message);
        }
        using (other.BeginStep(training: true))
            Assert.Contains("only inference steps", Assert.Throws<InvalidOperationException>(() => other.Sum(ours.Value)).Message);
        using (managed.BeginStep(training: false))
            Assert.Contains("created by a TorchEngine", Assert.Throws<ArgumentException>(() => managed.Sum(ours.Value)).Message);
        Assert.Contains("created by another engine", Assert.Throws<ArgumentException>(() => other.SetValues(ours, [3, 4])).Message);
        string message = Assert.Throws<ArgumentException>(() => other.CreateOptimizer([ours], new AdamOptions())).Message;
        Assert.Contains("created by another engine", message);
    }

    [Theory]
    [InlineData(0f, false)]
    [InlineData(0.1f, false)]
    [InlineData(0.1f, true)]
    public void Optimizers_follow_those_of_the_managed_engine(float weightDecay, bool decoupled)
    {
        LibTorch.Require();
        AdamOptions[] all =
        [
            new AdamOptions { WeightDecay = weightDecay, DecoupledWeightDecay = decoupled, MaximumGradientNorm = 3 },
            new AdamOptions { WeightDecay = weightDecay, DecoupledWeightDecay = decoupled },
        ];
        foreach (AdamOptions options in all)
        {
            using var managed = new ManagedEngine(threads: 1);
            using TorchEngine torch = LibTorch.NewEngine();
            (float[] expected, float[] actual) = (Run(managed, options), Run(torch, options));
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 1e-5f * Math.Max(1, Math.Abs(expected[i])));
        }

        // The weights, the moments and the norms of gradients after steps on |x - target|^2, interrupted once.
        static float[] Run(Engine engine, AdamOptions options)
        {
            Parameter[] parameters =
            [
                engine.CreateParameter("p", new Shape(3), [1, 2, -3]), engine.CreateParameter("q", new Shape(2, 2), [4, -5, 6, 7]),
                engine.CreateParameter("unused", new Shape(1), [8]),
            ];
            Optimizer optimizer = engine.CreateOptimizer(parameters, options);
            var norms = new List<float>();
            for (int i = 0; i < 10; i++)
            {
                if (i == 5)
                {
                    float[] state = State(optimizer);
                    long steps = optimizer.StepCount;
                    optimizer = engine.CreateOptimizer(parameters, options);
                    optimizer.LoadState(steps, state);
                }
                using IDisposable step = engine.BeginStep(training: true);
                Tensor loss = engine.Sum(engine.Square(parameters[0].Value - engine.Constant(new Shape(3), [0.5f, -1, 2])));
                engine.Backward(loss + engine.Sum(engine.Square(parameters[1].Value - 3)));
                norms.Add(optimizer.Step(0.1f));
            }
            return [.. parameters.SelectMany(parameter => parameter.Value.ToArray()), .. State(optimizer), .. norms];
        }

        static float[] State(Optimizer optimizer)
        {
            var moments = new float[optimizer.StateLength];
            optimizer.SaveState(moments);
            return moments;
        }
    }

    [Fact]
    public void Optimizers_refuse_wrong_settings()
    {
        using TorchEngine engine = LibTorch.NewEngine();
        Parameter p = engine.CreateParameter("p", new Shape(2), [1, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.CreateOptimizer([p], new AdamOptions { Beta1 = 1 }));
        Optimizer optimizer = engine.CreateOptimizer([p], new AdamOptions());
        Assert.Contains("4 values, not 3", Assert.Throws<ArgumentException>(() => optimizer.LoadState(1, new float[3])).Message);
        Assert.Throws<InvalidOperationException>(() => optimizer.Step(0.1f));
    }

    [Fact]
    public void The_number_of_live_tensors_stays_flat()
    {
        using TorchEngine engine = LibTorch.NewEngine();
        Parameter w = engine.CreateParameter("w", new Shape(4, 8), [.. Enumerable.Range(0, 32).Select(i => 0.01f * i)]);
        Parameter b = engine.CreateParameter("b", new Shape(4), new float[4]);
        Optimizer optimizer = engine.CreateOptimizer([w, b], new AdamOptions { MaximumGradientNorm = 0.1f });
        // The second step merges the parameters.
        Step();
        Step();
        LibTorch.Collect();
        long before = torch.Tensor.TotalCount;
        for (int i = 0; i < 10_000; i++)
            Step();
        Assert.Equal(before, torch.Tensor.TotalCount);

        void Step()
        {
            using IDisposable step = engine.BeginStep(training: true);
            Tensor x = engine.Dropout(engine.Normal(new Shape(6, 8)), 0.2f);
            Tensor h = engine.NormalizeRows(engine.Linear(x, w.Value, b.Value, Activation.Tanh));
            Tensor neighbors = engine.SoftNearestNeighbor(h, [0, 1, 0, 1, -1, 0], 1, NeighborDistance.Cosine);
            engine.Backward(engine.SoftmaxCrossEntropy(h, [0, 1, 2, 3, -1, 0]) + neighbors);
            optimizer.Step(0.01f);
        }
    }
}
