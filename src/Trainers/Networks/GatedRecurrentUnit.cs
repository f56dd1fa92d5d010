using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>A gated recurrent unit over sequences. Its initial weights are uniform in ±1/√hidden, as in PyTorch.</summary>
internal sealed class GatedRecurrentUnit
{
    private readonly Parameter _inputWeight;
    private readonly Parameter _hiddenWeight;
    private readonly Parameter _inputBias;
    private readonly Parameter _hiddenBias;
    private readonly int _hidden;

    public GatedRecurrentUnit(Engine engine, string name, int inputs, int hidden, Random random)
    {
        _hidden = hidden;
        InitialWeights.Reserve(name, 3, hidden, inputs);
        InitialWeights.Reserve(name, 3, hidden, hidden);
        Parameter Create(string part, Shape shape) =>
            engine.CreateParameter($"{name}.{part}", shape, InitialWeights.Uniform(shape.Length, 1 / Math.Sqrt(hidden), random));
        _inputWeight = Create("inputWeight", new Shape(3 * hidden, inputs));
        _hiddenWeight = Create("hiddenWeight", new Shape(3 * hidden, hidden));
        _inputBias = Create("inputBias", new Shape(3 * hidden));
        _hiddenBias = Create("hiddenBias", new Shape(3 * hidden));
    }

    public IEnumerable<Parameter> Parameters => [_inputWeight, _hiddenWeight, _inputBias, _hiddenBias];

    /// <summary>The states after each step: [Σ lengths x hidden].</summary>
    public Tensor Forward(Engine engine, Tensor steps, ReadOnlySpan<int> lengths, Tensor? initialState = null) =>
        engine.Gru(steps, lengths, _inputWeight.Value, _hiddenWeight.Value, _inputBias.Value, _hiddenBias.Value, initialState);

    /// <summary>
    /// The last states as a layer of neurons. Of a unit's three weight vectors, the layer's weights are those of the candidate state n;
    /// the others belong to the gates.
    /// </summary>
    public LayerOutput LastStates(Engine engine, Tensor states, ReadOnlySpan<int> lengths)
    {
        Tensor fromInput = engine.Slice(_inputWeight.Value, 0, 2 * _hidden, _hidden);
        Tensor fromState = engine.Slice(_hiddenWeight.Value, 0, 2 * _hidden, _hidden);
        return new LayerOutput(engine.LastSteps(states, lengths), engine.Concatenate([fromInput, fromState], 1));
    }
}
