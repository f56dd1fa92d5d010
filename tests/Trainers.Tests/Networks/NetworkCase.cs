using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Tests;

/// <summary>A network of each kind, large enough to keep two threads busy, and rows for it.</summary>
internal sealed record NetworkCase(Network Network, NetworkRows Rows)
{
    private static readonly ConvolutionLayer[] Convolutions =
        [new(8, Pool: 2), new(12, Kernel: 2, Padding: Padding.Valid), new(6, Pool: 2, PoolPadding: Padding.Same)];

    public static IReadOnlyDictionary<string, NetworkCase> All { get; } = new Dictionary<string, NetworkCase>
    {
        ["mlp"] = Vectors(Network.Mlp([300, 70], 33), 100),
        ["cnn"] = Vectors(Network.Cnn(new ImageSize(14, 10, 2), Convolutions, [50], 9, Activation.LeakyReLU), 280),
        ["textCnn"] = Sequences(Network.TextCnn(wordSize: 30, embedding: 11) with { Filters = 40, Hidden = [40], Dropout = 0 }),
        ["textCnn, vocabulary"] =
            Sequences(Network.TextCnn(wordSize: 30, embedding: 11, vocabularySize: 50) with { Filters = 20, Dropout = 0 }),
        ["gru"] = Sequences(Network.Gru(inputSize: 4, hidden: 40, embedding: 9)),
        ["mlpAutoencoder"] = Vectors(Network.MlpAutoencoder([200, 90], 20), 100),
        ["cnnAutoencoder"] = Vectors(Network.CnnAutoencoder(new ImageSize(10, 14, 2), Convolutions, [30], 12), 280),
        ["gruAutoencoder"] = Sequences(Network.GruAutoencoder(inputSize: 4, hidden: 40, embedding: 9)),
        ["gruAutoencoder, zeros"] =
            Sequences(Network.GruAutoencoder(inputSize: 4, hidden: 40, embedding: 9) with { TeacherForcing = false }),
    };

    /// <summary>Runs the rows through and gives the layers of the encoder and, where there is one, the decoder.</summary>
    public static (IReadOnlyList<LayerOutput> Layers, Reconstruction? Reconstruction) Run(Engine engine, NetworkModule module,
        NetworkRows rows)
    {
        NetworkInput input = rows.ToInput(engine);
        IReadOnlyList<LayerOutput> layers = module.Forward(engine, input);
        return (layers, (module as AutoencoderModule)?.Decode(engine, layers[^1].Output, input));
    }

    /// <summary>The embeddings, and behind them the reconstruction where there is one.</summary>
    public static float[] Outputs(Engine engine, NetworkModule module, NetworkRows rows)
    {
        using IDisposable step = engine.BeginStep(training: false);
        (IReadOnlyList<LayerOutput> layers, Reconstruction? reconstruction) = Run(engine, module, rows);
        return [.. layers[^1].Output.ToArray(), .. reconstruction?.Output.ToArray() ?? []];
    }

    /// <summary>The parameters after a few steps of Adam, on a loss that reaches every layer.</summary>
    public float[][] Train(int threads, int seed)
    {
        using var engine = new ManagedEngine(threads, seed);
        NetworkModule module = Network.Build(engine, Rows.Width, new Random(seed));
        Optimizer optimizer = engine.CreateOptimizer(module.Parameters, new AdamOptions());
        for (int i = 0; i < 3; i++)
        {
            using IDisposable step = engine.BeginStep(training: true);
            (IReadOnlyList<LayerOutput> layers, Reconstruction? reconstruction) = Run(engine, module, Rows);
            Tensor loss = engine.Mean(engine.Square(layers[^1].Output - 0.5f));
            if (reconstruction is not null)
                loss += engine.BinaryCrossEntropyWithLogits(reconstruction.Output, Rows.Values);
            engine.Backward(loss);
            optimizer.Step(0.01f);
        }
        return [.. module.Parameters.Select(parameter => parameter.Value.ToArray())];
    }

    private static NetworkCase Vectors(Network network, int width) => new(network, NetworkRows.For(width, sequences: false, rows: 70));

    private static NetworkCase Sequences(Network network) =>
        new(network,
            NetworkRows.For(network.StepSize!.Value, sequences: true, rows: 70, words: (network as TextCnnNetwork)?.VocabularySize ?? 0));
}
