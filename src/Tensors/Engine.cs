using System.Buffers;

namespace Disentangle.ML.Tensors;

/// <summary>
/// The operations that losses and networks are built from, with reverse-mode differentiation. <see cref="ManagedEngine"/> is the CPU
/// engine. An engine is used by one thread at a time. Several engines may read the same parameters at once while none trains them.
/// </summary>
/// <remarks>
/// Labels are class indices 0, 1, ...; -1 marks a row without a label. A negative axis counts from the end.
/// An engine implements the abstract members. All other operations have default implementations composed of these; an engine overrides the
/// ones it can compute faster, with the same result up to rounding. <see cref="OperationShapes"/> checks arguments. Random numbers come
/// from one stream that depends only on the seed, so dropout masks and normal draws agree on every engine.
/// </remarks>
public abstract class Engine : IDisposable
{
    private CounterRandom _random;

    /// <summary>Initializes the random stream for dropout and normal draws.</summary>
    /// <param name="seed">The seed of the stream.</param>
    protected Engine(int seed) => _random = new CounterRandom(seed);

    // ---- Lifetime ----------------------------------------------------------------------------------------------------------------------

    /// <summary>
    /// Opens a step. Tensors created before the step is disposed belong to it, and their memory is reused afterwards. If
    /// <paramref name="training"/> is true, operations are recorded for <see cref="Backward"/> and dropout is active.
    /// The operations of a step must run on the thread that opened it.
    /// </summary>
    /// <param name="training">Whether operations are recorded.</param>
    /// <param name="keepGradients">
    /// Whether <see cref="Backward"/> adds to the gradients of the previous step. If false (the default), they begin at 0.
    /// </param>
    /// <exception cref="InvalidOperationException">A step is already open.</exception>
    public abstract IDisposable BeginStep(bool training, bool keepGradients = false);

    /// <summary>
    /// Whether tensors lie in memory of their own, such as a GPU's, so that values are copied there and the processor is free while the
    /// engine computes. Default false.
    /// </summary>
    public virtual bool HasOwnMemory => false;

    /// <summary>Whether a step is open that records operations for <see cref="Backward"/>.</summary>
    public abstract bool IsTraining { get; }

    /// <summary>Creates a parameter with the given initial values. Parameters outlive steps.</summary>
    public abstract Parameter CreateParameter(string name, Shape shape, ReadOnlySpan<float> values);

    /// <summary>Overwrites a parameter's values.</summary>
    public abstract void SetValues(Parameter parameter, ReadOnlySpan<float> values);

    /// <summary>Creates a constant in the open step.</summary>
    public abstract Tensor Constant(Shape shape, ReadOnlySpan<float> values);

    /// <summary>Creates a constant whose elements all have the same value.</summary>
    public virtual Tensor Fill(Shape shape, float value)
    {
        var values = new float[shape.Length];
        values.AsSpan().Fill(value);
        return Constant(shape, values);
    }

    /// <summary>The same elements in another shape of equal length. Nothing is copied.</summary>
    public abstract Tensor Reshape(Tensor x, Shape shape);

    /// <summary>x as a constant: the gradient stops here.</summary>
    public abstract Tensor Detach(Tensor x);

    /// <summary>
    /// Computes the gradients of a scalar with respect to all parameters it depends on, adding to the gradients of earlier calls in the
    /// same step. The gradient of a parameter that it does not depend on stays 0.
    /// </summary>
    public abstract void Backward(Tensor loss);

    /// <summary>Copies the gradient of a parameter: zeros before <see cref="Backward"/>. Valid until the next step begins.</summary>
    public abstract void CopyGradient(Parameter parameter, Span<float> destination);

    /// <summary>Creates accumulators for scalars over several steps, such as the losses of an epoch.</summary>
    /// <param name="count">The number of sums.</param>
    public virtual ScalarSums CreateSums(int count) => new ImmediateScalarSums(count);

    /// <summary>Creates an Adam optimiser for these parameters.</summary>
    public abstract Optimizer CreateOptimizer(IReadOnlyList<Parameter> parameters, AdamOptions options);

    /// <inheritdoc/>
    public abstract void Dispose();

    // ---- Elementwise -------------------------------------------------------------------------------------------------------------------

    /// <summary>a + b. Axes of length 1 and missing leading axes are broadcast, as in NumPy.</summary>
    public abstract Tensor Add(Tensor a, Tensor b);

