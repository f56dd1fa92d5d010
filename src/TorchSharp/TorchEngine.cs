using System.Runtime.InteropServices;
using TorchSharp;
using Disentangle.ML.Tensors;
using static TorchSharp.torch;
using Padding = Disentangle.ML.Tensors.Padding;
using Tensor = TorchSharp.torch.Tensor;
using TorchDeviceType = TorchSharp.torch.Device;

namespace Disentangle.ML.TorchSharp;

/// <summary>
/// An engine on libtorch, through TorchSharp. Results differ from those of <see cref="ManagedEngine"/> by rounding. On the CPU, the same
/// seed and number of threads give the same bits. Parameters are freed with the engine; copy their values first.
/// </summary>
public sealed partial class TorchEngine : Engine
{
    private readonly List<TorchTensor> _parameters = [];
    private readonly List<IDisposable> _owned = [];
    private readonly List<TorchOptimizer> _optimizers = [];
    private readonly List<Scalar> _numbers = [];
    // Those of the open step: labels serve several losses, and losses several layers.
    private readonly List<(int[] Values, Tensor OnDevice)> _indices = [];
    private readonly Dictionary<TorchTensor, TorchGru> _recurrences = [];
    private readonly TorchDeviceType _device;
    private readonly bool _bfloat16;
    private IDisposable? _gradientMode;
    private DisposeScope? _scope;
    private bool _training;
    private int _stepThread;

    /// <param name="device">Where tensors lie.</param>
    /// <param name="seed">The seed of the random stream.</param>
    /// <param name="bfloat16">Whether the products of layers round their factors to bfloat16.</param>
    internal TorchEngine(TorchDeviceType device, int seed, bool bfloat16 = false) : base(seed) => (_device, _bfloat16) = (device, bfloat16);

    internal bool IsOpen => _scope is not null;

    internal bool IsDisposed { get; private set; }

    /// <summary>The number of the current step, by which tensors know whether theirs has ended.</summary>
    internal long StepNumber { get; private set; }

    /// <inheritdoc/>
    public override bool HasOwnMemory => _device.type != DeviceType.CPU;

    /// <inheritdoc/>
    public override bool IsTraining => IsOpen && _training;

