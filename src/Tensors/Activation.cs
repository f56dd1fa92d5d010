namespace Disentangle.ML.Tensors;

/// <summary>A layer's activation function.</summary>
public enum Activation
{
    /// <summary>x.</summary>
    Identity,

    /// <summary>max(0, x).</summary>
    ReLU,

    /// <summary>x for x &gt; 0, 0.01 x otherwise.</summary>
    LeakyReLU,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>tanh x.</summary>
    Tanh,
}
