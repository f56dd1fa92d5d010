using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Tests;

public sealed class EngineTests
{
    [Fact]
    public void Another_thread_may_not_take_part_in_a_step()
    {
        using var engine = new ManagedEngine(threads: 2);
        Parameter weight = engine.CreateParameter("weight", new Shape(2), [1, 2]);
        using (engine.BeginStep(training: true))
        {
            Tensor squares = engine.Square(weight.Value), sum = engine.Sum(squares);
            Action[] operations = [() => engine.Square(squares), () => engine.Fill(Shape.Scalar, 1), () => engine.Backward(sum)];
            foreach (Action operation in operations)
            {
                Exception? thrown = null;
                var thread = new Thread(() => thrown = Record.Exception(operation));
                thread.Start();
                thread.Join();
                Assert.StartsWith("This step was opened on another thread.", Assert.IsType<InvalidOperationException>(thrown).Message);
            }
            engine.Backward(sum);
        }
        // The next step may be opened by any thread.
        var next = new Thread(() =>
        {
            using (engine.BeginStep(training: false))
                engine.Square(weight.Value);
        });
        next.Start();
        next.Join();
    }

    [Fact]
    public void Training_gives_the_same_bits_with_one_thread_and_with_two()
    {
        RegisterWidths.OnEach(level =>
        {
            if (level is not (SimdLevel.Scalar or SimdLevel.Vector128))
                Assert.Equal(TrainEverything(threads: 1, seed: 3), TrainEverything(threads: 2, seed: 3));
        });
    }

    [Fact]
    public void Training_gives_other_bits_with_another_seed() =>
        Assert.NotEqual(TrainEverything(threads: 1, seed: 3), TrainEverything(threads: 1, seed: 4));

    [Fact]
    public void Inference_of_a_row_does_not_depend_on_its_batch_or_engine()
    {
        using var trained = new ManagedEngine(threads: 2);
        Parameter weight = trained.CreateParameter("weight", new Shape(70, 300), Numbers(70 * 300, 1));
        Parameter bias = trained.CreateParameter("bias", new Shape(70), Numbers(70, 2));
        float[] x = Numbers(200 * 300, 3);
        float[] whole = Apply(trained, x, 200);
        Parallel.For(0, 8, i =>
        {
            using var engine = new ManagedEngine(threads: 1);
            for (int row = i; row < 200; row += 8)
                Assert.Equal(whole[(row * 70)..((row + 1) * 70)], Apply(engine, x[(row * 300)..((row + 1) * 300)], 1));
        });

        float[] Apply(ManagedEngine engine, float[] rows, int count)
        {
            using (engine.BeginStep(training: false))
                return engine.Linear(engine.Constant(new Shape(count, 300), rows), weight.Value, bias.Value, Activation.Sigmoid).ToArray();
        }
    }

    [Fact]
    public void Inference_sees_weights_that_have_changed()
    {
        using var engine = new ManagedEngine(threads: 1);
        Parameter weight = engine.CreateParameter("weight", new Shape(1, 2), [1, 2]);
        Assert.Equal(5, Apply());
        engine.SetValues(weight, [3, 4]);
        Assert.Equal(11, Apply());
        Optimizer optimizer = engine.CreateOptimizer([weight], new AdamOptions());
        using (engine.BeginStep(training: true))
        {
            engine.Backward(engine.Sum(weight.Value));
            optimizer.Step(1);
        }
        Assert.Equal(8, Apply(), 1e-5f);

        float Apply()
        {
            using (engine.BeginStep(training: false))
                return engine.Linear(engine.Constant(new Shape(1, 2), [1, 2]), weight.Value, null).Item();
        }
    }

