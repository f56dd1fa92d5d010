using Disentangle.ML.Tensors;
using TorchSharp;
using static TorchSharp.torch.nn;
using Native = TorchSharp.torch.Tensor;

namespace Disentangle.ML.TorchSharp;

public sealed partial class TorchEngine
{
    // ---- Elementwise -------------------------------------------------------------------------------------------------------------------

    /// <inheritdoc/>
    public override Tensor Add(Tensor a, Tensor b) => Broadcast(a, b, nameof(Add), (x, y) => x.add(y));

    /// <inheritdoc/>
    public override Tensor Subtract(Tensor a, Tensor b) => Broadcast(a, b, nameof(Subtract), (x, y) => x.sub(y));

    /// <inheritdoc/>
    public override Tensor Multiply(Tensor a, Tensor b) => Broadcast(a, b, nameof(Multiply), (x, y) => x.mul(y));

    /// <inheritdoc/>
    public override Tensor Divide(Tensor a, Tensor b) => Broadcast(a, b, nameof(Divide), (x, y) => x.div(y));

    /// <inheritdoc/>
    public override Tensor Affine(Tensor x, float scale, float offset)
    {
        Native y = Use(x);
        if (scale != 1)
            y = y.mul(Number(scale));
        return Result(x.Shape, offset == 0 ? y : y.add(Number(offset)));
    }

    /// <inheritdoc/>
    public override Tensor Exp(Tensor x) => Map(x, native => native.exp());

    /// <inheritdoc/>
    public override Tensor Log(Tensor x) => Map(x, native => native.log());

    /// <inheritdoc/>
    public override Tensor Square(Tensor x) => Map(x, native => native.square());

    /// <inheritdoc/>
    public override Tensor Sqrt(Tensor x) => Map(x, native => native.sqrt());

    /// <inheritdoc/>
    public override Tensor ClampMin(Tensor x, float minimum)
    {
        Native input = Use(x);
        // clamp_min would pass a gradient where x equals the minimum.
        return Result(x.Shape, input.masked_fill(input.le(Number(minimum)), Number(minimum)));
    }

    /// <inheritdoc/>
    public override Tensor Activate(Tensor x, Activation activation)
    {
        OperationShapes.RequireActivation(activation);
        return Map(x, native => Activate(native, activation));
    }

    // ---- Reductions and rearrangement --------------------------------------------------------------------------------------------------

    /// <inheritdoc/>
    public override Tensor Sum(Tensor x) => Result(Shape.Scalar, Use(x).sum());

    /// <inheritdoc/>
    public override Tensor Sum(Tensor x, int axis, bool keepAxis = false)
    {
        Native input = Use(x);
        axis = OperationShapes.Axis(x.Shape, axis, nameof(Sum));
        return Result(OperationShapes.Reduced(x.Shape, axis, keepAxis), input.sum(axis, keepAxis));
    }

    /// <inheritdoc/>
    public override Tensor Max(Tensor x, int axis, bool keepAxis = false)
    {
        Native input = Use(x);
        Shape shape = OperationShapes.Max(x.Shape, axis, keepAxis);
        return Result(shape, input.max(axis, keepAxis).values);
    }

    /// <inheritdoc/>
    public override Tensor LogSumExp(Tensor x, int axis, bool keepAxis = false)
    {
        Native input = Use(x);
        axis = OperationShapes.Axis(x.Shape, axis, nameof(LogSumExp));
        // Where all entries are -inf, the gradient of libtorch is NaN.
        Native isEmpty = input.amax([axis], keepdim: true).eq(Number(float.NegativeInfinity));
        Native result = input.masked_fill(isEmpty, Number(0)).logsumexp(axis, keepdim: true);
        result = result.masked_fill(isEmpty, Number(float.NegativeInfinity));
        return Result(OperationShapes.Reduced(x.Shape, axis, keepAxis), keepAxis ? result : result.squeeze(axis));
    }

