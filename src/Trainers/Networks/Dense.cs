using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>How the weights of a layer are drawn before training. Biases start at 0, except for <see cref="FanInUniform"/>.</summary>
public enum WeightInitialization
{
    /// <summary>Weights and biases uniform in ±1/√inputs: what PyTorch does by default.</summary>
    FanInUniform,

    /// <summary>Normal with variance 2/inputs (He et al. 2015), for ReLU.</summary>
    He,

    /// <summary>Uniform in ±√(6/(inputs + outputs)) (Glorot and Bengio 2010), for sigmoid and tanh.</summary>
    Glorot,
}

/// <summary>A fully connected layer: activation(x Wᵀ + b).</summary>
internal sealed class Dense
{
    private readonly Activation _activation;

    public Dense(Engine engine, string name, int inputs, int outputs, Activation activation, WeightInitialization initialization, Random random)
    {
        var weights = new float[outputs * inputs];
        var biases = new float[outputs];
        switch (initialization)
        {
            case WeightInitialization.FanInUniform:
                FillUniform(weights, 1 / Math.Sqrt(inputs), random);
                FillUniform(biases, 1 / Math.Sqrt(inputs), random);
                break;
            case WeightInitialization.He:
                FillNormal(weights, Math.Sqrt(2.0 / inputs), random);
                break;
            case WeightInitialization.Glorot:
                FillUniform(weights, Math.Sqrt(6.0 / (inputs + outputs)), random);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(initialization), initialization, "There is no such initialisation.");
        }
        _activation = activation;
        Weight = engine.CreateParameter($"{name}.weight", new Shape(outputs, inputs), weights);
        Bias = engine.CreateParameter($"{name}.bias", new Shape(outputs), biases);
    }

    public Parameter Weight { get; }

    public Parameter Bias { get; }

    public IEnumerable<Parameter> Parameters => [Weight, Bias];

    public Tensor Forward(Engine engine, Tensor input) => engine.Linear(input, Weight.Value, Bias.Value, _activation);

    private static void FillUniform(float[] values, double bound, Random random)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)((2 * random.NextDouble() - 1) * bound);
    }

    private static void FillNormal(float[] values, double deviation, Random random)
    {
        for (int i = 0; i < values.Length; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
    }
}
