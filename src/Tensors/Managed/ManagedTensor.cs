using Disentangle.ML.Tensors.Managed.Memory;

namespace Disentangle.ML.Tensors.Managed;

/// <summary>
/// A tensor of <see cref="ManagedEngine"/> and a node of its tape. Each operation has a derived class with what its backward pass needs.
/// </summary>
internal abstract unsafe class ManagedTensor : Tensor
{
    private readonly long _step;
    private float* _gradient;
    private long _gradientPass;

    /// <summary>Creates a result in the open step, with its own memory.</summary>
    protected ManagedTensor(ManagedEngine engine, Shape shape, bool requiresGradient)
        : this(engine, shape, requiresGradient, engine.Allocate(shape.Length))
    {
    }

    /// <summary>Creates a result in the open step, over existing memory.</summary>
    protected ManagedTensor(ManagedEngine engine, Shape shape, bool requiresGradient, float* data) : base(engine, shape)
    {
        Managed = engine;
        Data = data;
        RequiresGradient = requiresGradient;
        _step = engine.StepNumber;
        if (requiresGradient && this is not ParameterTensor)
            engine.Record(this);
    }

    public ManagedEngine Managed { get; }

    /// <summary>The elements, row-major, padded to a multiple of <see cref="NativeBuffer.Granularity"/> with arbitrary values.</summary>
    public float* Data { get; }

    public int Length => Shape.Length;

    /// <summary>How many operations have read the tensor; not counted for parameters, which engines share.</summary>
    public int Uses { get; set; }

    public sealed override bool RequiresGradient { get; }

    public override void CopyTo(Span<float> destination)
    {
        if (!IsUsableIn(Managed))
            throw new InvalidOperationException(
                $"This tensor of shape {Shape} belongs to a step that has ended; copy its elements before the step ends.");
        if (destination.Length < Length)
            throw new ArgumentException(
                $"A tensor of shape {Shape} has {Length} elements, but the destination has room for {destination.Length}.",
                nameof(destination));
        new ReadOnlySpan<float>(Data, Length).CopyTo(destination);
        GC.KeepAlive(this);
    }

    /// <summary>Whether an operation of this engine may read the tensor now.</summary>
    public virtual bool IsUsableIn(ManagedEngine engine) => ReferenceEquals(engine, Managed) && engine.IsOpen && _step == engine.StepNumber;

    /// <summary>
    /// The memory for the gradient of this tensor. If <paramref name="accumulate"/> is true, writes must add to it; otherwise they must
    /// overwrite it, because it is not cleared.
    /// </summary>
    public virtual float* GradientTarget(out bool accumulate)
    {
        accumulate = _gradientPass == Managed.BackwardPass;
        if (!accumulate)
        {
            _gradientPass = Managed.BackwardPass;
            _gradient = Managed.Allocate(Length);
        }
        return _gradient;
    }

    /// <summary>
    /// Hands the gradient memory over to this tensor if it has none yet, which saves a copy. The caller must no longer use it.
    /// </summary>
    public bool TryTakeGradient(float* gradient)
    {
        if (this is ParameterTensor || _gradientPass == Managed.BackwardPass)
            return false;
        _gradientPass = Managed.BackwardPass;
        _gradient = gradient;
        return true;
    }

    /// <summary>
    /// Propagates the gradient of this tensor, if any, to its inputs. May overwrite the gradient, which is not read afterwards.
    /// </summary>
    public void RunBackward()
    {
        if (_gradientPass == Managed.BackwardPass)
            Backward(_gradient);
    }

    /// <summary>Adds to the gradients of the inputs, given the gradient of the result.</summary>
    protected abstract void Backward(float* gradient);
}