    /// <inheritdoc/>
    public override IDisposable BeginStep(bool training, bool keepGradients = false)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (IsOpen)
            throw new InvalidOperationException("A step is already open; dispose it before opening the next one.");
        StepNumber++;
        (_training, _stepThread) = (training, Environment.CurrentManagedThreadId);
        _gradientMode = set_grad_enabled(training);
        _scope = NewDisposeScope();
        if (training && !keepGradients)
        {
            foreach (TorchOptimizer optimizer in _optimizers)
                optimizer.BeginStep();
            foreach (TorchTensor parameter in _parameters.Where(parameter => !parameter.IsMerged))
                parameter.Value.grad?.zero_();
        }
        return new Step(this, StepNumber);
    }

    /// <inheritdoc/>
    public override Parameter CreateParameter(string name, Shape shape, ReadOnlySpan<float> values)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        RequireLength("A parameter", shape, values.Length);
        using DisposeScope scope = NewDisposeScope();
        Tensor value = Upload(shape, values).requires_grad_(true);
        var tensor = new TorchTensor(this, shape, Keep(value), isParameter: true);
        _parameters.Add(tensor);
        return new Parameter(name, tensor);
    }

    /// <inheritdoc/>
    public override void SetValues(Parameter parameter, ReadOnlySpan<float> values)
    {
        TorchTensor tensor = Own(parameter);
        RequireLength("A parameter", tensor.Shape, values.Length);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable mode = no_grad();
        tensor.Value.copy_(Upload(tensor.Shape, values));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor Constant(Shape shape, ReadOnlySpan<float> values)
    {
        RequireStep();
        RequireLength("A constant", shape, values.Length);
        return Result(shape, Upload(shape, values));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor Fill(Shape shape, float value)
    {
        RequireStep();
        return Result(shape, full(Lengths(shape), Number(value), device: _device));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor Reshape(Tensors.Tensor x, Shape shape)
    {
        Tensor value = Use(x);
        return Result(OperationShapes.Reshape(x.Shape, shape), value.reshape(Lengths(shape)));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor Detach(Tensors.Tensor x) => Result(x.Shape, Use(x).detach());

    /// <inheritdoc/>
    public override void Backward(Tensors.Tensor loss)
    {
        Tensor value = Use(loss);
        if (loss.Shape.Length != 1)
            throw new ArgumentException($"Backward needs a scalar, not a tensor of shape {loss.Shape}.", nameof(loss));
        if (!IsTraining)
            throw new InvalidOperationException("Backward needs a training step; call BeginStep(training: true).");
        // The graph is kept, because a loss that shares part of it may follow in the same step.
        if (value.requires_grad)
            value.reshape(1).backward(null, create_graph: false, retain_graph: true);
    }

    /// <inheritdoc/>
    public override void CopyGradient(Parameter parameter, Span<float> destination)
    {
        TorchTensor tensor = Own(parameter);
        if (destination.Length < tensor.Shape.Length)
        {
            throw new ArgumentException(
                $"The gradient of {parameter.Name} has {tensor.Shape.Length} elements, but the destination has room for "
                + $"{destination.Length}.", nameof(destination));
        }
        using DisposeScope scope = NewDisposeScope();
        if (tensor.Value.grad is { } gradient)
            TorchTensor.Copy(gradient, destination);
        else
            destination[..tensor.Shape.Length].Clear();
    }

    /// <inheritdoc/>
    public override ScalarSums CreateSums(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new TorchSums(this, count, _device);
    }

    /// <inheritdoc/>
    public override Optimizer CreateOptimizer(IReadOnlyList<Parameter> parameters, AdamOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var optimizer = new TorchOptimizer(this, [.. parameters.Select(Own)], options);
        _owned.Add(optimizer);
        _optimizers.Add(optimizer);
        return optimizer;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        EndStep();
        foreach (IDisposable owned in _owned)
            owned.Dispose();
        _owned.Clear();
        _optimizers.Clear();
        _parameters.Clear();
        _recurrences.Clear();
        IsDisposed = true;
    }

    /// <inheritdoc/>
    public override Tensors.Tensor Add(Tensors.Tensor a, Tensors.Tensor b) => Broadcast(a, b, nameof(Add), (x, y) => x.add(y, Number(1)));

    /// <inheritdoc/>
    public override Tensors.Tensor Subtract(Tensors.Tensor a, Tensors.Tensor b) => Broadcast(a, b, nameof(Subtract), (x, y) => x - y);

    /// <inheritdoc/>
    public override Tensors.Tensor Multiply(Tensors.Tensor a, Tensors.Tensor b) => Broadcast(a, b, nameof(Multiply), (x, y) => x * y);

    /// <inheritdoc/>
    public override Tensors.Tensor Divide(Tensors.Tensor a, Tensors.Tensor b) => Broadcast(a, b, nameof(Divide), (x, y) => x / y);

    /// <inheritdoc/>
    public override Tensors.Tensor Affine(Tensors.Tensor x, float scale, float offset)
    {
        Tensor value = Use(x);
        Tensor scaled = scale == 1 ? value : value.mul(Number(scale));
        return Result(x.Shape, offset == 0 ? scaled : scaled.add(Number(offset), Number(1)));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor Exp(Tensors.Tensor x) => Result(x.Shape, Use(x).exp());

    /// <inheritdoc/>
    public override Tensors.Tensor Log(Tensors.Tensor x) => Result(x.Shape, Use(x).log());

    /// <inheritdoc/>
    public override Tensors.Tensor Sqrt(Tensors.Tensor x) => Result(x.Shape, Use(x).sqrt());

    // clamp would pass the gradient on where x equals the minimum.
    /// <inheritdoc/>
    public override Tensors.Tensor ClampMin(Tensors.Tensor x, float minimum)
    {
        Tensor value = Use(x);
        return Result(x.Shape, value.masked_fill(value.le(Number(minimum)), Number(minimum)));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor Activate(Tensors.Tensor x, Activation activation)
    {
        OperationShapes.RequireActivation(activation);
        return Result(x.Shape, Activated(Use(x), activation));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor Sum(Tensors.Tensor x) => Result(Shape.Scalar, Use(x).sum());

    /// <inheritdoc/>
    public override Tensors.Tensor Sum(Tensors.Tensor x, int axis, bool keepAxis = false)
    {
        Tensor value = Use(x);
        axis = OperationShapes.Axis(x.Shape, axis, nameof(Sum));
        return Result(OperationShapes.Reduced(x.Shape, axis, keepAxis), value.sum(axis, keepAxis));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor Max(Tensors.Tensor x, int axis, bool keepAxis = false)
    {
        Tensor value = Use(x);
        return Result(OperationShapes.Max(x.Shape, axis, keepAxis), value.max(axis, keepAxis).values);
    }

    /// <inheritdoc/>
    public override Tensors.Tensor LogSoftmax(Tensors.Tensor x)
    {
        Tensor value = Use(x);
        _ = OperationShapes.Axis(x.Shape, -1, nameof(LogSoftmax));
        return Result(x.Shape, value.log_softmax(-1));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor Transpose(Tensors.Tensor x) => Result(OperationShapes.Transpose(x.Shape), Use(x).t());

    /// <inheritdoc/>
    public override Tensors.Tensor Concatenate(ReadOnlySpan<Tensors.Tensor> parts, int axis)
    {
        Shape shape = OperationShapes.Concatenate(parts, axis);
        var values = new Tensor[parts.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = Use(parts[i]);
        return Result(shape, cat(values, axis));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor Slice(Tensors.Tensor x, int axis, int start, int length)
    {
        Tensor value = Use(x);
        return Result(OperationShapes.Slice(x.Shape, axis, start, length), value.narrow(axis, start, length));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor GatherRows(Tensors.Tensor x, ReadOnlySpan<int> indices)
    {
        Tensor value = Use(x);
        return Result(OperationShapes.GatherRows(x.Shape, indices), value.index_select(0, Indices(indices)));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor MatMul(Tensors.Tensor a, Tensors.Tensor b, bool transposeA = false, bool transposeB = false)
    {
        (Tensor x, Tensor y) = (Use(a), Use(b));
        Shape shape = OperationShapes.MatMul(a.Shape, b.Shape, transposeA, transposeB);
        return Result(shape, (transposeA ? x.t() : x).mm(transposeB ? y.t() : y));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor Linear(
        Tensors.Tensor x, Tensors.Tensor weight, Tensors.Tensor? bias, Activation activation = Activation.Identity)
    {
        (Tensor input, Tensor w, Tensor? b) = (Use(x), Use(weight), bias is null ? null : Use(bias));
        Shape shape = OperationShapes.Linear(x.Shape, weight.Shape, bias?.Shape, activation);
        Tensor y = _bfloat16 ? WithBias(nn.functional.linear(Rounded(input), Rounded(w)), b) : nn.functional.linear(input, w, b);
        return Result(shape, Activated(y, activation));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor Convolution2D(
        Tensors.Tensor x, Tensors.Tensor weight, Tensors.Tensor? bias, Padding padding, Activation activation = Activation.Identity)
    {
        (Tensor input, Tensor w, Tensor? b) = (Use(x), Use(weight), bias is null ? null : Use(bias));
        Shape shape = OperationShapes.Convolution2D(x.Shape, weight.Shape, bias?.Shape, padding, activation);
        // libtorch expects channels before pixels. Permuting changes only strides and copies nothing.
        input = input.permute(0, 3, 1, 2);
        (int rows, int columns) = padding == Padding.Same ? (weight.Shape[1] - 1, weight.Shape[2] - 1) : (0, 0);
        if ((rows | columns) % 2 != 0)
        {
            input = nn.functional.pad(input, [columns / 2, columns - columns / 2, rows / 2, rows - rows / 2]);
            (rows, columns) = (0, 0);
        }
        w = w.permute(0, 3, 1, 2);
        long[] zeros = [rows / 2, columns / 2];
        Tensor y = _bfloat16
            ? nn.functional.conv2d(Rounded(input), Rounded(w), padding: zeros)
            : nn.functional.conv2d(input, w, b, padding: zeros);
        y = y.permute(0, 2, 3, 1);
        return Result(shape, Activated(_bfloat16 ? WithBias(y, b) : y, activation));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor Gru(Tensors.Tensor x, ReadOnlySpan<int> lengths, Tensors.Tensor inputWeight,
        Tensors.Tensor hiddenWeight, Tensors.Tensor inputBias, Tensors.Tensor hiddenBias, Tensors.Tensor? initialState = null)
    {
        CheckGru(x, lengths, inputWeight, hiddenWeight, inputBias, hiddenBias, initialState);
        RequireStep();
        TorchGru? recurrence = _bfloat16 ? null : RecurrenceOf([inputWeight, hiddenWeight, inputBias, hiddenBias]);
        if (recurrence is null)
            return base.Gru(x, lengths, inputWeight, hiddenWeight, inputBias, hiddenBias, initialState);

        // Longest first, as libtorch packs sequences: the first step of each, then the second of each that has one, ...
        int[] all = lengths.ToArray();
        int[] sequences = [.. Enumerable.Range(0, all.Length).OrderByDescending(i => all[i])];
        var ranks = new int[all.Length];
        for (int rank = 0; rank < ranks.Length; rank++)
            ranks[sequences[rank]] = rank;
        var starts = new int[all.Max()];
        for (int step = 1; step < starts.Length; step++)
            starts[step] = starts[step - 1] + all.Count(length => length >= step);
        int[] places = [.. all.SelectMany((length, i) => starts.Take(length).Select(start => start + ranks[i]))];

        var firsts = new int[all.Length];
        for (int i = 1; i < firsts.Length; i++)
            firsts[i] = firsts[i - 1] + all[i - 1];
        // The last step of a sequence fills the place of those that it lacks, which are not read.
        int[] padded = [.. Enumerable.Range(0, starts.Length)
            .SelectMany(step => sequences.Select(i => firsts[i] + Math.Min(step, all[i] - 1)))];
        nn.utils.rnn.PackedSequence packed = nn.utils.rnn.pack_padded_sequence(
            Use(x).index_select(0, Indices(padded)).view(starts.Length, sequences.Length, -1),
            tensor([.. sequences.Select(i => (long)all[i])]), batch_first: false, enforce_sorted: true);
        Tensor state = initialState is null
            ? zeros(1, sequences.Length, hiddenWeight.Shape[1], device: _device)
            : Use(initialState).index_select(0, Indices(sequences)).unsqueeze(0);
        nn.utils.rnn.PackedSequence states = recurrence.Run(packed, state);
        return Result(new Shape(places.Length, hiddenWeight.Shape[1]), states.data.index_select(0, Indices(places)));
    }

    internal Tensor Use(Tensors.Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        RequireStep();
        if (tensor is not TorchTensor torchTensor)
        {
            throw new ArgumentException(
                $"This tensor of shape {tensor.Shape} was created by a {tensor.Engine.GetType().Name}; a TorchEngine cannot read it.",
                nameof(tensor));
        }
        if (!torchTensor.IsUsableIn(this))
        {
            throw new InvalidOperationException(
                $"This tensor of shape {tensor.Shape} belongs to a step that has ended, or to another engine.");
        }
        if (_training && !ReferenceEquals(torchTensor.Engine, this))
        {
            throw new InvalidOperationException(
                $"A parameter of shape {tensor.Shape} was created by another engine; only inference steps may read it here.");
        }
        torchTensor.LastUse = StepNumber;
        return torchTensor.Value;
    }

    /// <summary>
    /// A scalar argument for libtorch, in the open step. TorchSharp does not keep it alive while libtorch reads it, so it could be collected
    /// during the call. It therefore lives as long as the step. The same holds for the implicit alpha of add, which is therefore passed.
    /// </summary>
    internal Scalar Number(double value)
    {
        var number = ((float)value).ToScalar();
        _numbers.Add(number);
        return number;
    }

    internal TorchTensor Result(Shape shape, Tensor value) => new(this, shape, value, isParameter: false);

    internal Tensor Upload(Shape shape, ReadOnlySpan<float> values)
    {
        Tensor host = empty(Lengths(shape), ScalarType.Float32);
        values.CopyTo(MemoryMarshal.Cast<byte, float>(host.bytes));
        return Move(host);
    }

    private Tensor Indices(ReadOnlySpan<int> indices)
    {
        foreach ((int[] known, Tensor onDevice) in _indices)
        {
            if (indices.SequenceEqual(known))
                return onDevice;
        }
        Tensor host = empty(indices.Length, ScalarType.Int64);
        Span<long> values = MemoryMarshal.Cast<byte, long>(host.bytes);
        for (int i = 0; i < values.Length; i++)
            values[i] = indices[i];
        Tensor moved = Move(host);
        _indices.Add((indices.ToArray(), moved));
        return moved;
    }

    /// <summary>
    /// Copies a tensor to the device without waiting: what is large, from pinned memory; the rest the driver copies before it returns.
    /// </summary>
    private Tensor Move(Tensor host)
    {
        if (_device.type == DeviceType.CPU)
            return host;
        return (host.numel() * host.element_size() > 64 << 10 ? host.pin_memory() : host).to(_device, non_blocking: true);
    }

    private TorchTensor Broadcast(Tensors.Tensor a, Tensors.Tensor b, string operation, Func<Tensor, Tensor, Tensor> compute)
    {
        (Tensor x, Tensor y) = (Use(a), Use(b));
        return Result(OperationShapes.Broadcast(a.Shape, b.Shape, operation), compute(x, y));
    }

    private static Tensor Rounded(Tensor x) => x.to(ScalarType.BFloat16);

    /// <summary>A product in bfloat16 as Float32, plus the bias.</summary>
    private Tensor WithBias(Tensor y, Tensor? bias)
    {
        y = y.to(ScalarType.Float32);
        return bias is null ? y : y.add(bias, Number(1));
    }

    private Tensor Activated(Tensor x, Activation activation) => activation switch
    {
        Activation.ReLU => x.relu(),
        Activation.LeakyReLU => x.leaky_relu(Number(0.01)),
        Activation.Sigmoid => x.sigmoid(),
        Activation.Tanh => x.tanh(),
        _ => x,
    };

    internal static long[] Lengths(Shape shape)
    {
        var lengths = new long[shape.Rank];
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = shape[i];
        return lengths;
    }

    private static void RequireLength(string what, Shape shape, int length)
    {
        if (length != shape.Length)
            throw new ArgumentException($"{what} of shape {shape} must have {shape.Length} values, not {length}.");
    }

    /// <summary>
    /// libtorch's GRU with these weights as its parameters; null if they are not parameters of this engine, or if a graph may hold their
    /// present tensors.
    /// </summary>
    private TorchGru? RecurrenceOf(Tensors.Tensor[] weights)
    {
        TorchTensor[] own = [.. weights.OfType<TorchTensor>().Where(weight => weight.IsParameter && ReferenceEquals(weight.Engine, this))];
        if (own.Length < weights.Length || own.Distinct().Count() < own.Length)
            return null;
        if (own.Select(weight => _recurrences.GetValueOrDefault(weight)).FirstOrDefault(known => known is not null) is { } recurrence)
            return recurrence.Has(own) ? recurrence : null;
        if (own.Any(weight => weight.LastUse == StepNumber || weight.Value.grad is not null))
            return null;
        recurrence = new TorchGru(own, _device);
        _owned.Add(recurrence);
        foreach (TorchTensor weight in own)
            _recurrences.Add(weight, recurrence);
        return recurrence;
    }

    /// <summary>Whether libtorch's GRU holds the parameter, in an order of memory of its own.</summary>
    internal bool IsRecurrent(TorchTensor parameter) => _recurrences.ContainsKey(parameter);

    /// <summary>Makes the engine free a tensor at its end.</summary>
    internal Tensor Keep(Tensor tensor)
    {
        _owned.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    private TorchTensor Own(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return parameter.Value is TorchTensor { IsParameter: true } tensor && ReferenceEquals(tensor.Engine, this)
            ? tensor
            : throw new ArgumentException(
                $"The parameter {parameter.Name} was created by another engine; only that engine can change it.", nameof(parameter));
    }

    private void RequireStep()
    {
        if (!IsOpen)
            throw new InvalidOperationException("No step is open; wrap operations in using (engine.BeginStep(...)).");
        if (Environment.CurrentManagedThreadId != _stepThread)
        {
            throw new InvalidOperationException(
                "This step was opened on another thread. An engine is used by one thread at a time; "
                + "a loss must compute on the thread that calls it.");
        }
    }

    private void EndStep()
    {
        _scope?.Dispose();
        _scope = null;
        _gradientMode?.Dispose();
        _gradientMode = null;
        foreach (Scalar number in _numbers)
            number.Dispose();
        _numbers.Clear();
        _indices.Clear();
        _neighborMasks.Clear();
    }

    private sealed class Step(TorchEngine engine, long number) : IDisposable
    {
        public void Dispose()
        {
            if (engine.StepNumber == number)
                engine.EndStep();
        }
    }
}
