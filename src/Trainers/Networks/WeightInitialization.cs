namespace Disentangle.ML.Trainers;

/// <summary>
/// The distribution of a layer's initial weights. Biases start at 0, except with <see cref="FanInUniform"/>. For a convolution, inputs is
/// kernel height x kernel width x channels and outputs is kernel height x kernel width x filters.
/// </summary>
public enum WeightInitialization
{
    /// <summary>Weights and biases uniform in ±1/√inputs, PyTorch's default.</summary>
    FanInUniform,

    /// <summary>Normal with variance 2/inputs (He et al. 2015), for ReLU.</summary>
    He,

    /// <summary>Uniform in ±√(6/(inputs + outputs)) (Glorot and Bengio 2010), for sigmoid and tanh.</summary>
    Glorot,
}
