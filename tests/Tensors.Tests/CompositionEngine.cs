namespace Disentangle.ML.Tensors.Tests;

/// <summary>
/// An engine that implements the abstract members alone, by a <see cref="ManagedEngine"/>: all else is as <see cref="Engine"/> composes it.
/// </summary>
internal class CompositionEngine() : Engine(seed: 1)
{
    private readonly ManagedEngine _engine = new(threads: 1, seed: 1);

    public override bool IsTraining => _engine.IsTraining;

    public override IDisposable BeginStep(bool training, bool keepGradients = false) => _engine.BeginStep(training, keepGradients);

    public override Parameter CreateParameter(string name, Shape shape, ReadOnlySpan<float> values) =>
        _engine.CreateParameter(name, shape, values);

    public override void SetValues(Parameter parameter, ReadOnlySpan<float> values) => _engine.SetValues(parameter, values);

    public override Tensor Constant(Shape shape, ReadOnlySpan<float> values) => _engine.Constant(shape, values);

    public override Tensor Reshape(Tensor x, Shape shape) => _engine.Reshape(x, shape);

    public override Tensor Detach(Tensor x) => _engine.Detach(x);

    public override void Backward(Tensor loss) => _engine.Backward(loss);

    public override void CopyGradient(Parameter parameter, Span<float> destination) => _engine.CopyGradient(parameter, destination);

    public override Optimizer CreateOptimizer(IReadOnlyList<Parameter> parameters, AdamOptions options) =>
        _engine.CreateOptimizer(parameters, options);

    public override void Dispose() => _engine.Dispose();

    public override Tensor Add(Tensor a, Tensor b) => _engine.Add(a, b);

    public override Tensor Multiply(Tensor a, Tensor b) => _engine.Multiply(a, b);

    public override Tensor Divide(Tensor a, Tensor b) => _engine.Divide(a, b);

    public override Tensor Affine(Tensor x, float scale, float offset) => _engine.Affine(x, scale, offset);

    public override Tensor Exp(Tensor x) => _engine.Exp(x);

    public override Tensor Log(Tensor x) => _engine.Log(x);

    public override Tensor Sqrt(Tensor x) => _engine.Sqrt(x);

    public override Tensor ClampMin(Tensor x, float minimum) => _engine.ClampMin(x, minimum);

    public override Tensor Activate(Tensor x, Activation activation) => _engine.Activate(x, activation);

    public override Tensor Sum(Tensor x, int axis, bool keepAxis = false) => _engine.Sum(x, axis, keepAxis);

    public override Tensor Max(Tensor x, int axis, bool keepAxis = false) => _engine.Max(x, axis, keepAxis);

    public override Tensor Transpose(Tensor x) => _engine.Transpose(x);

    public override Tensor Concatenate(ReadOnlySpan<Tensor> parts, int axis) => _engine.Concatenate(parts, axis);

    public override Tensor Slice(Tensor x, int axis, int start, int length) => _engine.Slice(x, axis, start, length);

    public override Tensor GatherRows(Tensor x, ReadOnlySpan<int> indices) => _engine.GatherRows(x, indices);

    public override Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false) =>
        _engine.MatMul(a, b, transposeA, transposeB);
}
