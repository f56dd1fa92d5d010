using Disentangle.ML.Tensors;

namespace Disentangle.ML.Onnx;

/// <summary>A tensor without values: the name of a tensor in the graph.</summary>
internal sealed class RecordedTensor(Engine engine, Shape shape, string name, Layout layout) : Tensor(engine, shape)
{
    public string Name => name;

    public Layout Layout => layout;

    /// <summary>The one value that it has throughout, or null.</summary>
    public float? Fill { get; init; }

    /// <summary>For the states of a recurrent unit: those after each sequence's last step, in the graph.</summary>
    public string? LastSteps { get; init; }

    public override bool RequiresGradient => false;

    public override void CopyTo(Span<float> destination) =>
        throw new NotSupportedException("The network looks at the values it computes, and a graph is written before there are any.");
}