    /// <summary>a - b, broadcast as in <see cref="Add"/>.</summary>
    public virtual Tensor Subtract(Tensor a, Tensor b) => Add(a, Affine(b, -1, 0));

    /// <summary>a * b, broadcast as in <see cref="Add"/>.</summary>
    public abstract Tensor Multiply(Tensor a, Tensor b);

    /// <summary>a / b, broadcast as in <see cref="Add"/>.</summary>
    public abstract Tensor Divide(Tensor a, Tensor b);

    /// <summary>scale * x + offset.</summary>
    public abstract Tensor Affine(Tensor x, float scale, float offset);

    /// <summary>e^x.</summary>
    public abstract Tensor Exp(Tensor x);

    /// <summary>Natural logarithm.</summary>
    public abstract Tensor Log(Tensor x);

    /// <summary>x².</summary>
    public virtual Tensor Square(Tensor x) => Multiply(x, x);

    /// <summary>Square root.</summary>
    public abstract Tensor Sqrt(Tensor x);

    /// <summary>max(x, minimum). The gradient is 0 where x is at most the minimum.</summary>
    public abstract Tensor ClampMin(Tensor x, float minimum);

    /// <summary>Applies an activation to each element.</summary>
    public abstract Tensor Activate(Tensor x, Activation activation);

    // ---- Reductions and rearrangement --------------------------------------------------------------------------------------------------

    /// <summary>The sum of all elements, a scalar.</summary>
    public virtual Tensor Sum(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Sum(Reshape(x, new Shape(x.Shape.Length)), 0);
    }

    /// <summary>The sum along an axis. The axis is removed, or keeps length 1 if <paramref name="keepAxis"/> is true.</summary>
    public abstract Tensor Sum(Tensor x, int axis, bool keepAxis = false);

    /// <summary>The mean of all elements, a scalar.</summary>
    public Tensor Mean(Tensor x) => Affine(Sum(x), 1f / x.Shape.Length, 0);

    /// <summary>The mean along an axis. The axis is removed, or keeps length 1 if <paramref name="keepAxis"/> is true.</summary>
    public Tensor Mean(Tensor x, int axis, bool keepAxis = false) => Affine(Sum(x, axis, keepAxis), 1f / x.Shape[axis], 0);

    /// <summary>The maximum along an axis. The gradient goes to the first of equal maxima.</summary>
    public abstract Tensor Max(Tensor x, int axis, bool keepAxis = false);

    /// <summary>log Σ exp along an axis, shifted by the maximum. Elements that are -inf contribute nothing.</summary>
    public virtual Tensor LogSumExp(Tensor x, int axis, bool keepAxis = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        axis = OperationShapes.Axis(x.Shape, axis, nameof(LogSumExp));
        Tensor maximum = Max(Detach(x), axis, keepAxis: true);
        // If all entries are -inf, the shift must not be -inf and the derivative at their sum, 0, must be finite. Otherwise the sum is at
        // least 1.
        Tensor shifted = Subtract(x, ClampMin(maximum, float.MinValue));
        Tensor result = Add(Log(ClampMin(Sum(Exp(shifted), axis, keepAxis: true), 0.5f)), maximum);
        return keepAxis ? result : Reshape(result, OperationShapes.Reduced(x.Shape, axis, keepAxis: false));
    }

    /// <summary>Softmax along the last axis.</summary>
    public virtual Tensor Softmax(Tensor x) => Exp(LogSoftmax(x));

    /// <summary>Log-softmax along the last axis.</summary>
    public virtual Tensor LogSoftmax(Tensor x) => Subtract(x, LogSumExp(x, -1, keepAxis: true));

    /// <summary>The transpose of a matrix.</summary>
    public abstract Tensor Transpose(Tensor x);

    /// <summary>Concatenates tensors along an axis.</summary>
    public abstract Tensor Concatenate(ReadOnlySpan<Tensor> parts, int axis);

    /// <summary>Elements start to start + length - 1 of an axis.</summary>
    public abstract Tensor Slice(Tensor x, int axis, int start, int length);

    /// <summary>The rows x[indices[0]], x[indices[1]], ... of the first axis, as in an embedding look-up. Indices may repeat.</summary>
    public abstract Tensor GatherRows(Tensor x, ReadOnlySpan<int> indices);

