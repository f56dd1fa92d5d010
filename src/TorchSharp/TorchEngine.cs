using System.Runtime.InteropServices;
using Disentangle.ML.Tensors;
using TorchSharp;
using Native = TorchSharp.torch.Tensor;

namespace Disentangle.ML.TorchSharp;

/// <summary>The engine on libtorch: its operations, its differentiation, on the CPU or a GPU.</summary>
/// <remarks>
/// Values agree with those of <see cref="ManagedEngine"/> up to rounding, not bit for bit. Dropout and normal draws come from the same random stream,
/// so the same seed drops the same elements. On the CPU, the same seed and number of threads give the same bits again.
/// Parameters are freed with the engine; copy their values before.
/// </remarks>
public sealed partial class TorchEngine : Engine
{
    private readonly torch.Device _device;
    private readonly List<Native> _parameters = [];
    private readonly List<Native> _kept = [];
    private readonly List<Scalar> _scalars = [];
    private CounterRandom _random;
    private DisposeScope? _scope;
    private IDisposable? _gradientMode;
    private long _stepNumber;
    private int _stepThread;
    private bool _training;

    /// <summary>Makes an engine.</summary>
    /// <param name="device">Where it computes.</param>
    /// <param name="threads">CPU threads of libtorch, for the whole process; 0 leaves them as they are.</param>
    /// <param name="seed">Where the random stream of dropout and normal draws starts.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">libtorch cannot be loaded, or there is no such GPU.</exception>
    public TorchEngine(TorchDevice device, int threads = 0, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        _device = device.Resolve();
        if (threads > 0)
            torch.set_num_threads(threads);
        _random = new CounterRandom(seed);
    }

    /// <inheritdoc/>
    public override bool IsTraining => OpenStep is not null && _training;