    [Fact]
    public void Steps_after_the_first_allocate_nothing_that_stays()
    {
        using var engine = new ManagedEngine(threads: 2, seed: 1);
        Action step = EverythingStep(engine, out _);
        for (int i = 0; i < 5; i++)
            step();
        const int steps = 100;
        long blocks = engine.BlocksAllocated;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < steps; i++)
            step();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        long growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(allocated / steps, 0, 20_000);
        // The test host allocates too. Were the garbage of the steps to stay, all of it would.
        Assert.InRange(growth, long.MinValue, allocated / 4);
        Assert.Equal(blocks, engine.BlocksAllocated);
    }

    [Fact]
    public void Two_backward_passes_of_a_step_add_up()
    {
        using var engine = new ManagedEngine(threads: 1);
        Parameter p = engine.CreateParameter("p", new Shape(3), [1, 2, 3]);
        var gradient = new float[3];
        using (engine.BeginStep(training: true))
        {
            Tensor square = engine.Square(p.Value);
            engine.Backward(engine.Sum(square));
            engine.Backward(engine.Sum(square) * 10f);
            engine.CopyGradient(p, gradient);
        }
        Assert.Equal([22f, 44, 66], gradient);
        using (engine.BeginStep(training: true))
            engine.CopyGradient(p, gradient);
        Assert.Equal([0f, 0, 0], gradient);
    }

    [Fact]
    public void Gradient_stops_at_a_detached_tensor()
    {
        using var engine = new ManagedEngine(threads: 1);
        Parameter p = engine.CreateParameter("p", new Shape(2), [3, 4]);
        var gradient = new float[2];
        using (engine.BeginStep(training: true))
        {
            engine.Backward(engine.Sum(engine.Detach(engine.Square(p.Value)) * p.Value));
            engine.CopyGradient(p, gradient);
        }
        Assert.Equal([9f, 16], gradient);
    }

    [Fact]
    public void Dropout_keeps_the_mean_and_repeats_from_a_saved_state()
    {
        using var engine = new ManagedEngine(threads: 2, seed: 7);
        ulong[] state = engine.RandomState;
        float[] first = Draw();
        Assert.Equal(0.3, first.Count(value => value == 0) / (double)first.Length, 0.01);
        Assert.All(first.Where(value => value != 0), value => Assert.Equal(1 / 0.7f, value));
        Assert.NotEqual(first, Draw());
        engine.RandomState = state;
        Assert.Equal(first, Draw());
        using (engine.BeginStep(training: false))
            Assert.Equal(1, engine.Dropout(engine.Fill(Shape.Scalar, 1), 0.3f).Item());

        float[] Draw()
        {
            using (engine.BeginStep(training: true))
                return engine.Dropout(engine.Fill(new Shape(100_000), 1), 0.3f).ToArray();
        }
    }

    [Fact]
    public void Normal_draws_have_the_moments_of_the_normal_distribution()
    {
        using var engine = new ManagedEngine(threads: 2, seed: 7);
        using IDisposable step = engine.BeginStep(training: false);
        double[] x = [.. engine.Normal(new Shape(200_001)).ToArray().Select(value => (double)value)];
        Assert.Equal(0, x.Average(), 0.01);
        Assert.Equal(1, x.Average(value => value * value), 0.02);
        Assert.Equal(0, x.Average(value => value * value * value), 0.05);
        Assert.Equal(3, x.Average(value => value * value * value * value), 0.1);
        Assert.Equal(0, x.Zip(x.Skip(1), (a, b) => a * b).Average(), 0.01);
    }

    [Fact]
    public void Gaussian_sample_passes_the_gradient_to_mean_and_log_variance()
    {
        using var engine = new ManagedEngine(threads: 1, seed: 7);
        Parameter mean = engine.CreateParameter("mean", new Shape(4), [1, 2, 3, 4]);
        Parameter logVariance = engine.CreateParameter("logVariance", new Shape(4), [0, 0.5f, -1, 2]);
        float[] sample, toMean = new float[4], toLogVariance = new float[4];
        using (engine.BeginStep(training: true))
        {
            Tensor drawn = engine.SampleGaussian(mean.Value, logVariance.Value);
            sample = drawn.ToArray();
            engine.Backward(engine.Sum(drawn));
            engine.CopyGradient(mean, toMean);
            engine.CopyGradient(logVariance, toLogVariance);
        }
        Assert.Equal([1f, 1, 1, 1], toMean);
        // d/dv (m + e^(v/2) ε) = (sample - m) / 2.
        for (int i = 0; i < 4; i++)
            Assert.Equal((sample[i] - (i + 1)) / 2, toLogVariance[i], 1e-5f);
    }

    [Fact]
    public void NaN_passes_through_activations_and_maxima()
    {
        using var engine = new ManagedEngine(threads: 1);
        using IDisposable step = engine.BeginStep(training: false);
        Tensor x = engine.Constant(new Shape(1, 3), [1, float.NaN, 2]);
        foreach (Activation activation in Enum.GetValues<Activation>())
            Assert.True(float.IsNaN(engine.Activate(x, activation).ToArray()[1]), activation.ToString());
        Assert.True(float.IsNaN(engine.ClampMin(x, 0).ToArray()[1]));
        Assert.True(float.IsNaN(engine.Max(x, 1).Item()));
        Assert.True(float.IsNaN(engine.LogSumExp(x, 1).Item()));
        Assert.True(float.IsNaN(engine.MaxOverTime(engine.Reshape(x, new Shape(1, 3, 1)), [3]).Item()));
        Assert.True(float.IsNaN(engine.SoftmaxCrossEntropy(x, [0]).Item()));
    }

    [Fact]
    public void Elementary_functions_are_right_at_the_ends_of_their_range()
    {
        float[] x = [float.NegativeInfinity, -200, -88, -0.0f, 0, 1e-30f, 88.7f, 89, float.PositiveInfinity, float.NaN, -1, 1e-40f, 1];
        RegisterWidths.OnEach(_ =>
        {
            using var engine = new ManagedEngine(threads: 1);
            using IDisposable step = engine.BeginStep(training: false);
            Tensor tensor = engine.Constant(new Shape(x.Length), x);
            float[] exp = engine.Exp(tensor).ToArray(), log = engine.Log(tensor).ToArray(), tanh = engine.Activate(tensor, Activation.Tanh)
                .ToArray();
            for (int i = 0; i < x.Length; i++)
            {
                AssertNear(MathF.Exp(x[i]), exp[i]);
                AssertNear(MathF.Log(x[i]), log[i]);
                AssertNear(MathF.Tanh(x[i]), tanh[i]);
            }
        });

        static void AssertNear(float expected, float actual)
        {
            bool near = expected.Equals(actual) || Math.Abs(expected - actual) <= 1e-6f * Math.Abs(expected) + 3e-45f;
            Assert.True(near, $"{actual} instead of {expected}");
        }
    }

    private static float[] TrainEverything(int threads, int seed)
    {
        using var engine = new ManagedEngine(threads, seed);
        Action step = EverythingStep(engine, out List<Parameter> parameters);
        for (int i = 0; i < 3; i++)
            step();
        return [.. parameters.SelectMany(parameter => parameter.Value.ToArray())];
    }

    /// <summary>A training step with layers of all kinds, large enough to be shared among threads.</summary>
    private static Action EverythingStep(ManagedEngine engine, out List<Parameter> parameters)
    {
        const int batch = 40;
        List<Parameter> all = [];
        Parameter New(Shape shape, double scale)
        {
            all.Add(engine.CreateParameter($"p{all.Count}", shape, Numbers(shape.Length, all.Count, scale)));
            return all[^1];
        }
        (Parameter filters, Parameter filterBias) = (New(new Shape(15, 3, 3, 1), 0.3), New(new Shape(15), 0.1));
        (Parameter filters2, Parameter filterBias2) = (New(new Shape(20, 3, 3, 15), 0.1), New(new Shape(20), 0.1));
        (Parameter weight, Parameter bias) = (New(new Shape(96, 980), 0.03), New(new Shape(96), 0.1));
        (Parameter inputWeight, Parameter hiddenWeight) = (New(new Shape(288, 96), 0.1), New(new Shape(288, 96), 0.1));
        (Parameter inputBias, Parameter hiddenBias) = (New(new Shape(288), 0.1), New(new Shape(288), 0.1));
        (Parameter head, Parameter headBias) = (New(new Shape(4, 96), 0.1), New(new Shape(4), 0.1));
        parameters = all;
        Optimizer optimizer = engine.CreateOptimizer(all, new AdamOptions { MaximumGradientNorm = 0.5f });
        float[] x = Numbers(batch * 784, 99);
        int[] lengths = [.. Enumerable.Range(1, 8).Select(i => i + (i == 8 ? 4 : 0))];
        int[] labels = [.. Enumerable.Range(0, batch).Select(i => i % 5 - 1)];
        float[] targets = [.. Enumerable.Range(0, 8 * 4).Select(i => i % 3 == 0 ? float.NaN : i % 2)];
        return () =>
        {
            using (engine.BeginStep(training: true))
            {
                Tensor image = engine.Constant(new Shape(batch, 28, 28, 1), x);
                image = engine.MaxPool2D(engine.Convolution2D(image, filters.Value, filterBias.Value, Padding.Same, Activation.LeakyReLU),
                    2);
                image = engine.MaxPool2D(engine.Convolution2D(image, filters2.Value, filterBias2.Value, Padding.Same, Activation.ReLU), 2);
                Tensor h = engine.Linear(engine.Reshape(image, new Shape(batch, 980)), weight.Value, bias.Value, Activation.Tanh);
                h = engine.Dropout(h, 0.2f);
                Tensor states = engine.Gru(h, lengths, inputWeight.Value, hiddenWeight.Value, inputBias.Value, hiddenBias.Value);
                Tensor logits = engine.Linear(engine.LastSteps(states, lengths), head.Value, headBias.Value);
                Tensor loss = engine.BinaryCrossEntropyWithLogits(logits, targets)
                    + engine.SoftNearestNeighbor(h, labels, 0.5f, NeighborDistance.Cosine)
                    + engine.RowMargin(weight.Value, 0.01f)
                    + engine.SoftmaxCrossEntropy(engine.Slice(h, 1, 0, 4), labels)
                    + 0.1f * engine.Mean(engine.Square(h + 0.1f * engine.Normal(h.Shape)));
                engine.Backward(loss);
                optimizer.Step(1e-2f);
            }
        };
    }

    private static float[] Numbers(int count, int seed, double scale = 1) =>
        [.. OperationCases.Numbers(count, seed, scale).Select(value => (float)value)];
}
