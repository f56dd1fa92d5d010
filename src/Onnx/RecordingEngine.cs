using System.Runtime.CompilerServices;
using Disentangle.ML.Onnx.Protobuf;
using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Onnx;

/// <summary>
/// Computes nothing: it writes down, as nodes of a graph, the operations that a network asks for, so that the graph is the network
/// whatever it is made of.
/// It shows the network <see cref="RowCount"/> rows, sequences of one step each; the graph takes any number. Parameters of another engine
/// become constants.
/// </summary>
/// <param name="graph">Where the nodes go.</param>
/// <param name="names">What the constants that parameters become are called.</param>
/// <param name="lengths">The number of steps of each sequence in the graph, Int64 [rows], or null for rows that are no sequences.</param>
internal sealed class RecordingEngine(Graph graph, IEnumerable<Parameter> names, string? lengths = null)
    : Engine(seed: 0), ISequenceRecorder
{
    /// <summary>The number of rows that networks are shown.</summary>
    public const int RowCount = 3;

    private readonly Dictionary<Tensor, string> _parameterNames =
        names.ToDictionary(parameter => parameter.Value, parameter => parameter.Name);
    private readonly Dictionary<Tensor, RecordedTensor> _constants = [];

    /// <summary>A tensor of the graph as the rows of a network's input.</summary>
    public Tensor Input(string name, int width) =>
        new RecordedTensor(this, new Shape(RowCount, width), name, lengths is null ? Layout.Rows : Layout.Steps);

    /// <summary>The graph's name of a tensor.</summary>
    public string NameOf(Tensor tensor) => Recorded(tensor).Name;

    // ---- Lifetime and training: nothing of it is recorded ------------------------------------------------------------------------------

    public override bool IsTraining => false;

    public override IDisposable BeginStep(bool training, bool keepGradients = false) => throw Unsupported();

    public override Parameter CreateParameter(string name, Shape shape, ReadOnlySpan<float> values) => throw Unsupported();

    public override void SetValues(Parameter parameter, ReadOnlySpan<float> values) => throw Unsupported();

    public override void Backward(Tensor loss) => throw Unsupported();

    public override void CopyGradient(Parameter parameter, Span<float> destination) => throw Unsupported();

    public override Optimizer CreateOptimizer(IReadOnlyList<Parameter> parameters, AdamOptions options) => throw Unsupported();

    public override Tensor Normal(Shape shape) => throw Unsupported();

    public override Tensor SoftmaxCrossEntropy(Tensor logits, ReadOnlySpan<int> labels) => throw Unsupported();

    public override Tensor BinaryCrossEntropyWithLogits(Tensor logits, ReadOnlySpan<float> targets) => throw Unsupported();

    public override Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor targets) => throw Unsupported();

    public override Tensor Pick(Tensor x, ReadOnlySpan<int> columns) => throw Unsupported();

    public override Tensor Dropout(Tensor x, float rate) => x;

    public override Tensor Detach(Tensor x) => x;

    public override void Dispose() { }

    // ---- Elementwise -------------------------------------------------------------------------------------------------------------------

    public override Tensor Constant(Shape shape, ReadOnlySpan<float> values) =>
        new RecordedTensor(this, shape, graph.Constant(values, Dims(shape)), Layout.Constant);

    public override Tensor Fill(Shape shape, float value) =>
        new RecordedTensor(this, shape, Scalar(value), Layout.Constant) { Fill = value };

    public override Tensor Add(Tensor a, Tensor b) => Combine("Add", a, b);

    public override Tensor Subtract(Tensor a, Tensor b) => Combine("Sub", a, b);

    public override Tensor Multiply(Tensor a, Tensor b) => Combine("Mul", a, b);

    public override Tensor Divide(Tensor a, Tensor b) => Combine("Div", a, b);

    public override Tensor Affine(Tensor x, float scale, float offset)
    {
        if (scale != 1)
            x = Like(x, "Mul", [NameOf(x), Scalar(scale)]);
        return offset == 0 ? x : Like(x, "Add", [NameOf(x), Scalar(offset)]);
    }

    public override Tensor Exp(Tensor x) => Like(x, "Exp", [NameOf(x)]);

    public override Tensor Log(Tensor x) => Like(x, "Log", [NameOf(x)]);

    public override Tensor Square(Tensor x) => Like(x, "Mul", [NameOf(x), NameOf(x)]);

    public override Tensor Sqrt(Tensor x) => Like(x, "Sqrt", [NameOf(x)]);

    public override Tensor ClampMin(Tensor x, float minimum) => Like(x, "Max", [NameOf(x), Scalar(minimum)]);

    public override Tensor Activate(Tensor x, Activation activation) => activation switch
    {
        Activation.Identity => x,
        Activation.ReLU => Like(x, "Relu", [NameOf(x)]),
        Activation.LeakyReLU => Like(x, "LeakyRelu", [NameOf(x)], ("alpha", 0.01f)),
        Activation.Sigmoid => Like(x, "Sigmoid", [NameOf(x)]),
        Activation.Tanh => Like(x, "Tanh", [NameOf(x)]),
        _ => throw new NotSupportedException($"The activation {activation} has no counterpart in the graph."),
    };

    public override Tensor Softmax(Tensor x) => Like(x, "Softmax", [NameOf(x)], ("axis", -1L));

    public override Tensor LogSoftmax(Tensor x) => Like(x, "LogSoftmax", [NameOf(x)], ("axis", -1L));

    // ---- Reductions and rearrangement --------------------------------------------------------------------------------------------------

    public override Tensor Sum(Tensor x)
    {
        RequireConstant(x);
        return new RecordedTensor(this, Shape.Scalar, graph.Add("ReduceSum", [NameOf(x)], ("keepdims", 0L)), Layout.Constant);
    }

    public override Tensor Sum(Tensor x, int axis, bool keepAxis = false) => Reduce("ReduceSum", x, axis, keepAxis);

    public override Tensor Max(Tensor x, int axis, bool keepAxis = false) => Reduce("ReduceMax", x, axis, keepAxis);

    public override Tensor LogSumExp(Tensor x, int axis, bool keepAxis = false) => Reduce("ReduceLogSumExp", x, axis, keepAxis);

    public override Tensor Transpose(Tensor x)
    {
        RequireConstant(x);
        return new RecordedTensor(this, new Shape(x.Shape[1], x.Shape[0]), graph.Add("Transpose", [NameOf(x)]), Layout.Constant);
    }

    public override Tensor Reshape(Tensor x, Shape shape)
    {
        RecordedTensor recorded = Recorded(x);
        if (shape.Length != x.Shape.Length)
            throw new ArgumentException($"A tensor of shape {x.Shape} cannot have shape {shape}.");
        if (recorded.Layout == Layout.Constant)
            return recorded.Fill is { } value
                ? Fill(shape, value)
                : new RecordedTensor(this, shape, Reshaped(recorded.Name, Dims(shape)), Layout.Constant);
        // The other axes may be joined and split, the rows stay.
        if (recorded.Layout == Layout.Steps || shape.Rank == 0 || shape[0] != RowCount)
            throw Unsupported();
        long[] dims = Dims(shape);
        dims[0] = -1;
        return new RecordedTensor(this, shape, Reshaped(recorded.Name, dims), Layout.Rows);
    }

    public override Tensor Concatenate(ReadOnlySpan<Tensor> parts, int axis)
    {
        RecordedTensor[] recorded = [.. parts.ToArray().Select(Recorded)];
        Shape first = recorded[0].Shape;
        long fromEnd = FromEnd(first, axis);
        RecordedTensor? rows = recorded.FirstOrDefault(part => part.Layout != Layout.Constant);
        if (rows is not null && (rows.Layout == Layout.Steps || fromEnd == -first.Rank))
            throw Unsupported();
        string[] tensors = [.. recorded.Select(part => part.Layout == Layout.Constant ? Whole(part, rows) : part.Name)];
        int length = recorded.Sum(part => part.Shape[axis]);
        return new RecordedTensor(
            this, With(first, axis, length), graph.Add("Concat", tensors, ("axis", fromEnd)), rows?.Layout ?? Layout.Constant);
    }

    public override Tensor Slice(Tensor x, int axis, int start, int length)
    {
        long fromEnd = FromEnd(x.Shape, axis);
        if (Recorded(x).Layout != Layout.Constant && fromEnd == -x.Shape.Rank)
            throw Unsupported();
        string slice = graph.Add("Slice", [NameOf(x), graph.Integers(start), graph.Integers(start + length), graph.Integers(fromEnd)]);
        return new RecordedTensor(this, With(x.Shape, axis, length), slice, Recorded(x).Layout);
    }

    public override Tensor GatherRows(Tensor x, ReadOnlySpan<int> indices)
    {
        RequireConstant(x);
        string rows = graph.Add("Gather", [NameOf(x), graph.Integers([.. indices.ToArray().Select(index => (long)index)])]);
        return new RecordedTensor(this, With(x.Shape, 0, indices.Length), rows, Layout.Constant);
    }

    // ---- Linear algebra ----------------------------------------------------------------------------------------------------------------

    public override Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
    {
        if (transposeA)
            a = Transpose(a);
        if (transposeB)
            b = Transpose(b);
        RequireConstant(b);
        return new RecordedTensor(this, new Shape(a.Shape[0], b.Shape[1]), graph.Add("MatMul", [NameOf(a), NameOf(b)]), Recorded(a).Layout);
    }

    // ---- Images and sequences ----------------------------------------------------------------------------------------------------------

    public override Tensor Convolution2D(
        Tensor x, Tensor weight, Tensor? bias, Padding padding, Activation activation = Activation.Identity)
    {
        Shape image = x.Shape, filters = weight.Shape;
        (int height, int width) = (filters[1] - 1, filters[2] - 1);
        bool same = padding == Padding.Same;
        string[] inputs =
            [ChannelsFirst(NameOf(x)), ChannelsFirst(NameOf(weight)), .. bias is null ? Array.Empty<string>() : [NameOf(bias)]];
        string y = graph.Add("Conv", inputs, ("kernel_shape", new long[] { filters[1], filters[2] }),
            ("pads", same ? new long[] { height / 2, width / 2, height - height / 2, width - width / 2 } : new long[4]));
        var shape = new Shape(image[0], same ? image[1] : image[1] - height, same ? image[2] : image[2] - width, filters[0]);
        return Activate(new RecordedTensor(this, shape, ChannelsLast(y), Recorded(x).Layout), activation);
    }

    public override Tensor MaxPool2D(Tensor x, int size)
    {
        long[] sides = [size, size];
        string y = graph.Add("MaxPool", [ChannelsFirst(NameOf(x))], ("kernel_shape", sides), ("strides", sides));
        return new RecordedTensor(this, new Shape(x.Shape[0], x.Shape[1] / size, x.Shape[2] / size, x.Shape[3]), ChannelsLast(y),
            Recorded(x).Layout);
    }

    public override Tensor UpSample2D(Tensor x, int factor)
    {
        string scales = graph.Constant([1f, 1f, factor, factor], [4]);
        string y = graph.Add("Resize", [ChannelsFirst(NameOf(x)), "", scales],
            ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
        return new RecordedTensor(
            this, new Shape(x.Shape[0], x.Shape[1] * factor, x.Shape[2] * factor, x.Shape[3]), ChannelsLast(y), Recorded(x).Layout);
    }

    public override Tensor MaxOverTime(Tensor x, ReadOnlySpan<int> lengths) => throw Unsupported();

    public override Tensor Gru(Tensor x, ReadOnlySpan<int> lengths, Tensor inputWeight, Tensor hiddenWeight, Tensor inputBias,
        Tensor hiddenBias, Tensor? initialState = null)
    {
        CheckGru(x, lengths, inputWeight, hiddenWeight, inputBias, hiddenBias, initialState);
        RequireSteps(x);
        int hidden = hiddenWeight.Shape[1];
        string initial = initialState is null ? "" : Unsqueezed(NameOf(initialState), 0);
        string states = graph.Unique("GRU"), last = graph.Unique("GRU.last");
        string biases = graph.Add("Concat", [Gates(inputBias, hidden), Gates(hiddenBias, hidden)], ("axis", 0L));
        graph.AddTo(states, "GRU",
            [
                graph.Add("Transpose", [NameOf(x)], ("perm", new long[] { 1, 0, 2 })),
                Unsqueezed(Gates(inputWeight, hidden), 0), Unsqueezed(Gates(hiddenWeight, hidden), 0), Unsqueezed(biases, 0),
                graph.Cast(Lengths, TensorProto.Types.DataType.Int32), initial,
            ],
            ("hidden_size", (long)hidden), ("linear_before_reset", 1L));
        graph.Nodes[^1].Output.Add(last);
        // [steps x directions x sequences x hidden].
        string bySequence = graph.Add(
            "Transpose", [graph.Add("Squeeze", [states], ("axes", new long[] { 1 }))], ("perm", new long[] { 1, 0, 2 }));
        return new RecordedTensor(this, new Shape(x.Shape[0], hidden), bySequence, Layout.Steps)
        {
            LastSteps = graph.Add("Squeeze", [last], ("axes", new long[] { 0 })),
        };
    }

    public override Tensor LastSteps(Tensor x, ReadOnlySpan<int> lengths) => Recorded(x) is { LastSteps: { } last }
        ? new RecordedTensor(this, new Shape(lengths.Length, x.Shape[1]), last, Layout.Rows)
        : throw Unsupported();

    public Tensor LookUp(Tensor table, Tensor numbers)
    {
        RequireSteps(numbers);
        // Whatever the padding holds, its word is the first.
        string zero = graph.Integer(0);
        string words = graph.Add("Where",
            [StepMask(NameOf(numbers)), graph.Cast(NameOf(numbers), TensorProto.Types.DataType.Int64), zero]);
        string vectors = graph.Add("Gather", [NameOf(table), graph.Add("Squeeze", [words], ("axes", new long[] { 2 }))]);
        return new RecordedTensor(this, new Shape(numbers.Shape[0], table.Shape[1]), vectors, Layout.Steps);
    }

    public Tensor GreatestWindow(Tensor steps, Tensor weight, Tensor bias, Activation activation)
    {
        RequireSteps(steps);
        int filters = weight.Shape[0], width = weight.Shape[1];
        string known = graph.Add("Where", [StepMask(NameOf(steps)), NameOf(steps), Scalar(0)]);
        string channelsFirst = graph.Add("Transpose", [known], ("perm", new long[] { 0, 2, 1 }));
        string weights = graph.Add("Transpose", [NameOf(weight)], ("perm", new long[] { 0, 2, 1 }));
        // As many windows as steps: [sequences x filters x steps].
        string windows = graph.Add("Conv", [channelsFirst, weights, NameOf(bias)], ("kernel_shape", new long[] { width }),
            ("pads", new long[] { 0, width - 1 }));
        var output = (RecordedTensor)Activate(new RecordedTensor(this, new Shape(RowCount, filters), windows, Layout.Rows), activation);
        // A sequence has windows 0 to length - width, and the first even where it is shorter than that.
        string last = graph.Add("Max", [graph.Add("Sub", [Lengths, graph.Integer(width)]), graph.Integer(0)]);
        string valid = graph.Add("Not", [graph.Add("Greater", [Positions(windows, 2), Unsqueezed(Unsqueezed(last, 1), 2)])]);
        string counted = graph.Add("Where", [valid, output.Name, Scalar(float.NegativeInfinity)]);
        return new RecordedTensor(
            this, new Shape(RowCount, filters), graph.Add("ReduceMax", [counted], ("axes", new long[] { 2 }), ("keepdims", 0L)),
            Layout.Rows);
    }

    // ---- Pieces ------------------------------------------------------------------------------------------------------------------------

    private string Lengths => lengths ?? throw Unsupported();

    private static NotSupportedException Unsupported([CallerMemberName] string operation = "") =>
        new($"The network uses {operation} in a way that has no counterpart in the graph.");

    private RecordedTensor Recorded(Tensor tensor)
    {
        if (tensor is RecordedTensor recorded)
            return recorded;
        if (!_constants.TryGetValue(tensor, out RecordedTensor? constant))
        {
            string name = graph.Constant(tensor.ToArray(), Dims(tensor.Shape), _parameterNames.GetValueOrDefault(tensor, "constant"));
            constant = _constants[tensor] = new RecordedTensor(this, tensor.Shape, name, Layout.Constant);
        }
        return constant;
    }

    private string Scalar(float value) => graph.Constant([value], []);

    private RecordedTensor Like(Tensor x, string operation, string[] inputs, params (string, object)[] attributes) =>
        new(this, x.Shape, graph.Add(operation, inputs, attributes), Recorded(x).Layout);

    private RecordedTensor Combine(string operation, Tensor a, Tensor b, [CallerMemberName] string caller = "")
    {
        (RecordedTensor left, RecordedTensor right) = (Recorded(a), Recorded(b));
        Shape shape = Broadcast(a.Shape, b.Shape);
        Layout layout = left.Layout == Layout.Constant ? right.Layout : left.Layout;
        foreach (RecordedTensor part in new[] { left, right })
        {
            // Another layout, or values that differ from row to row of those that the network was shown.
            bool isByRow = part.Layout == Layout.Constant && part.Fill is null && part.Shape.Rank == shape.Rank && shape.Rank > 0
                && part.Shape[0] != 1;
            if (layout != Layout.Constant && part.Layout != layout && (part.Layout != Layout.Constant || isByRow))
                throw Unsupported(caller);
        }
        return layout == Layout.Constant
            ? new RecordedTensor(this, shape, graph.Add(operation, [Whole(left, null), Whole(right, null)]), layout)
            : new RecordedTensor(this, shape, graph.Add(operation, [left.Name, right.Name]), layout);
    }

    private RecordedTensor Reduce(string operation, Tensor x, int axis, bool keepAxis)
    {
        long fromEnd = FromEnd(x.Shape, axis);
        if (Recorded(x).Layout != Layout.Constant && fromEnd == -x.Shape.Rank)
            throw Unsupported(operation);
        string y = graph.Add(operation, [NameOf(x)], ("axes", new[] { fromEnd }), ("keepdims", keepAxis ? 1L : 0L));
        Shape shape = With(x.Shape, axis, 1);
        if (!keepAxis)
            shape = Of([.. Dims(x.Shape).Where((_, i) => i != x.Shape.Rank + fromEnd)]);
        return new RecordedTensor(this, shape, y, Recorded(x).Layout);
    }

    /// <summary>A constant with all its elements; for one that has the same value throughout, with as many rows as others.</summary>
    private string Whole(RecordedTensor constant, RecordedTensor? rows)
    {
        if (constant.Fill is null)
            return rows is null ? constant.Name : throw Unsupported(nameof(Concatenate));
        string shape = graph.Integers(Dims(constant.Shape));
        if (rows is not null)
        {
            string count = graph.Add("Gather", [graph.Add("Shape", [rows.Name]), graph.Integers(0)]);
            shape = graph.Add("Concat", [count, graph.Integers(Dims(constant.Shape)[1..])], ("axis", 0L));
        }
        return graph.Add("Expand", [constant.Name, shape]);
    }

    private string Reshaped(string tensor, long[] dims) => graph.Add("Reshape", [tensor, graph.Integers(dims)]);

    private string Unsqueezed(string tensor, long axis) => graph.Add("Unsqueeze", [tensor], ("axes", new[] { axis }));

    private string ChannelsFirst(string tensor) => graph.Add("Transpose", [tensor], ("perm", new long[] { 0, 3, 1, 2 }));

    private string ChannelsLast(string tensor) => graph.Add("Transpose", [tensor], ("perm", new long[] { 0, 2, 3, 1 }));

    /// <summary>The gates in ONNX's order: z, r, n.</summary>
    private string Gates(Tensor x, int hidden)
    {
        RequireConstant(x);
        return graph.Add("Concat",
            [NameOf(Slice(x, 0, hidden, hidden)), NameOf(Slice(x, 0, 0, hidden)), NameOf(Slice(x, 0, 2 * hidden, hidden))], ("axis", 0L));
    }

    /// <summary>0, 1, ... along an axis of a tensor.</summary>
    private string Positions(string tensor, long axis) => graph.Add("Range",
        [graph.Integer(0), graph.Add("Gather", [graph.Add("Shape", [tensor]), graph.Integer(axis)]), graph.Integer(1)]);

    /// <summary>Which steps of [sequences x steps x columns] count: [sequences x steps x 1].</summary>
    private string StepMask(string tensor) =>
        Unsqueezed(graph.Add("Less", [Unsqueezed(Positions(tensor, 1), 0), Unsqueezed(Lengths, 1)]), 2);

    private void RequireConstant(Tensor x, [CallerMemberName] string operation = "")
    {
        if (Recorded(x).Layout != Layout.Constant)
            throw Unsupported(operation);
    }

    private void RequireSteps(Tensor x, [CallerMemberName] string operation = "")
    {
        if (Recorded(x).Layout != Layout.Steps)
            throw Unsupported(operation);
    }

    private static long FromEnd(Shape shape, int axis)
    {
        _ = shape[axis];
        return axis < 0 ? axis : axis - shape.Rank;
    }

    private static long[] Dims(Shape shape) => [.. Enumerable.Range(0, shape.Rank).Select(axis => (long)shape[axis])];

    private static Shape Of(long[] dims) => dims switch
    {
        [] => Shape.Scalar,
        [var a] => new((int)a),
        [var a, var b] => new((int)a, (int)b),
        [var a, var b, var c] => new((int)a, (int)b, (int)c),
        _ => new((int)dims[0], (int)dims[1], (int)dims[2], (int)dims[3]),
    };

    private static Shape With(Shape shape, int axis, int length)
    {
        long[] dims = Dims(shape);
        dims[axis < 0 ? axis + shape.Rank : axis] = length;
        return Of(dims);
    }

    private static Shape Broadcast(Shape a, Shape b)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        var dims = new long[rank];
        for (int i = 1; i <= rank; i++)
        {
            int left = i <= a.Rank ? a[-i] : 1, right = i <= b.Rank ? b[-i] : 1;
            if (left != right && left != 1 && right != 1)
                throw new ArgumentException($"Shapes {a} and {b} cannot be broadcast together.");
            dims[^i] = left == 1 ? right : left;
        }
        return Of(dims);
    }
}
