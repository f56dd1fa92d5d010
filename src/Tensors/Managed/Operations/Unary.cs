using Disentangle.ML.Tensors.Managed;
using Disentangle.ML.Tensors.Managed.Functions;
using Disentangle.ML.Tensors.Managed.Kernels;

namespace Disentangle.ML.Tensors;

public sealed unsafe partial class ManagedEngine
{
    /// <inheritdoc/>
    public override Tensor Affine(Tensor x, float scale, float offset) => new AffineNode(this, Use(x), scale, offset);

    /// <inheritdoc/>
    public override Tensor Exp(Tensor x) => Map(new Exp(), new Multiply(), Use(x), savesResult: true);

    /// <inheritdoc/>
    public override Tensor Log(Tensor x) => Map(new Log(), new Divide(), Use(x), savesResult: false);

    /// <inheritdoc/>
    public override Tensor Square(Tensor x) => Map(new Square(), new SquareGradient(), Use(x), savesResult: false);

    /// <inheritdoc/>
    public override Tensor Sqrt(Tensor x) => Map(new Sqrt(), new SqrtGradient(), Use(x), savesResult: true);

    /// <inheritdoc/>
    public override Tensor ClampMin(Tensor x, float minimum) =>
        Map(new ClampMin(minimum), new ClampMinGradient(minimum), Use(x), savesResult: false);

    /// <inheritdoc/>
    public override Tensor Activate(Tensor x, Activation activation)
    {
        OperationShapes.RequireActivation(activation);
        return activation switch
        {
            Activation.ReLU => Map(new ReLU(), new ReLUGradient(), Use(x), savesResult: true),
            Activation.LeakyReLU => Map(new LeakyReLU(), new LeakyReLUGradient(), Use(x), savesResult: true),
            Activation.Sigmoid => Map(new Sigmoid(), new SigmoidGradient(), Use(x), savesResult: true),
            Activation.Tanh => Map(new Tanh(), new TanhGradient(), Use(x), savesResult: true),
            _ => Use(x),
        };
    }

    /// <summary>gradient = gradient * activation'(x), in place, given the activation's result.</summary>
    private void MultiplyByDerivative(Activation activation, float* gradient, float* result, int length)
    {
        switch (activation)
        {
            case Activation.ReLU:
                Elementwise.Map(new ReLUGradient(), gradient, result, gradient, length, false, Threads);
                break;
            case Activation.LeakyReLU:
                Elementwise.Map(new LeakyReLUGradient(), gradient, result, gradient, length, false, Threads);
                break;
            case Activation.Sigmoid:
                Elementwise.Map(new SigmoidGradient(), gradient, result, gradient, length, false, Threads);
                break;
            case Activation.Tanh:
                Elementwise.Map(new TanhGradient(), gradient, result, gradient, length, false, Threads);
                break;
        }
    }

    private UnaryNode<G> Map<F, G>(F function, G gradient, ManagedTensor x, bool savesResult)
        where F : unmanaged, IUnaryFunction
        where G : unmanaged, IBinaryFunction
    {
        var result = new UnaryNode<G>(this, x, gradient, savesResult);
        Elementwise.Map(function, x.Data, result.Data, x.Length, false, Threads);
        return result;
    }

    /// <summary>f(x), where the backward pass is a function of the gradient and of x or f(x).</summary>
    private sealed class UnaryNode<G>(ManagedEngine engine, ManagedTensor input, G derivative, bool savesResult)
        : ManagedTensor(engine, input.Shape, engine.Records(input)) where G : unmanaged, IBinaryFunction
    {
        protected override void Backward(float* gradient)
        {
            float* saved = savesResult ? Data : input.Data;
            bool accumulate = false;
            float* target = input.TryTakeGradient(gradient) ? gradient : input.GradientTarget(out accumulate);
            Elementwise.Map(derivative, gradient, saved, target, Length, accumulate, Managed.Threads);
        }
    }

    private sealed class AffineNode : ManagedTensor
    {
        private readonly ManagedTensor _input;
        private readonly float _scale;

        public AffineNode(ManagedEngine engine, ManagedTensor input, float scale, float offset)
            : base(engine, input.Shape, engine.Records(input))
        {
            (_input, _scale) = (input, scale);
            Elementwise.Map(new Scale(scale, offset), input.Data, Data, Length, false, engine.Threads);
        }

        protected override void Backward(float* gradient)
        {
            bool accumulate = false;
            float* target = _input.TryTakeGradient(gradient) ? gradient : _input.GradientTarget(out accumulate);
            Elementwise.Map(new Scale(_scale, 0), gradient, target, Length, accumulate, Managed.Threads);
        }
    }
}
