using Disentangle.ML.Tensors.Kernels;
using Disentangle.ML.Tensors.Memory;

namespace Disentangle.ML.Tensors;

/// <summary>
/// The CPU engine: managed code on the widest vector registers of the machine. Results do not depend on the number of threads, and the same seed
/// gives the same bits on machines of the same kind.
/// </summary>
/// <remarks>
/// A row of the result of a layer, of distances and of operations on images and sequences depends on that row of the input only, bit for bit,
/// whatever the number of rows.
/// </remarks>
public sealed unsafe partial class ManagedEngine : Engine
{
    private readonly StepMemory _memory = new();
    private readonly List<ManagedTensor> _tape = [];
    // Parameters own their memory; what the open step reads must not be collected before its kernels have run.
    private readonly List<Tensor> _inUse = [];
    private bool _disposed;

    /// <summary>Makes an engine.</summary>
    /// <param name="threads">The greatest number of threads that work at once; 0 stands for all cores.</param>
    /// <param name="seed">Where the random stream of dropout and normal draws starts.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is negative.</exception>
    public ManagedEngine(int threads = 0, int seed = 0) : base(seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Threads = threads == 0 ? Workers.Available : Math.Min(threads, Workers.Available);
    }

    /// <summary>The greatest number of threads that work at once.</summary>
    public int Threads { get; }

    /// <inheritdoc/>
    public override bool IsTraining => IsOpen && _training;

    internal bool IsOpen { get; private set; }

    /// <summary>Counts steps, so that tensors know whether theirs is over.</summary>
    internal long StepNumber { get; private set; }

    /// <summary>Counts backward passes, so that gradients know whether they belong to this one.</summary>
    internal long BackwardPass { get; private set; }

    /// <summary>How often the memory of steps grew.</summary>
    internal long BlocksAllocated => _memory.BlocksAllocated;

    /// <summary>What the tensors of the open step take.</summary>
    internal long BytesInUse => _memory.Used * sizeof(float);

    private bool _training;
    private int _stepThread;

    /// <inheritdoc/>
    public override IDisposable BeginStep(bool training)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (IsOpen)
            throw new InvalidOperationException("A step is open already; dispose it before the next one begins.");
        StepNumber++;
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
            throw new ArgumentException($"A constant of shape {shape} has {shape.Length} values, not {values.Length}.", nameof(values));
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
            throw new ArgumentException($"Backward starts from one number, not from a tensor of shape {root.Shape}.", nameof(loss));
        if (!IsTraining)
            throw new InvalidOperationException("Backward needs a training step: BeginStep(training: true).");
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
            throw new ArgumentException($"The gradient of {parameter.Name} has {tensor.Length} elements; the destination has room for {destination.Length}.",
                nameof(destination));
        new ReadOnlySpan<float>(tensor.Gradient, tensor.Length).CopyTo(destination);
        GC.KeepAlive(tensor);
    }

    /// <inheritdoc/>
    public override Optimizer CreateOptimizer(IReadOnlyList<Parameter> parameters, OptimizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ParameterTensor[] tensors = [.. parameters.Select(Own)];
        return options switch
        {
            AdamOptions adam => new AdamOptimizer(this, tensors, adam),
            SgdOptions sgd => new SgdOptimizer(this, tensors, sgd),
            _ => throw new ArgumentException($"There is no optimiser for options of type {options?.GetType().Name ?? "null"}.", nameof(options)),
        };
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        EndStep();
        _memory.Dispose();
        _disposed = true;
    }

    /// <summary>Memory of the open step.</summary>
    internal float* Allocate(long length)
    {
        if (!IsOpen)
            throw new InvalidOperationException("No step is open: operations need using (engine.BeginStep(...)).");
        CheckThread();
        return _memory.Allocate(length);
    }

    private void CheckThread()
    {
        if (Environment.CurrentManagedThreadId != _stepThread)
        {
            throw new InvalidOperationException(
                "This step was opened on another thread. An engine serves one thread at a time, and uses several itself: "
                + "a loss computes on the thread that calls it.");
        }
    }

    internal void Record(ManagedTensor node) => _tape.Add(node);

    /// <summary>Checks that an operation of the open step may read the tensor.</summary>
    private ManagedTensor Use(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor is not ManagedTensor managed)
            throw new ArgumentException($"This tensor of shape {tensor.Shape} was made by a {tensor.Engine.GetType().Name}; a ManagedEngine cannot read it.",
                nameof(tensor));
        if (!managed.IsUsableIn(this))
            throw new InvalidOperationException($"This tensor of shape {tensor.Shape} belongs to a step that has ended, or to another engine.");
        if (managed is ParameterTensor)
        {
            if (_training && !ReferenceEquals(managed.Managed, this))
                throw new InvalidOperationException($"A parameter of shape {tensor.Shape} was made by another engine; only inference steps may read it here.");
            _inUse.Add(managed);
        }
        return managed;
    }

    private ParameterTensor Own(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return parameter.Value is ParameterTensor tensor && ReferenceEquals(tensor.Engine, this)
            ? tensor
            : throw new ArgumentException($"The parameter {parameter.Name} was made by another engine, and only that one changes it.", nameof(parameter));
    }

    /// <summary>Whether the result of an operation on these needs a place on the tape.</summary>
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
