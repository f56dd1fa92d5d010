using System.Runtime.InteropServices;
using Disentangle.ML.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Disentangle.ML.TorchSharp;

/// <summary>A tensor of the <see cref="TorchEngine"/>.</summary>
internal sealed class TorchTensor(TorchEngine engine, Shape shape, Tensor value, bool isParameter) : Tensors.Tensor(engine, shape)
{
    private readonly long _step = engine.StepNumber;

    /// <summary>
    /// The tensor of libtorch. That of a parameter may become one of a module (<see cref="TorchGru"/>) or part of another tensor
    /// (<see cref="ParameterGroup"/>).
    /// </summary>
    public Tensor Value { get; set; } = value;

    /// <summary>The last step that read the tensor.</summary>
    public long LastUse { get; set; }

    public bool IsParameter { get; } = isParameter;

    /// <summary>Whether a <see cref="ParameterGroup"/> holds the value and the gradient.</summary>
    public bool IsMerged { get; set; }

    public override bool RequiresGradient => Value.requires_grad;

    /// <summary>Whether an operation of this engine may read the tensor now.</summary>
    public bool IsUsableIn(TorchEngine other) => IsParameter
        ? !((TorchEngine)Engine).IsDisposed
        : ReferenceEquals(Engine, other) && other.IsOpen && _step == other.StepNumber;

    public override void CopyTo(Span<float> destination)
    {
        if (!IsUsableIn((TorchEngine)Engine))
        {
            throw new InvalidOperationException(
                $"This tensor of shape {Shape} belongs to a step that has ended, or its engine is disposed; copy its elements before "
                + "that.");
        }
        if (destination.Length < Shape.Length)
        {
            throw new ArgumentException(
                $"A tensor of shape {Shape} has {Shape.Length} elements, but the destination has room for {destination.Length}.",
                nameof(destination));
        }
        Copy(Value, destination);
    }

    /// <summary>Copies the elements from the device.</summary>
    public static void Copy(Tensor value, Span<float> destination)
    {
        using var scope = NewDisposeScope();
        MemoryMarshal.Cast<byte, float>(value.detach().cpu().contiguous().bytes).CopyTo(destination);
    }
}
