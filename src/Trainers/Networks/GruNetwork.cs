using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A gated recurrent unit over a sequence and a fully connected layer that computes the embedding from its last state: the classifier of
/// Forced to Learn (Romanov and Rumshisky 2017).
/// </summary>
public sealed record GruNetwork : Network
{
    /// <summary>The number of values in a step. Default 1.</summary>
    public int InputSize { get; init; } = 1;

    /// <summary>The number of units. Default 128; the paper does not state its value.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>The size of the embedding. Default 64; the paper does not state its value.</summary>
    public int Embedding { get; init; } = 64;

    /// <summary>
    /// The activation of the embedding. Default ReLU; replaced by none if embeddings are scaled to length 1, so that they use the whole
    /// sphere.
    /// </summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <inheritdoc/>
    public override int EmbeddingSize => Embedding;

    /// <inheritdoc/>
    public override int? StepSize => InputSize;

    internal override Network ForDirections() => Activation == Activation.ReLU ? this with { Activation = Activation.Identity } : this;

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() =>
    [
        .. SettingFaults.AtLeast(1, "Network.InputSize", InputSize),
        .. SettingFaults.AtLeast(1, "Network.Hidden", Hidden),
        .. SettingFaults.AtLeast(1, "Network.Embedding", Embedding),
        .. SettingFaults.Defined("Network.Activation", Activation),
    ];

    /// <inheritdoc/>
    public override NetworkModule Build(Engine engine, int inputSize, Random random)
    {
        Sequences.RequireStepSize(InputSize, inputSize);
        var unit = new GatedRecurrentUnit(engine, "gru", InputSize, Hidden, random);
        return new Module(unit, new Dense(engine, "embedding", Hidden, Embedding, Activation, WeightInitialization.FanInUniform, random));
    }

    private sealed class Module(GatedRecurrentUnit unit, Dense embedding) : NetworkModule
    {
        public override IReadOnlyList<Parameter> Parameters { get; } = [.. unit.Parameters, .. embedding.Parameters];

        public override IReadOnlyList<LayerOutput> Forward(Engine engine, NetworkInput input)
        {
            ReadOnlySpan<int> lengths = input.Lengths.Span;
            LayerOutput last = unit.LastStates(engine, unit.Forward(engine, input.Values, lengths), lengths);
            return [last, new LayerOutput(embedding.Forward(engine, last.Output), embedding.Weight.Value)];
        }
    }
}
