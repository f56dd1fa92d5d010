using Disentangle.ML.Tensors.Managed;
using Disentangle.ML.Tensors.Managed.Memory;
using Disentangle.ML.Tensors.Threading;

namespace Disentangle.ML.Tensors;

/// <summary>
/// The CPU engine: managed code that uses the widest vector registers of the machine. Results do not depend on the number of threads, and
/// the same seed gives the same bits on machines of the same kind.
/// </summary>
/// <remarks>
/// For layers, distances, and operations on images and sequences, a row of the result depends only on that row of the input, bit for bit,
/// whatever the number of rows.
/// </remarks>
public sealed unsafe partial class ManagedEngine : Engine
{
    private readonly StepMemory _memory = new();
    private readonly List<ManagedTensor> _tape = [];
    // Parameters own their memory. Those that the open step reads must not be collected before its kernels have run.
    private readonly List<Tensor> _inUse = [];
    private bool _disposed;

    /// <summary>Creates an engine.</summary>
    /// <param name="threads">The maximum number of threads; 0 for all cores.</param>
    /// <param name="seed">The seed of the random stream for dropout and normal draws.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is negative.</exception>
    public ManagedEngine(int threads = 0, int seed = 0) : base(seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Threads = threads == 0 ? Workers.Available : Math.Min(threads, Workers.Available);
    }

    /// <summary>The maximum number of threads.</summary>
    public int Threads { get; }

    /// <inheritdoc/>
    public override bool IsTraining => IsOpen && _training;

    internal bool IsOpen { get; private set; }

    /// <summary>The number of the current step, by which tensors know whether theirs has ended.</summary>
    internal long StepNumber { get; private set; }

    /// <summary>The step from which on gradients add up.</summary>
    internal long FirstGradientStep { get; private set; }

    /// <summary>The number of the current backward pass, by which gradients know whether they belong to it.</summary>
    internal long BackwardPass { get; private set; }

    /// <summary>How many times the memory of steps grew.</summary>
    internal long BlocksAllocated => _memory.BlocksAllocated;

    /// <summary>The memory that the tensors of the open step occupy.</summary>
    internal long BytesInUse => _memory.Used * sizeof(float);

    private bool _training;
    private int _stepThread;

