using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// The autoencoder for sequences of Forced to Learn (Romanov and Rumshisky 2017): a gated recurrent unit, a fully connected layer that
/// computes the code from its last state, and a second gated recurrent unit that starts from the code and reconstructs the steps.
/// </summary>
public sealed record GruAutoencoder : AutoencoderNetwork
{
    /// <summary>The number of values in a step. Default 1.</summary>
    public int InputSize { get; init; } = 1;

    /// <summary>The number of units in the encoder and in the decoder. Default 128; the paper does not state its value.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>The size of the code, which is the embedding. Default 64; the paper does not state its value.</summary>
    public int Embedding { get; init; } = 64;

    /// <summary>The activation of the code. Default ReLU.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>
    /// Whether the decoder receives the true previous step as input. Otherwise its input is 0, and it sees only the code. Default true:
    /// codes of pen strokes then cluster better (figures in docs/networks.md).
    /// </summary>
    public bool TeacherForcing { get; init; } = true;

    /// <inheritdoc/>
    public override int EmbeddingSize => Embedding;

    /// <inheritdoc/>
    public override int? StepSize => InputSize;

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() =>
    [
        .. SettingFaults.AtLeast(1, "Network.InputSize", InputSize),
        .. SettingFaults.AtLeast(1, "Network.Hidden", Hidden),
        .. SettingFaults.AtLeast(1, "Network.Embedding", Embedding),
        .. SettingFaults.Defined("Network.Activation", Activation),
    ];

    /// <inheritdoc/>
    public override AutoencoderModule Build(Engine engine, int inputSize, Random random)
    {
        Sequences.RequireStepSize(InputSize, inputSize);
        Dense Layer(string name, int inputs, int outputs, Activation activation) =>
            new(engine, name, inputs, outputs, activation, WeightInitialization.FanInUniform, random);
        return new Module(this,
            new GatedRecurrentUnit(engine, "gru", InputSize, Hidden, random),
            Layer("embedding", Hidden, Embedding, Activation),
            // Tanh, because states lie between -1 and 1.
            Layer("decoder.state", Embedding, Hidden, Activation.Tanh),
            new GatedRecurrentUnit(engine, "decoder.gru", InputSize, Hidden, random),
            Layer("output", Hidden, InputSize, Activation.Identity));
    }

    private sealed class Module(GruAutoencoder settings, GatedRecurrentUnit encoder, Dense embedding, Dense state,
        GatedRecurrentUnit decoder, Dense output)
        : AutoencoderModule
    {
        public override IReadOnlyList<Parameter> Parameters { get; } =
            [.. encoder.Parameters, .. embedding.Parameters, .. state.Parameters, .. decoder.Parameters, .. output.Parameters];

        public override IReadOnlyList<LayerOutput> Forward(Engine engine, NetworkInput input)
        {
            ReadOnlySpan<int> lengths = input.Lengths.Span;
            LayerOutput last = encoder.LastStates(engine, encoder.Forward(engine, input.Values, lengths), lengths);
            return [last, new LayerOutput(embedding.Forward(engine, last.Output), embedding.Weight.Value)];
        }

        public override Reconstruction Decode(Engine engine, Tensor code, NetworkInput input)
        {
            ReadOnlySpan<int> lengths = input.Lengths.Span;
            Tensor initial = state.Forward(engine, code);
            Tensor inputs = settings.TeacherForcing ? Sequences.Delayed(engine, input.Values, lengths)
                : engine.Fill(input.Values.Shape, 0);
            Tensor states = decoder.Forward(engine, inputs, lengths, initial);
            return new Reconstruction([new LayerOutput(initial, state.Weight.Value), decoder.LastStates(engine, states, lengths)],
                output.Forward(engine, states));
        }
    }
}
