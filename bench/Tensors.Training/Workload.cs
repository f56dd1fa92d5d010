using Disentangle.ML.Trainers;
using TorchDevice = TorchSharp.torch.Device;

namespace Disentangle.ML.Tensors.Training;

/// <summary>A training step or an encoding to time.</summary>
/// <param name="Name">What the benchmark is called.</param>
/// <param name="RowsPerStep">Rows that a step trains on or encodes.</param>
/// <param name="Prepare">Gives the step on an engine.</param>
/// <param name="PrepareTorchSharp">Gives the same step with TorchSharp's own layers, losses and Adam.</param>
internal sealed record Workload(string Name, double RowsPerStep, Func<Engine, Action> Prepare, Func<TorchDevice, Action> PrepareTorchSharp)
{
    public static Workload[] All { get; } =
    [
        new("mlp", 128, Mlp, TorchSteps.Mlp),
        new("autoencoder", 256, Autoencoder, TorchSteps.Autoencoder),
        new("encode", 10_000, Encode, TorchSteps.Encode),
        new("cnn", 128, Cnn, TorchSteps.Cnn),
        new("gru", 128, Gru, TorchSteps.Gru),
        new("jade", 100, Jade, TorchSteps.Jade),
    ];

    /// <summary>784-256-32-2, ReLU, softmax cross-entropy, Adam.</summary>
    private static Action Mlp(Engine engine)
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
    private static Action Autoencoder(Engine engine)
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
    private static Action Encode(Engine engine)
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

    /// <summary>15, 30 and 60 filters of 3 x 3 on 28 x 28 pixels, LeakyReLU, max-pool 2 after each, dense 540-128-10, Adam.</summary>
    private static Action Cnn(Engine engine)
    {
        var network = new Layers(engine);
        network.AddReshape(x => new Shape(x[0], 28, 28, 1));
        network.AddConvolution(1, 15);
        network.AddConvolution(15, 30);
        network.AddConvolution(30, 60);
        network.AddReshape(x => new Shape(x[0], 540));
        network.AddLinear(540, 128, Activation.LeakyReLU);
        network.AddLinear(128, 10, Activation.Identity);
        Optimizer optimizer = engine.CreateOptimizer(network.Parameters, new AdamOptions());
        float[] x = Uniform(128 * 784);
        int[] labels = [.. Enumerable.Range(0, 128).Select(i => i % 10)];
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

    /// <summary>GRU 4-128 on stroke sequences, 2 classes from its last state, Adam; cycles through ten batches.</summary>
    private static Action Gru(Engine engine)
    {
        const int hidden = 128;
        StrokeBatch[] batches = StrokeBatch.Read(batches: 10, sequences: 128);
        var network = new Layers(engine);
        Parameter inputWeight = network.AddParameter(new Shape(3 * hidden, 4), hidden);
        Parameter hiddenWeight = network.AddParameter(new Shape(3 * hidden, hidden), hidden);
        Parameter inputBias = network.AddParameter(new Shape(3 * hidden), hidden);
        Parameter hiddenBias = network.AddParameter(new Shape(3 * hidden), hidden);
        network.AddLinear(hidden, 2, Activation.Identity);
        Optimizer optimizer = engine.CreateOptimizer(network.Parameters, new AdamOptions());
        int[] labels = [.. Enumerable.Range(0, 128).Select(i => i % 2)];
        int next = 0;
        return () =>
        {
            StrokeBatch batch = batches[next++ % batches.Length];
            using (engine.BeginStep(training: true))
            {
                Tensor x = engine.Constant(new Shape(batch.Points.Length / 4, 4), batch.Points);
                Tensor states = engine.Gru(x, batch.Lengths, inputWeight.Value, hiddenWeight.Value, inputBias.Value, hiddenBias.Value);
                engine.Backward(engine.SoftmaxCrossEntropy(network.Apply(engine.LastSteps(states, batch.Lengths)), labels));
                optimizer.Step(1e-3f);
            }
        };
    }

    /// <summary>Joint variational autoencoders: the paper's networks with half the filters, 100 pairs of images.</summary>
    private static Action Jade(Engine engine)
    {
        var options = new JointTrainingOptions();
        options = options with { Primary = Halved(options.Primary), Auxiliary = Halved(options.Auxiliary) };
        var primary = new InputShape(options.Primary.Image.Length, IsSequence: false);
        var auxiliary = new InputShape(options.Auxiliary.Image.Length, IsSequence: false);
        var model = new JointAutoencoder(engine, options, classCount: 10, seed: 1);
        var task = new JointTask(engine, model, new JointTrainingData(new RowStore(), new RowStore(), 10), options);
        int pairs = options.BatchSize;
        var batch = new JointBatch(primary, auxiliary) { Pairs = pairs, Count = pairs };
        float[] x = Uniform(pairs * primary.Width), y = Uniform(pairs * auxiliary.Width);
        for (int i = 0; i < pairs; i++)
        {
            batch.Primary.Add(x.AsSpan(i * primary.Width, primary.Width), i % 10);
            batch.Auxiliary.Add(y.AsSpan(i * auxiliary.Width, auxiliary.Width), i % 10);
        }
        Optimizer optimizer = engine.CreateOptimizer(model.Parameters, options.Optimizer);
        return () =>
        {
            using (engine.BeginStep(training: true))
            {
                Tensor[] losses = task.Losses(batch, epoch: 0);
                engine.Backward(losses.Zip(task.Terms, (loss, term) => loss * term.Weight).Aggregate((left, right) => left + right));
                optimizer.Step(options.LearningRate);
            }
        };
    }

    private static ConvolutionalVariationalAutoencoder Halved(ConvolutionalVariationalAutoencoder network) =>
        network with { Convolutions = [.. network.Convolutions.Select(layer => layer with { Filters = layer.Filters / 2 })] };

    private static float[] Uniform(int length)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle())];
    }
}
