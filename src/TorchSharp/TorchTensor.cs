using System.Runtime.InteropServices;
using Disentangle.ML.Tensors;
using Native = TorchSharp.torch.Tensor;

namespace Disentangle.ML.TorchSharp;

/// <summary>A tensor of libtorch, and the step of the <see cref="TorchEngine"/> that it belongs to.</summary>
/// <param name="engine">The engine that made it.</param>
/// <param name="shape">Its shape.</param>
/// <param name="native">The tensor itself.</param>
/// <param name="step">The number of the step; null for a parameter.</param>
internal sealed class TorchTensor(TorchEngine engine, Shape shape, Native native, long? step) : Tensor(engine, shape)
{
    public TorchEngine Owner { get; } = engine;

    public Native Native { get; } = native;

    public bool IsParameter => step is null;

    public override bool RequiresGradient => Native.requires_grad;

    public override void CopyTo(Span<float> destination)
    {
        if (!IsAlive)
            throw new InvalidOperationException($"This tensor of shape {Shape} belongs to a step that has ended; copy its elements before.");
        if (destination.Length < Shape.Length)
        {
            throw new ArgumentException(
                $"A tensor of shape {Shape} has {Shape.Length} elements; the destination has room for {destination.Length}.", nameof(destination));
        }
        Read(Native, destination);
    }

    /// <summary>Whether its memory is still there: a parameter's until the engine is disposed, any other's until its step ends.</summary>
    public bool IsAlive => IsParameter ? !Owner.IsDisposed : step == Owner.OpenStep;

    /// <summary>Copies the elements of a native tensor on any device, row-major.</summary>
    public static void Read(Native native, Span<float> destination)
    {
        using var scope = global::TorchSharp.torch.NewDisposeScope();
        Native onCpu = native.detach().cpu().contiguous();
        MemoryMarshal.Cast<byte, float>(onCpu.bytes).CopyTo(destination);
        GC.KeepAlive(onCpu);
    }
}