    /// <summary>The vector of elements x[i, columns[i]], one from each row of a matrix.</summary>
    public virtual Tensor Pick(Tensor x, ReadOnlySpan<int> columns)
    {
        ArgumentNullException.ThrowIfNull(x);
        Shape shape = OperationShapes.Pick(x.Shape, columns);
        var elements = new int[columns.Length];
        for (int i = 0; i < elements.Length; i++)
            elements[i] = i * x.Shape[1] + columns[i];
        return Reshape(GatherRows(Reshape(x, new Shape(x.Shape.Length, 1)), elements), shape);
    }

    // ---- Linear algebra ----------------------------------------------------------------------------------------------------------------

    /// <summary>The product of two matrices, each optionally transposed first.</summary>
    public abstract Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false);

    /// <summary>
    /// activation(x Wᵀ + b): x [rows x in], W [out x in], b [out] or null.
    /// </summary>
    public virtual Tensor Linear(Tensor x, Tensor weight, Tensor? bias, Activation activation = Activation.Identity)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        _ = OperationShapes.Linear(x.Shape, weight.Shape, bias?.Shape, activation);
        Tensor y = MatMul(x, weight, transposeB: true);
        if (bias is not null)
            y = Add(y, bias);
        return activation == Activation.Identity ? y : Activate(y, activation);
    }

    /// <summary>The default epsilon of <see cref="NormalizeRows"/>: rows with at most this norm have no direction.</summary>
    internal const float ShortestRow = 1e-8f;

    /// <summary>
    /// Divides each row by its Euclidean norm. A row whose norm is at most <paramref name="epsilon"/> has no direction: it becomes 0 and
    /// gets no gradient.
    /// </summary>
    /// <param name="x">[rows x columns].</param>
    /// <param name="epsilon">0 or more. Default 1e-8.</param>
    public virtual Tensor NormalizeRows(Tensor x, float epsilon = ShortestRow)
    {
        Tensor norms = Sqrt(ClampMin(Sum(Square(x), -1, keepAxis: true), MathF.Max(epsilon * epsilon, 1e-38f)));
        // 1 where the norm exceeds epsilon, 0 elsewhere.
        Tensor excess = ClampMin(Affine(norms, 1, -epsilon), 0);
        Tensor hasDirection = Detach(Divide(excess, Affine(excess, 1, 1e-30f)));
        return Divide(Multiply(x, hasDirection), norms);
    }

    /// <summary>
    /// |a_i - b_j|² for all rows of two matrices: [rows of a x rows of b], never negative.
    /// </summary>
    public virtual Tensor SquaredDistances(Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        _ = OperationShapes.Distances(a.Shape, b.Shape, nameof(SquaredDistances));
        // Far from the origin, squares lose the digits that distances consist of, so the mean of b becomes the origin.
        Tensor origin = Detach(Mean(b, 0, keepAxis: true));
        (a, b) = (Subtract(a, origin), Subtract(b, origin));
        Tensor squaresOfA = Sum(Square(a), 1, keepAxis: true);
        Tensor squaresOfB = Transpose(Sum(Square(b), 1, keepAxis: true));
        return ClampMin(Add(Subtract(squaresOfA, Affine(MatMul(a, b, transposeB: true), 2, 0)), squaresOfB), 0);
    }

    /// <summary>
    /// 1 - cos(a_i, b_j) for all rows of two matrices: [rows of a x rows of b]. 1 where a row is 0: see <see cref="NormalizeRows"/>.
    /// </summary>
    public virtual Tensor CosineDistances(Tensor a, Tensor b) =>
        Affine(MatMul(NormalizeRows(a), NormalizeRows(b), transposeB: true), -1, 1);

    // ---- Images and sequences ----------------------------------------------------------------------------------------------------------

    /// <summary>
    /// activation(x * W + b) with stride 1, where * is cross-correlation, which networks call convolution.
    /// </summary>
    /// <param name="x">Images [n x height x width x channels]; the channels of a pixel are adjacent.</param>
    /// <param name="weight">Filters [out x kernel height x kernel width x channels].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="padding">How the edges are treated.</param>
    /// <param name="activation">Applied last.</param>
    /// <returns>[n x height x width x out]; without padding, [n x height - kernel height + 1 x width - kernel width + 1 x out].</returns>
    public virtual Tensor Convolution2D(Tensor x, Tensor weight, Tensor? bias, Padding padding, Activation activation = Activation.Identity)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        Shape result = OperationShapes.Convolution2D(x.Shape, weight.Shape, bias?.Shape, padding, activation);
        (int filters, int height, int width) = (weight.Shape[0], weight.Shape[1], weight.Shape[2]);
        if (padding == Padding.Same)
            x = Pad(Pad(x, 1, height - 1), 2, width - 1);
        // Each row of the matrix holds the pixels under the filters at one position.
        var parts = new Tensor[height * width];
        for (int i = 0; i < parts.Length; i++)
            parts[i] = Slice(Slice(x, 1, i / width, result[1]), 2, i % width, result[2]);
        Tensor patches = Reshape(Concatenate(parts, 3), new Shape(result[0] * result[1] * result[2], weight.Shape.Length / filters));
        return Reshape(Linear(patches, Reshape(weight, new Shape(filters, weight.Shape.Length / filters)), bias, activation), result);
    }

    /// <summary>Pads both ends of an axis with zeros, with the larger half last.</summary>
    private Tensor Pad(Tensor x, int axis, int zeros)
    {
        if (zeros == 0)
            return x;
        int before = zeros / 2;
        Tensor after = Fill(OperationShapes.With(x.Shape, axis, zeros - before), 0);
        return before == 0
            ? Concatenate([x, after], axis)
            : Concatenate([Fill(OperationShapes.With(x.Shape, axis, before), 0), x, after], axis);
    }

    /// <summary>activation(x * W + b) over time, with stride 1.</summary>
    /// <param name="x">Sequences of equal length [n x time x channels].</param>
    /// <param name="weight">Filters [out x width x channels].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="padding">How the ends are treated.</param>
    /// <param name="activation">Applied last.</param>
    /// <returns>[n x time x out]; without padding, [n x time - width + 1 x out].</returns>
    public virtual Tensor Convolution1D(Tensor x, Tensor weight, Tensor? bias, Padding padding, Activation activation = Activation.Identity)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        if (x.Shape.Rank != 3 || weight.Shape.Rank != 3)
            throw new ArgumentException(
                $"Convolution1D: x must be [n x time x channels] and the weight [out x width x channels], not {x.Shape} and "
                + $"{weight.Shape}.");
        Tensor image = Reshape(x, new Shape(x.Shape[0], 1, x.Shape[1], x.Shape[2]));
        Tensor filters = Reshape(weight, new Shape(weight.Shape[0], 1, weight.Shape[1], weight.Shape[2]));
        Tensor y = Convolution2D(image, filters, bias, padding, activation);
        return Reshape(y, new Shape(y.Shape[0], y.Shape[2], y.Shape[3]));
    }

    /// <summary>
    /// The maximum of each size x size window of images [n x height x width x channels]. Windows do not overlap; rows and columns that do
    /// not fill a window are dropped. The gradient goes to the first of equal maxima.
    /// </summary>
    public virtual Tensor MaxPool2D(Tensor x, int size)
    {
        ArgumentNullException.ThrowIfNull(x);
        Shape result = OperationShapes.MaxPool2D(x.Shape, size);
        (int images, int height, int width, int channels) = (result[0], result[1], result[2], result[3]);
        x = Slice(Slice(x, 1, 0, height * size), 2, 0, width * size);
        // Along the columns of a window first, so that of equal maxima in two rows the one in the upper row is first.
        x = Max(Reshape(x, new Shape(images * height * size * width, size, channels)), 1);
        return Reshape(Max(Reshape(x, new Shape(images * height, size, width * channels)), 1), result);
    }

    /// <summary>Repeats each pixel of images [n x height x width x channels] factor x factor times.</summary>
    public virtual Tensor UpSample2D(Tensor x, int factor)
    {
        ArgumentNullException.ThrowIfNull(x);
        Shape result = OperationShapes.UpSample2D(x.Shape, factor);
        (int images, int height, int width, int channels) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        x = Repeat(Reshape(x, new Shape(images * height * width, 1, channels)));
        return Reshape(Repeat(Reshape(x, new Shape(images * height, 1, width * factor * channels))), result);

        Tensor Repeat(Tensor part) => Concatenate(Enumerable.Repeat(part, factor).ToArray(), 1);
    }

    /// <summary>
    /// The maximum over the first lengths[i] steps of sequence i, for each channel: [n x time x channels] becomes [n x channels].
    /// </summary>
    /// <param name="x">Sequences padded to equal length.</param>
    /// <param name="lengths">The length of each sequence, 1 to time.</param>
    public virtual Tensor MaxOverTime(Tensor x, ReadOnlySpan<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(x);
        _ = OperationShapes.MaxOverTime(x.Shape, lengths);
        int time = x.Shape[1];
        var mask = new float[lengths.Length * time];
        for (int i = 0; i < lengths.Length; i++)
            mask.AsSpan(i * time + lengths[i], time - lengths[i]).Fill(float.NegativeInfinity);
        return Max(Add(x, Constant(new Shape(lengths.Length, time, 1), mask)), 1);
    }

    /// <summary>
    /// A gated recurrent unit (Cho et al. 2014, in the form of PyTorch and cuDNN) over sequences of different lengths:
    /// r = σ(W_ir x + b_ir + W_hr h + b_hr), z = σ(W_iz x + b_iz + W_hz h + b_hz), n = tanh(W_in x + b_in + r (W_hn h + b_hn)), h' =
    /// (1 - z) n + z h.
    /// </summary>
    /// <param name="x">The steps of the first sequence, then those of the second, ...: [Σ lengths x in].</param>
    /// <param name="lengths">The length of each sequence, 1 or more.</param>
    /// <param name="inputWeight">W_ir, W_iz, W_in: [3 hidden x in].</param>
    /// <param name="hiddenWeight">W_hr, W_hz, W_hn: [3 hidden x hidden].</param>
    /// <param name="inputBias">b_ir, b_iz, b_in: [3 hidden].</param>
    /// <param name="hiddenBias">b_hr, b_hz, b_hn: [3 hidden].</param>
    /// <param name="initialState">h before the first step [sequences x hidden]; zeros if null.</param>
    /// <returns>
    /// The state after each step, in the order of <paramref name="x"/>: [Σ lengths x hidden]. <see cref="LastSteps"/> selects the last
    /// ones.
    /// </returns>
    public virtual Tensor Gru(Tensor x, ReadOnlySpan<int> lengths, Tensor inputWeight, Tensor hiddenWeight, Tensor inputBias,
        Tensor hiddenBias, Tensor? initialState = null)
    {
        CheckGru(x, lengths, inputWeight, hiddenWeight, inputBias, hiddenBias, initialState);
        int hidden = hiddenWeight.Shape[1];
        // Longest first, so that the sequences that have not ended at a step are the first rows of the state.
        int[] all = lengths.ToArray();
        int[] sequences = [.. Enumerable.Range(0, all.Length).OrderByDescending(i => all[i])];
        var starts = new int[all.Length];
        for (int i = 1; i < starts.Length; i++)
            starts[i] = starts[i - 1] + all[i - 1];
        int[] running = [.. Enumerable.Range(0, all.Max()).Select(step => all.Count(length => length > step))];
        int[] byStep = [.. running.SelectMany((count, step) => sequences.Take(count).Select(sequence => starts[sequence] + step))];

        Tensor inputs = GatherRows(Linear(x, inputWeight, inputBias), byStep);
        Tensor h = initialState is null ? Fill(new Shape(all.Length, hidden), 0) : GatherRows(initialState, sequences);
        var states = new Tensor[running.Length];
        int row = 0;
        for (int step = 0; step < states.Length; row += running[step++])
        {
            if (h.Shape[0] > running[step])
                h = Slice(h, 0, 0, running[step]);
            Tensor input = Slice(inputs, 0, row, running[step]);
            Tensor recurrent = Linear(h, hiddenWeight, hiddenBias);
            Tensor r = Activate(Add(Slice(input, 1, 0, hidden), Slice(recurrent, 1, 0, hidden)), Activation.Sigmoid);
            Tensor z = Activate(Add(Slice(input, 1, hidden, hidden), Slice(recurrent, 1, hidden, hidden)), Activation.Sigmoid);
            Tensor n =
                Activate(Add(Slice(input, 1, 2 * hidden, hidden), Multiply(r, Slice(recurrent, 1, 2 * hidden, hidden))), Activation.Tanh);
            h = states[step] = Add(n, Multiply(z, Subtract(h, n)));
        }
        var places = new int[byStep.Length];
        for (int i = 0; i < places.Length; i++)
            places[byStep[i]] = i;
        return GatherRows(Concatenate(states, 0), places);
    }

    /// <summary>The last row of each sequence in [Σ lengths x columns]: [sequences x columns].</summary>
    public virtual Tensor LastSteps(Tensor x, ReadOnlySpan<int> lengths)
    {
        var last = new int[lengths.Length];
        int end = 0;
        for (int i = 0; i < lengths.Length; i++)
            last[i] = (end += lengths[i]) - 1;
        return GatherRows(x, last);
    }

    /// <summary>Checks the arguments of <see cref="Gru"/>.</summary>
    /// <exception cref="ArgumentException">Shapes or lengths do not fit together.</exception>
    protected static void CheckGru(Tensor x, ReadOnlySpan<int> lengths, Tensor inputWeight, Tensor hiddenWeight, Tensor inputBias,
        Tensor hiddenBias, Tensor? initialState)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(inputWeight);
        ArgumentNullException.ThrowIfNull(hiddenWeight);
        ArgumentNullException.ThrowIfNull(inputBias);
        ArgumentNullException.ThrowIfNull(hiddenBias);
        if (x.Shape.Rank != 2 || hiddenWeight.Shape.Rank != 2)
            throw new ArgumentException($"Gru: x and the weights must be matrices, not {x.Shape} and {hiddenWeight.Shape}.");
        int hidden = hiddenWeight.Shape[1];
        (Shape gates, Shape fromInput, Shape fromHidden) = (new(3 * hidden), new(3 * hidden, x.Shape[1]), new(3 * hidden, hidden));
        if (inputWeight.Shape != fromInput || hiddenWeight.Shape != fromHidden || inputBias.Shape != gates || hiddenBias.Shape != gates)
        {
            throw new ArgumentException(
                $"Gru: x {x.Shape} and {hidden} hidden units need weights {fromInput} and {fromHidden} and biases {gates}, "
                + $"not {inputWeight.Shape}, {hiddenWeight.Shape}, {inputBias.Shape} and {hiddenBias.Shape}.");
        }
        if (lengths.IsEmpty)
            throw new ArgumentException("Gru: at least one sequence is needed.", nameof(lengths));
        long total = 0;
        foreach (int length in lengths)
        {
            if (length < 1)
                throw new ArgumentOutOfRangeException(nameof(lengths), length, "Gru: a sequence must have at least one step.");
            total += length;
        }
        if (total != x.Shape[0])
            throw new ArgumentException($"Gru: the lengths add up to {total} steps, x {x.Shape} has {x.Shape[0]}.", nameof(lengths));
        if (initialState is not null && initialState.Shape != new Shape(lengths.Length, hidden))
            throw new ArgumentException($"Gru: the initial state must be {new Shape(lengths.Length, hidden)}, not {initialState.Shape}.",
                nameof(initialState));
    }

    // ---- Chance ------------------------------------------------------------------------------------------------------------------------

    /// <summary>
    /// In a training step, sets each element to 0 with probability <paramref name="rate"/> and divides the others by 1 - rate.
    /// Otherwise returns x.
    /// </summary>
    public virtual Tensor Dropout(Tensor x, float rate)
    {
        ArgumentNullException.ThrowIfNull(x);
        OperationShapes.Dropout(rate);
        return IsTraining && rate > 0 ? Multiply(x, DropoutFactors(x.Shape, rate)) : x;
    }

    /// <summary>A constant: 0 with probability rate, 1 / (1 - rate) otherwise.</summary>
    private protected virtual Tensor DropoutFactors(Shape shape, float rate)
    {
        ulong first = TakeRandom((shape.Length + 1) / 2);
        return Drawn(shape, factors => RandomNumbers.DropoutFactors(first, factors, rate));
    }

    /// <summary>A constant of independent draws from N(0, 1).</summary>
    public virtual Tensor Normal(Shape shape)
    {
        ulong first = TakeRandom((shape.Length + 1) / 2);
        return Drawn(shape, values => RandomNumbers.Normal(first, values));
    }

    /// <summary>A constant from a rented array: the many large arrays of a training would keep the garbage collector busy.</summary>
    private Tensor Drawn(Shape shape, Action<Span<float>> draw)
    {
        float[] values = ArrayPool<float>.Shared.Rent(shape.Length);
        try
        {
            draw(values.AsSpan(0, shape.Length));
            return Constant(shape, values.AsSpan(0, shape.Length));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(values);
        }
    }

    /// <summary>
    /// A draw from N(mean, e^logVariance), differentiable in both (Kingma and Welling 2014): mean + e^(logVariance / 2) ε, ε from N(0, 1).
    /// </summary>
    public virtual Tensor SampleGaussian(Tensor mean, Tensor logVariance)
    {
        ArgumentNullException.ThrowIfNull(mean);
        return Add(mean, Multiply(Exp(Affine(logVariance, 0.5f, 0)), Normal(mean.Shape)));
    }

    /// <summary>The state of the random stream, from which training resumes bit for bit.</summary>
    public ulong[] RandomState
    {
        get => _random.State;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Length != 1)
                throw new ArgumentException($"The state of the random stream must be 1 number, not {value.Length}.", nameof(value));
            _random.State = value;
        }
    }

    /// <summary>Takes the next numbers of the random stream, each of which yields two random values. Returns where they begin.</summary>
    private protected ulong TakeRandom(int count) => _random.Take(count);

    // ---- Losses ------------------------------------------------------------------------------------------------------------------------

    /// <summary>
    /// -(1/n) Σ_i log softmax(logits_i)[label_i] over the n rows that have a label; 0 if none has one.
    /// </summary>
    /// <param name="logits">[rows x classes].</param>
    /// <param name="labels">The label of each row; rows with -1 are skipped.</param>
    public virtual Tensor SoftmaxCrossEntropy(Tensor logits, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        OperationShapes.SoftmaxCrossEntropy(logits.Shape, labels);
        (int[] rows, int[] columns) = Labelled(labels);
        return rows.Length == 0
            ? Fill(Shape.Scalar, 0)
            : Affine(Sum(Pick(LogSoftmax(GatherRows(logits, rows)), columns)), -1f / rows.Length, 0);
    }

    /// <summary>
    /// (1/n) Σ_i [softplus(z_i) - t_i z_i] over the n elements whose target is not NaN: the binary cross-entropy of sigmoid(z), stable for
    /// every z; 0 if no element has a target.
    /// </summary>
    /// <param name="logits">Any shape.</param>
    /// <param name="targets">One for each logit: 0 to 1, or NaN for no target.</param>
    public virtual Tensor BinaryCrossEntropyWithLogits(Tensor logits, ReadOnlySpan<float> targets)
    {
        ArgumentNullException.ThrowIfNull(logits);
        OperationShapes.RequireCount(targets.Length, logits.Shape.Length, logits.Shape, nameof(BinaryCrossEntropyWithLogits));
        var present = new int[targets.Length];
        var values = new float[targets.Length];
        int count = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            if (!float.IsNaN(targets[i]))
                (present[count], values[count++]) = (i, targets[i]);
        }
        if (count == 0)
            return Fill(Shape.Scalar, 0);
        Tensor z = Reshape(logits, new Shape(targets.Length, 1));
        if (count < targets.Length)
            z = GatherRows(z, present.AsSpan(0, count));
        return BinaryCrossEntropyWithLogits(z, Constant(z.Shape, values.AsSpan(0, count)));
    }

    /// <summary>
    /// (1/n) Σ_i [softplus(z_i) - t_i z_i] over all n elements, with targets that are a tensor already, such as the input of an
    /// autoencoder. Targets get no gradient.
    /// </summary>
    /// <param name="logits">Any shape.</param>
    /// <param name="targets">0 to 1, not NaN; as many elements as logits, in the same order.</param>
    public virtual Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        OperationShapes.RequireCount(targets.Shape.Length, logits.Shape.Length, logits.Shape, nameof(BinaryCrossEntropyWithLogits));
        Tensor z = Reshape(logits, new Shape(logits.Shape.Length, 1));
        // softplus(z) = log(e^z + e^0).
        Tensor softplus = LogSumExp(Concatenate([z, Fill(z.Shape, 0)], 1), 1, keepAxis: true);
        return Affine(Sum(Subtract(softplus, Multiply(z, Reshape(Detach(targets), z.Shape)))), 1f / z.Shape.Length, 0);
    }

    /// <summary>
    /// Σ_{r≠s} max(0, m - KL(softmax(w_r) ‖ softmax(w_s))) over all ordered pairs of rows: the loss on weights of Forced to Learn (2017).
    /// </summary>
    /// <param name="weight">[k x n].</param>
    /// <param name="margin">m, positive.</param>
    public virtual Tensor RowMargin(Tensor weight, float margin)
    {
        ArgumentNullException.ThrowIfNull(weight);
        OperationShapes.RequireRank(weight.Shape, 2, nameof(RowMargin));
        Tensor logP = LogSoftmax(weight);
        Tensor p = Exp(logP);
        Tensor entropies = Sum(Multiply(p, logP), 1, keepAxis: true);
        Tensor divergences = Subtract(entropies, MatMul(p, logP, transposeB: true));
        Tensor hinge = ClampMin(Affine(divergences, -1, margin), 0);
        // A row's divergence from itself is 0, so the diagonal contributes k margins that belong to no pair.
        return Affine(Sum(hinge), 1, -margin * weight.Shape[0]);
    }

    /// <summary>
    /// -(1/N) Σ_i log [ Σ_{j≠i, y_j = y_i} e^(-d_ij / T) / Σ_{j≠i} e^(-d_ij / T) ] over the N rows that have a label: the soft nearest
    /// neighbour loss (Frosst, Papernot and Hinton 2019). A row whose label is unique contributes 0. The loss is 0 if no row has a label.
    /// </summary>
    /// <param name="h">Representations [rows x d].</param>
    /// <param name="labels">The label of each row; rows with -1 are skipped entirely.</param>
    /// <param name="temperature">T, positive.</param>
    /// <param name="distance">d.</param>
    public virtual Tensor SoftNearestNeighbor(Tensor h, ReadOnlySpan<int> labels, float temperature, NeighborDistance distance)
    {
        CheckSoftNearestNeighbor(h, labels, temperature, distance);
        (int[] rows, int[] rowLabels) = Labelled(labels);
        int count = rows.Length;
        var withPartner = new List<int>();
        var others = new float[count * count];
        var partners = new float[count * count];
        for (int i = 0; i < count; i++)
        {
            bool hasPartner = false;
            for (int j = 0; j < count; j++)
            {
                bool isPartner = i != j && rowLabels[i] == rowLabels[j];
                hasPartner |= isPartner;
                others[i * count + j] = i == j ? float.NegativeInfinity : 0;
                partners[i * count + j] = isPartner ? 0 : float.NegativeInfinity;
            }
            if (hasPartner)
                withPartner.Add(i);
        }
        if (withPartner.Count == 0)
            return Fill(Shape.Scalar, 0);

        Tensor labelled = GatherRows(h, rows);
        Tensor distances = distance == NeighborDistance.Cosine ? CosineDistances(labelled, labelled) : SquaredDistances(labelled, labelled);
        Tensor closeness = Affine(distances, -1 / temperature, 0);
        var square = new Shape(count, count);
        Tensor all = LogSumExp(Add(closeness, Constant(square, others)), 1);
        Tensor same = LogSumExp(Add(closeness, Constant(square, partners)), 1);
        int[] counted = [.. withPartner];
        return Affine(Sum(Subtract(GatherRows(all, counted), GatherRows(same, counted))), 1f / count, 0);
    }

    /// <summary>Checks the arguments of <see cref="SoftNearestNeighbor"/>.</summary>
    /// <exception cref="ArgumentException">Shapes do not fit together, or the temperature is not positive.</exception>
    protected static void CheckSoftNearestNeighbor(Tensor h, ReadOnlySpan<int> labels, float temperature, NeighborDistance distance)
    {
        ArgumentNullException.ThrowIfNull(h);
        if (h.Shape.Rank != 2 || h.Shape[0] != labels.Length)
            throw new ArgumentException(
                $"SoftNearestNeighbor: h must be a matrix with one row for each of the {labels.Length} labels, not {h.Shape}.");
        if (!(temperature > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature),
                FormattableString.Invariant($"SoftNearestNeighbor: the temperature is {temperature}; it must be greater than 0."));
        }
        OperationShapes.RequireDefined(distance, nameof(distance));
    }

    /// <summary>The rows that have a label, and their labels.</summary>
    protected static (int[] Rows, int[] Labels) Labelled(ReadOnlySpan<int> labels)
    {
        var rows = new List<int>(labels.Length);
        var kept = new List<int>(labels.Length);
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] < 0)
                continue;
            rows.Add(i);
            kept.Add(labels[i]);
        }
        return ([.. rows], [.. kept]);
    }
}
