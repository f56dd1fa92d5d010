namespace Disentangle.ML.Tensors;

/// <summary>A named tensor that training changes, such as a weight matrix or a bias.</summary>
/// <param name="name">Unique within a network, for example <c>hidden0.weight</c>.</param>
/// <param name="value">The tensor, which requires a gradient.</param>
public sealed class Parameter(string name, Tensor value)
{
    /// <summary>Unique within a network, for example <c>hidden0.weight</c>.</summary>
    public string Name { get; } = name;

    /// <summary>The tensor itself.</summary>
    public Tensor Value { get; } = value;
}