    /// <inheritdoc/>
    public override ulong[] RandomState
    {
        get => _random.State;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Length != 1)
                throw new ArgumentException($"The state of a TorchEngine's random stream is 1 number, not {value.Length}.", nameof(value));
            _random.State = value;
        }
    }

    internal bool IsDisposed { get; private set; }

    /// <summary>The number of the open step; null where none is open.</summary>
    internal long? OpenStep => _scope is null ? null : _stepNumber;

    /// <inheritdoc/>
    public override IDisposable BeginStep(bool training)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (OpenStep is not null)
            throw new InvalidOperationException("A step is open already; dispose it before the next one begins.");
        foreach (Native parameter in _parameters)
            parameter.grad = null;
        (_training, _stepThread) = (training, Environment.CurrentManagedThreadId);
        _scope = torch.NewDisposeScope();
        _gradientMode = torch.set_grad_enabled(training);
        return new Step(this, ++_stepNumber);
    }

    /// <inheritdoc/>
    public override Parameter CreateParameter(string name, Shape shape, ReadOnlySpan<float> values)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        RequireValues(shape, values.Length);
        Native native = Upload(shape, values).requires_grad_();
        // It outlives every scope it was made in.
        native.DetachFromDisposeScope();
        _parameters.Add(native);
        return new Parameter(name, new TorchTensor(this, shape, native, step: null));
    }

    /// <inheritdoc/>
    public override void SetValues(Parameter parameter, ReadOnlySpan<float> values)
    {
        TorchTensor tensor = Own(parameter);
        RequireValues(tensor.Shape, values.Length);
        using var scope = torch.NewDisposeScope();
        using IDisposable noGradient = torch.no_grad();
        tensor.Native.copy_(Upload(tensor.Shape, values));
    }

    /// <inheritdoc/>
    public override Tensor Constant(Shape shape, ReadOnlySpan<float> values)
    {
        if (values.Length != shape.Length)
            throw new ArgumentException($"A constant of shape {shape} has {shape.Length} values, not {values.Length}.", nameof(values));
        RequireStep();
        return Result(shape, Upload(shape, values));
    }

    /// <inheritdoc/>
    public override Tensor Fill(Shape shape, float value)
    {
        RequireStep();
        return Result(shape, torch.full(Lengths(shape), Number(value), torch.ScalarType.Float32, _device));
    }

    /// <inheritdoc/>
    public override Tensor Detach(Tensor x)
    {
        Native native = Use(x);
        return native.requires_grad ? Result(x.Shape, native.detach()) : x;
    }

    /// <inheritdoc/>
    public override void Backward(Tensor loss)
    {
        Native root = Use(loss);
        if (loss.Shape.Length != 1)
            throw new ArgumentException($"Backward starts from one number, not from a tensor of shape {loss.Shape}.", nameof(loss));
        if (!IsTraining)
            throw new InvalidOperationException("Backward needs a training step: BeginStep(training: true).");
        if (root.requires_grad)
            torch.autograd.backward([root], retain_graph: true);
    }

    /// <inheritdoc/>
    public override void CopyGradient(Parameter parameter, Span<float> destination)
    {
        TorchTensor tensor = Own(parameter);
        int length = tensor.Shape.Length;
        if (destination.Length < length)
        {
            throw new ArgumentException(
                $"The gradient of {parameter.Name} has {length} elements; the destination has room for {destination.Length}.", nameof(destination));
        }
        using Native? gradient = tensor.Native.grad;
        if (gradient is null)
            destination[..length].Clear();
        else
            TorchTensor.Read(gradient, destination);
    }

    /// <inheritdoc/>
    public override Optimizer CreateOptimizer(IReadOnlyList<Parameter> parameters, OptimizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Native[] tensors = [.. parameters.Select(parameter => Own(parameter).Native)];
        return TorchOptimizer.Create(this, tensors, options);
    }

    /// <summary>Ends the open step and frees all parameters.</summary>
    public override void Dispose()
    {
        if (IsDisposed)
            return;
        EndStep();
        foreach (Native native in _kept.Concat(_parameters))
            native.Dispose();
        IsDisposed = true;
    }

    /// <summary>Makes a tensor live as long as the engine, whatever scope it was made in.</summary>
    internal Native Keep(Native native)
    {
        native.DetachFromDisposeScope();
        _kept.Add(native);
        return native;
    }

    /// <summary>
    /// A number as an argument of libtorch, in the open step. TorchSharp's calls do not keep it alive: were it collected while one runs, libtorch would
    /// read freed memory. So it lives as long as the step.
    /// </summary>
    internal Scalar Number(float value)
    {
        Scalar number = value;
        _scalars.Add(number);
        return number;
    }

    private TorchTensor Result(Shape shape, Native native) => new(this, shape, native, _stepNumber);

    /// <summary>Checks that an operation of the open step may read the tensor.</summary>
    private Native Use(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor is not TorchTensor torchTensor)
        {
            throw new ArgumentException(
                $"This tensor of shape {tensor.Shape} was made by a {tensor.Engine.GetType().Name}; a TorchEngine cannot read it.", nameof(tensor));
        }
        RequireStep();
        bool own = ReferenceEquals(torchTensor.Owner, this);
        if (!torchTensor.IsAlive || (!own && !torchTensor.IsParameter))
            throw new InvalidOperationException($"This tensor of shape {tensor.Shape} belongs to a step that has ended, or to another engine.");
        if (!own && _training)
            throw new InvalidOperationException($"A parameter of shape {tensor.Shape} was made by another engine; only inference steps may read it here.");
        return torchTensor.Native;
    }

    private TorchTensor Own(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return parameter.Value is TorchTensor tensor && ReferenceEquals(tensor.Owner, this)
            ? tensor
            : throw new ArgumentException($"The parameter {parameter.Name} was made by another engine, and only that one changes it.", nameof(parameter));
    }

    private void RequireStep()
    {
        if (OpenStep is null)
            throw new InvalidOperationException("No step is open: operations need using (engine.BeginStep(...)).");
        if (Environment.CurrentManagedThreadId != _stepThread)
        {
            throw new InvalidOperationException(
                "This step was opened on another thread. An engine serves one thread at a time: a loss computes on the thread that calls it.");
        }
    }

    private static void RequireValues(Shape shape, int count)
    {
        if (count != shape.Length)
            throw new ArgumentException($"A parameter of shape {shape} has {shape.Length} values, not {count}.");
    }

    private Native Upload(Shape shape, ReadOnlySpan<float> values) =>
        Upload(Lengths(shape), torch.ScalarType.Float32, MemoryMarshal.AsBytes(values));

    /// <summary>Indices, which libtorch wants as 64-bit numbers.</summary>
    private Native Upload(ReadOnlySpan<int> indices)
    {
        var wide = new long[indices.Length];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = indices[i];
        return Upload([wide.Length], torch.ScalarType.Int64, MemoryMarshal.AsBytes<long>(wide));
    }

    private Native Upload(long[] lengths, torch.ScalarType type, ReadOnlySpan<byte> bytes)
    {
        Native native = torch.empty(lengths, type);
        if (!bytes.IsEmpty)
            bytes.CopyTo(native.bytes);
        return _device.type == DeviceType.CPU ? native : native.to(_device);
    }

    private static long[] Lengths(Shape shape)
    {
        var lengths = new long[shape.Rank];
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = shape[i];
        return lengths;
    }

    private void EndStep()
    {
        _gradientMode?.Dispose();
        _scope?.Dispose();
        (_gradientMode, _scope) = (null, null);
        foreach (Scalar number in _scalars)
            number.Dispose();
        _scalars.Clear();
    }

    private sealed class Step(TorchEngine engine, long number) : IDisposable
    {
        public void Dispose()
        {
            if (engine.OpenStep == number)
                engine.EndStep();
        }
    }
}
