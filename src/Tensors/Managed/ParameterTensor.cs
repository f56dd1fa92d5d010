using Disentangle.ML.Tensors.Managed.Kernels;
using Disentangle.ML.Tensors.Managed.Memory;

namespace Disentangle.ML.Tensors.Managed;

/// <summary>The tensor of a parameter. It outlives steps, and any engine may read it.</summary>
internal sealed unsafe class ParameterTensor : ManagedTensor
{
    private readonly NativeBuffer _values;
    private NativeBuffer? _gradient;
    private long _gradientStep = -1;
    private PackedMatrix? _packed;

    public ParameterTensor(ManagedEngine engine, Shape shape, ReadOnlySpan<float> values)
        : this(engine, shape, new NativeBuffer(shape.Length)) =>
        SetValues(values);

    private ParameterTensor(ManagedEngine engine, Shape shape, NativeBuffer values)
        : base(engine, shape, requiresGradient: true, values.Pointer)
    {
        _values = values;
        _values.Clear();
    }

    public void SetValues(ReadOnlySpan<float> values)
    {
        if (values.Length != Length)
            throw new ArgumentException($"A parameter of shape {Shape} must have {Length} values, not {values.Length}.", nameof(values));
        values.CopyTo(new Span<float>(_values.Pointer, Length));
        MarkChanged();
    }

    /// <summary>Discards what was derived from the values. Must be called after every change of them.</summary>
    public void MarkChanged() => _packed = null;

    /// <summary>
    /// The transpose of this matrix [columns x rows], packed for multiplication from the right. Cached until the values change. If several
    /// threads call at once, each may pack its own.
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

    /// <summary>The gradient computed in the engine's latest step; zeros if it computed none.</summary>
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
        accumulate = _gradientStep >= Managed.FirstGradientStep;
        _gradientStep = Managed.StepNumber;
        _gradient ??= new NativeBuffer(Length);
        return _gradient.Pointer;
    }

    protected override void Backward(float* gradient)
    {
    }
}
