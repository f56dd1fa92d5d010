using Disentangle.ML.Tensors.Kernels;
using Disentangle.ML.Tensors.Memory;

namespace Disentangle.ML.Tensors;

/// <summary>
/// A tensor of the <see cref="ManagedEngine"/>, and a node of its tape: one derived class for each operation holds what its backward pass needs.
/// </summary>
internal abstract unsafe class ManagedTensor : Tensor
{
    private readonly long _step;
    private float* _gradient;
    private long _gradientPass;

    /// <summary>A result in the open step, with memory of its own.</summary>
    protected ManagedTensor(ManagedEngine engine, Shape shape, bool requiresGradient)
        : this(engine, shape, requiresGradient, engine.Allocate(shape.Length))
    {
    }

    /// <summary>A result in the open step, over memory that exists.</summary>
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

    /// <summary>The elements, row-major, padded to a multiple of <see cref="NativeBuffer.Granularity"/> with values that mean nothing.</summary>
    public float* Data { get; }

    public int Length => Shape.Length;

    public sealed override bool RequiresGradient { get; }

    public override void CopyTo(Span<float> destination)
    {
        if (!IsUsableIn(Managed))
            throw new InvalidOperationException($"This tensor of shape {Shape} belongs to a step that has ended; copy its elements before.");
        if (destination.Length < Length)
            throw new ArgumentException($"A tensor of shape {Shape} has {Length} elements; the destination has room for {destination.Length}.",
                nameof(destination));
        new ReadOnlySpan<float>(Data, Length).CopyTo(destination);
        GC.KeepAlive(this);
    }

    /// <summary>Whether an operation of this engine may read it now.</summary>
    public virtual bool IsUsableIn(ManagedEngine engine) => ReferenceEquals(engine, Managed) && engine.IsOpen && _step == engine.StepNumber;

    /// <summary>
    /// Where the gradient with respect to this tensor goes. Writes must add where <paramref name="accumulate"/>, and must overwrite otherwise: the
    /// memory is not cleared.
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

    /// <summary>Gives the gradient memory to this tensor instead of copying it, if it has none yet. The giver must not use it any more.</summary>
    public bool TryTakeGradient(float* gradient)
    {
        if (this is ParameterTensor || _gradientPass == Managed.BackwardPass)
            return false;
        _gradientPass = Managed.BackwardPass;
        _gradient = gradient;
        return true;
    }

    /// <summary>Passes this tensor's gradient on to what it was computed from, if it has one. It may be overwritten: nobody reads it afterwards.</summary>
    public void RunBackward()
    {
        if (_gradientPass == Managed.BackwardPass)
            Backward(_gradient);
    }

    /// <summary>Adds to the gradients of the inputs, given that of the result.</summary>
    protected abstract void Backward(float* gradient);
}

/// <summary>A tensor without history: a constant.</summary>
internal sealed unsafe class ConstantTensor : ManagedTensor
{
    public ConstantTensor(ManagedEngine engine, Shape shape) : base(engine, shape, requiresGradient: false)
    {
    }

    public ConstantTensor(ManagedEngine engine, Shape shape, float* data) : base(engine, shape, requiresGradient: false, data)
    {
    }

    protected override void Backward(float* gradient)
    {
    }
}

/// <summary>The tensor of a parameter: it outlives steps, and any engine may read it.</summary>
internal sealed unsafe class ParameterTensor : ManagedTensor
{
    private readonly NativeBuffer _values;
    private NativeBuffer? _gradient;
    private long _gradientStep = -1;
    private PackedMatrix? _packed;

    public ParameterTensor(ManagedEngine engine, Shape shape, ReadOnlySpan<float> values) : this(engine, shape, new NativeBuffer(shape.Length)) =>
        SetValues(values);

    private ParameterTensor(ManagedEngine engine, Shape shape, NativeBuffer values) : base(engine, shape, requiresGradient: true, values.Pointer)
    {
        _values = values;
        _values.Clear();
    }

    public void SetValues(ReadOnlySpan<float> values)
    {
        if (values.Length != Length)
            throw new ArgumentException($"A parameter of shape {Shape} has {Length} values, not {values.Length}.", nameof(values));
        values.CopyTo(new Span<float>(_values.Pointer, Length));
        MarkChanged();
    }

    /// <summary>To be called after every change of the values: drops what was derived from them.</summary>
    public void MarkChanged() => _packed = null;

    /// <summary>
    /// The transpose of this matrix [columns x rows], packed for multiplication from the right. Kept until the values change. Several threads may
    /// ask at once; at worst each packs its own.
    /// </summary>
    public PackedMatrix PackedTranspose(int rows, int columns)
    {
        PackedMatrix? packed = Volatile.Read(ref _packed);
        if (packed is null || !packed.Fits(columns, rows))
        {
            packed = PackedMatrix.Pack(Data, columns, transpose: true, columns, rows);
            Volatile.Write(ref _packed, packed);
        }
        return packed;
    }

    public override bool IsUsableIn(ManagedEngine engine) => true;

    /// <summary>The gradient of the engine's latest step, zeros if that step computed none.</summary>
    public float* Gradient
    {
        get
        {
            float* gradient = GradientTarget(out bool computed);
            if (!computed)
                new Span<float>(gradient, Length).Clear();
            return gradient;
        }
    }

    public override float* GradientTarget(out bool accumulate)
    {
        accumulate = _gradientStep == Managed.StepNumber;
        _gradientStep = Managed.StepNumber;
        _gradient ??= new NativeBuffer(Length);
        return _gradient.Pointer;
    }

    protected override void Backward(float* gradient)
    {
    }
}