    /// <inheritdoc/>
    public override Tensor Softmax(Tensor x)
    {
        Native input = Use(x);
        return Result(x.Shape, input.softmax(OperationShapes.Axis(x.Shape, -1, nameof(Softmax))));
    }

    /// <inheritdoc/>
    public override Tensor LogSoftmax(Tensor x)
    {
        Native input = Use(x);
        return Result(x.Shape, input.log_softmax(OperationShapes.Axis(x.Shape, -1, nameof(LogSoftmax))));
    }

    /// <inheritdoc/>
    public override Tensor Reshape(Tensor x, Shape shape)
    {
        Native input = Use(x);
        return Result(OperationShapes.Reshape(x.Shape, shape), input.reshape(Lengths(shape)));
    }

    /// <inheritdoc/>
    public override Tensor Transpose(Tensor x)
    {
        Native input = Use(x);
        return Result(OperationShapes.Transpose(x.Shape), input.t());
    }

    /// <inheritdoc/>
    public override Tensor Concatenate(ReadOnlySpan<Tensor> parts, int axis)
    {
        var inputs = new Native[parts.Length];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = Use(parts[i]);
        Shape shape = OperationShapes.Concatenate(parts, axis);
        return Result(shape, torch.cat(inputs, axis));
    }

    /// <inheritdoc/>
    public override Tensor Slice(Tensor x, int axis, int start, int length)
    {
        Native input = Use(x);
        Shape shape = OperationShapes.Slice(x.Shape, axis, start, length);
        return Result(shape, input.narrow(axis, start, length));
    }

    /// <inheritdoc/>
    public override Tensor GatherRows(Tensor x, ReadOnlySpan<int> indices)
    {
        Native input = Use(x);
        Shape shape = OperationShapes.GatherRows(x.Shape, indices);
        return Result(shape, input.index_select(0, Upload(indices)));
    }

    /// <inheritdoc/>
    public override Tensor Pick(Tensor x, ReadOnlySpan<int> columns)
    {
        Native input = Use(x);
        Shape shape = OperationShapes.Pick(x.Shape, columns);
        return Result(shape, input.gather(1, Upload(columns).unsqueeze(1)).squeeze(1));
    }

    // ---- Linear algebra ----------------------------------------------------------------------------------------------------------------

    /// <inheritdoc/>
    public override Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
    {
        (Native x, Native y) = (Use(a), Use(b));
        Shape shape = OperationShapes.MatMul(a.Shape, b.Shape, transposeA, transposeB);
        return Result(shape, torch.matmul(transposeA ? x.t() : x, transposeB ? y.t() : y));
    }

    /// <summary>activation(x Wᵀ + b): x [rows x in], W [out x in], b [out] or null.</summary>
    public override Tensor Linear(Tensor x, Tensor weight, Tensor? bias, Activation activation = Activation.Identity)
    {
        (Native input, Native w, Native? b) = (Use(x), Use(weight), bias is null ? null : Use(bias));
        Shape shape = OperationShapes.Linear(x.Shape, weight.Shape, bias?.Shape, activation);
        return Result(shape, Activate(functional.linear(input, w, b), activation));
    }

    private TorchTensor Map(Tensor x, Func<Native, Native> operation)
    {
        Native input = Use(x);
        return Result(x.Shape, operation(input));
    }

    private TorchTensor Broadcast(Tensor a, Tensor b, string name, Func<Native, Native, Native> operation)
    {
        (Native x, Native y) = (Use(a), Use(b));
        Shape shape = OperationShapes.Broadcast(a.Shape, b.Shape, name);
        return Result(shape, operation(x, y));
    }

    private Native Activate(Native x, Activation activation) => activation switch
    {
        Activation.ReLU => x.relu(),
        Activation.LeakyReLU => x.leaky_relu(Number(0.01f)),
        Activation.Sigmoid => x.sigmoid(),
        Activation.Tanh => x.tanh(),
        _ => x,
    };
}