    /// <inheritdoc/>
    public override IDisposable BeginStep(bool training, bool keepGradients = false)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (IsOpen)
            throw new InvalidOperationException("A step is already open; dispose it before opening the next one.");
        StepNumber++;
        if (!keepGradients)
            FirstGradientStep = StepNumber;
        IsOpen = true;
        _training = training;
        _stepThread = Environment.CurrentManagedThreadId;
        return new Step(this, StepNumber);
    }

    /// <inheritdoc/>
    public override Parameter CreateParameter(string name, Shape shape, ReadOnlySpan<float> values) =>
        new(name, new ParameterTensor(this, shape, values));

    /// <inheritdoc/>
    public override void SetValues(Parameter parameter, ReadOnlySpan<float> values) => Own(parameter).SetValues(values);

    /// <inheritdoc/>
    public override Tensor Constant(Shape shape, ReadOnlySpan<float> values)
    {
        if (values.Length != shape.Length)
            throw new ArgumentException($"A constant of shape {shape} must have {shape.Length} values, not {values.Length}.",
                nameof(values));
        var result = new ConstantTensor(this, shape);
        values.CopyTo(new Span<float>(result.Data, result.Length));
        return result;
    }

    /// <inheritdoc/>
    public override Tensor Fill(Shape shape, float value)
    {
        var result = new ConstantTensor(this, shape);
        new Span<float>(result.Data, result.Length).Fill(value);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor Detach(Tensor x)
    {
        ManagedTensor input = Use(x);
        return input.RequiresGradient ? new ConstantTensor(this, input.Shape, input.Data) : input;
    }

    /// <inheritdoc/>
    public override void Backward(Tensor loss)
    {
        ManagedTensor root = Use(loss);
        if (root.Length != 1)
            throw new ArgumentException($"Backward needs a scalar, not a tensor of shape {root.Shape}.", nameof(loss));
        if (!IsTraining)
            throw new InvalidOperationException("Backward needs a training step; call BeginStep(training: true).");
        CheckThread();
        BackwardPass++;
        if (!root.RequiresGradient)
            return;
        float* gradient = root.GradientTarget(out bool accumulate);
        *gradient = accumulate ? *gradient + 1 : 1;
        for (int i = _tape.Count - 1; i >= 0; i--)
            _tape[i].RunBackward();
    }

    /// <inheritdoc/>
    public override void CopyGradient(Parameter parameter, Span<float> destination)
    {
        ParameterTensor tensor = Own(parameter);
        if (destination.Length < tensor.Length)
            throw new ArgumentException(
                $"The gradient of {parameter.Name} has {tensor.Length} elements, but the destination has room for {destination.Length}.",
                nameof(destination));
        new ReadOnlySpan<float>(tensor.Gradient, tensor.Length).CopyTo(destination);
        GC.KeepAlive(tensor);
    }

    /// <inheritdoc/>
    public override Optimizer CreateOptimizer(IReadOnlyList<Parameter> parameters, AdamOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        return new ManagedOptimizer(this, [.. parameters.Select(Own)], options);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        EndStep();
        _memory.Dispose();
        _disposed = true;
    }

    /// <summary>Allocates memory in the open step.</summary>
    internal float* Allocate(long length)
    {
        if (!IsOpen)
            throw new InvalidOperationException("No step is open; wrap operations in using (engine.BeginStep(...)).");
        CheckThread();
        return _memory.Allocate(length);
    }

    /// <summary>The memory in use, for <see cref="ReleaseSince"/>.</summary>
    internal long MemoryMark => _memory.Used;

    /// <summary>Frees what was allocated since the mark.</summary>
    internal void ReleaseSince(long mark) => _memory.Release(mark);

    private void CheckThread()
    {
        if (Environment.CurrentManagedThreadId != _stepThread)
        {
            throw new InvalidOperationException(
                "This step was opened on another thread. An engine is used by one thread at a time and starts its own threads; "
                + "a loss must compute on the thread that calls it.");
        }
    }

    internal void Record(ManagedTensor node) => _tape.Add(node);

    /// <summary>Checks that an operation in the open step may read the tensor.</summary>
    private ManagedTensor Use(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor is not ManagedTensor managed)
            throw new ArgumentException(
                $"This tensor of shape {tensor.Shape} was created by a {tensor.Engine.GetType().Name}; a ManagedEngine cannot read it.",
                nameof(tensor));
        if (!managed.IsUsableIn(this))
            throw new InvalidOperationException(
                $"This tensor of shape {tensor.Shape} belongs to a step that has ended, or to another engine.");
        if (managed is ParameterTensor)
        {
            if (_training && !ReferenceEquals(managed.Managed, this))
                throw new InvalidOperationException(
                    $"A parameter of shape {tensor.Shape} was created by another engine; only inference steps may read it here.");
            _inUse.Add(managed);
        }
        else
        {
            managed.Uses++;
        }
        return managed;
    }

    private ParameterTensor Own(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return parameter.Value is ParameterTensor tensor && ReferenceEquals(tensor.Engine, this)
            ? tensor
            : throw new ArgumentException($"The parameter {parameter.Name} was created by another engine; only that engine can change it.",
                nameof(parameter));
    }

    /// <summary>Whether the result of an operation on this tensor goes on the tape.</summary>
    private bool Records(ManagedTensor a) => _training && a.RequiresGradient;

    private bool Records(ManagedTensor a, ManagedTensor? b) => _training && (a.RequiresGradient || b is { RequiresGradient: true });

    private void EndStep()
    {
        if (!IsOpen)
            return;
        IsOpen = false;
        _tape.Clear();
        _inUse.Clear();
        _memory.Reset();
    }

    private sealed class Step(ManagedEngine engine, long number) : IDisposable
    {
        public void Dispose()
        {
            if (engine.StepNumber == number)
                engine.EndStep();
        }
    }
}
