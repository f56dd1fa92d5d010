namespace Disentangle.ML.Tensors.Training;

/// <summary>A training step (or an encoding) whose speed is measured.</summary>
internal sealed record Workload(string Name, double RowsPerStep, Func<ManagedEngine, Action> Prepare)
{
    public static Workload[] All { get; } =
    [
        new("mlp", 128, Mlp),
        new("autoencoder", 256, Autoencoder),
        new("encode", 10_000, Encode),
    ];

    /// <summary>784-256-32-2, ReLU, softmax cross-entropy, Adam.</summary>
    private static Action Mlp(ManagedEngine engine)
    {
        var network = new Layers(engine);
        network.AddLinear(784, 256, Activation.ReLU);
        network.AddLinear(256, 32, Activation.ReLU);
        network.AddLinear(32, 2, Activation.Identity);
        Optimizer optimizer = engine.CreateOptimizer(network.Parameters, new AdamOptions());
        float[] x = Uniform(128 * 784);
        int[] labels = [.. Enumerable.Range(0, 128).Select(i => i % 2)];
        return () =>
        {
            using (engine.BeginStep(training: true))
            {
                Tensor logits = network.Apply(engine.Constant(new Shape(128, 784), x));
                engine.Backward(engine.SoftmaxCrossEntropy(logits, labels));
                optimizer.Step(1e-3f);
            }
        };
    }

    /// <summary>784-500-500-2000-70 and back, sigmoid code, binary cross-entropy, Adam.</summary>
    private static Action Autoencoder(ManagedEngine engine)
    {
        var network = new Layers(engine);
        int[] sizes = [784, 500, 500, 2000, 70, 2000, 500, 500, 784];
        for (int i = 0; i + 1 < sizes.Length; i++)
            network.AddLinear(sizes[i], sizes[i + 1], i == 3 ? Activation.Sigmoid : i == 7 ? Activation.Identity : Activation.ReLU);
        Optimizer optimizer = engine.CreateOptimizer(network.Parameters, new AdamOptions());
        float[] x = Uniform(256 * 784);
        return () =>
        {
            using (engine.BeginStep(training: true))
            {
                Tensor logits = network.Apply(engine.Constant(new Shape(256, 784), x));
                engine.Backward(engine.BinaryCrossEntropyWithLogits(logits, x));
                optimizer.Step(1e-3f);
            }
        };
    }

    /// <summary>The autoencoder's encoder on 10,000 rows, 1,000 at a time.</summary>
    private static Action Encode(ManagedEngine engine)
    {
        const int batch = 1000;
        var network = new Layers(engine);
        int[] sizes = [784, 500, 500, 2000, 70];
        for (int i = 0; i + 1 < sizes.Length; i++)
            network.AddLinear(sizes[i], sizes[i + 1], i == 3 ? Activation.Sigmoid : Activation.ReLU);
        float[] x = Uniform(10_000 * 784);
        var codes = new float[10_000 * 70];
        return () =>
        {
            for (int start = 0; start < 10_000; start += batch)
            {
                using (engine.BeginStep(training: false))
                {
                    Tensor rows = engine.Constant(new Shape(batch, 784), x.AsSpan(start * 784, batch * 784));
                    network.Apply(rows).CopyTo(codes.AsSpan(start * 70, batch * 70));
                }
            }
        };
    }

    private static float[] Uniform(int length)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle())];
    }
}
