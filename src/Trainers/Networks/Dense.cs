using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>A fully connected layer: activation(x Wᵀ + b).</summary>
internal sealed class Dense
{
    private readonly Activation _activation;

    public Dense(Engine engine, string name, int inputs, int outputs, Activation activation, WeightInitialization initialization,
        Random random)
    {
        InitialWeights.Reserve(name, outputs, inputs);
        (float[] weights, float[] biases) = InitialWeights.Draw(outputs, inputs, outputs, initialization, random);
        _activation = activation;
        Weight = engine.CreateParameter($"{name}.weight", new Shape(outputs, inputs), weights);
        Bias = engine.CreateParameter($"{name}.bias", new Shape(outputs), biases);
    }

    public Parameter Weight { get; }

    public Parameter Bias { get; }

    public IEnumerable<Parameter> Parameters => [Weight, Bias];

    public Tensor Forward(Engine engine, Tensor input) => engine.Linear(input, Weight.Value, Bias.Value, _activation);
}
