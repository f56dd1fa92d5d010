namespace Disentangle.ML.Tensors.Tests;

/// <summary>An engine without fused operations: what <see cref="Engine"/> composes stays composed; all else goes to a <see cref="ManagedEngine"/>.</summary>
internal sealed class CompositionEngine : Engine
{
    private readonly ManagedEngine _engine = new(threads: 1, seed: 1);

    public override bool IsTraining => _engine.IsTraining;

    public override ulong[] RandomState
    {
        get => _engine.RandomState;
        set => _engine.RandomState = value;
    }

    public override IDisposable BeginStep(bool training) => _engine.BeginStep(training);

    public override Parameter CreateParameter(string name, Shape shape, ReadOnlySpan<float> values) => _engine.CreateParameter(name, shape, values);

    public override void SetValues(Parameter parameter, ReadOnlySpan<float> values) => _engine.SetValues(parameter, values);

    public override Tensor Constant(Shape shape, ReadOnlySpan<float> values) => _engine.Constant(shape, values);

    public override Tensor Fill(Shape shape, float value) => _engine.Fill(shape, value);

    public override Tensor Reshape(Tensor x, Shape shape) => _engine.Reshape(x, shape);

    public override Tensor Detach(Tensor x) => _engine.Detach(x);

    public override void Backward(Tensor loss) => _engine.Backward(loss);

    public override void CopyGradient(Parameter parameter, Span<float> destination) => _engine.CopyGradient(parameter, destination);

    public override Optimizer CreateOptimizer(IReadOnlyList<Parameter> parameters, OptimizerOptions options) => _engine.CreateOptimizer(parameters, options);

    public override void Dispose() => _engine.Dispose();

    public override Tensor Add(Tensor a, Tensor b) => _engine.Add(a, b);

    public override Tensor Subtract(Tensor a, Tensor b) => _engine.Subtract(a, b);

    public override Tensor Multiply(Tensor a, Tensor b) => _engine.Multiply(a, b);

    public override Tensor Divide(Tensor a, Tensor b) => _engine.Divide(a, b);

    public override Tensor Affine(Tensor x, float scale, float offset) => _engine.Affine(x, scale, offset);

    public override Tensor Exp(Tensor x) => _engine.Exp(x);

    public override Tensor Log(Tensor x) => _engine.Log(x);

    public override Tensor Square(Tensor x) => _engine.Square(x);

    public override Tensor Sqrt(Tensor x) => _engine.Sqrt(x);

    public override Tensor ClampMin(Tensor x, float minimum) => _engine.ClampMin(x, minimum);

    public override Tensor Activate(Tensor x, Activation activation) => _engine.Activate(x, activation);

    public override Tensor Sum(Tensor x) => _engine.Sum(x);

    public override Tensor Sum(Tensor x, int axis, bool keepAxis = false) => _engine.Sum(x, axis, keepAxis);

    public override Tensor Max(Tensor x, int axis, bool keepAxis = false) => _engine.Max(x, axis, keepAxis);

    public override Tensor LogSumExp(Tensor x, int axis, bool keepAxis = false) => _engine.LogSumExp(x, axis, keepAxis);

    public override Tensor Softmax(Tensor x) => _engine.Softmax(x);

    public override Tensor LogSoftmax(Tensor x) => _engine.LogSoftmax(x);

    public override Tensor Transpose(Tensor x) => _engine.Transpose(x);

    public override Tensor Concatenate(ReadOnlySpan<Tensor> parts, int axis) => _engine.Concatenate(parts, axis);

    public override Tensor Slice(Tensor x, int axis, int start, int length) => _engine.Slice(x, axis, start, length);

    public override Tensor GatherRows(Tensor x, ReadOnlySpan<int> indices) => _engine.GatherRows(x, indices);

    public override Tensor Pick(Tensor x, ReadOnlySpan<int> columns) => _engine.Pick(x, columns);

    public override Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false) => _engine.MatMul(a, b, transposeA, transposeB);

    public override Tensor Convolution2D(Tensor x, Tensor weight, Tensor? bias, Padding padding, Activation activation = Activation.Identity) =>
        _engine.Convolution2D(x, weight, bias, padding, activation);

    public override Tensor MaxPool2D(Tensor x, int size) => _engine.MaxPool2D(x, size);

    public override Tensor UpSample2D(Tensor x, int factor) => _engine.UpSample2D(x, factor);

    public override Tensor MaxOverTime(Tensor x, ReadOnlySpan<int> lengths) => _engine.MaxOverTime(x, lengths);

    public override Tensor Dropout(Tensor x, float rate) => _engine.Dropout(x, rate);

    public override Tensor Normal(Shape shape) => _engine.Normal(shape);

    public override Tensor SoftmaxCrossEntropy(Tensor logits, ReadOnlySpan<int> labels)
    {
        int[] all = labels.ToArray();
        int[] rows = [.. Enumerable.Range(0, all.Length).Where(i => all[i] >= 0)];
        int[] picked = [.. rows.Select(i => all[i])];
        return rows.Length == 0 ? Fill(Shape.Scalar, 0) : -Mean(Pick(GatherRows(LogSoftmax(logits), rows), picked));
    }

    public override Tensor BinaryCrossEntropyWithLogits(Tensor logits, ReadOnlySpan<float> targets)
    {
        float[] present = [.. targets.ToArray().Select(target => float.IsNaN(target) ? 0f : 1f)];
        float[] values = [.. targets.ToArray().Select(target => float.IsNaN(target) ? 0f : target)];
        // softplus(z) = log(e^0 + e^z).
        Tensor z = Reshape(logits, new Shape(targets.Length, 1));
        Tensor softplus = LogSumExp(Concatenate([z, Affine(z, 0, 0)], 1), 1);
        var shape = new Shape(targets.Length);
        Tensor losses = Multiply(Constant(shape, present), Subtract(softplus, Multiply(Constant(shape, values), Reshape(z, shape))));
        return Affine(Sum(losses), 1 / Math.Max(1, present.Sum()), 0);
    }
}
