using Disentangle.ML.Tensors.Managed;
using Disentangle.ML.Tensors.Managed.Kernels;

namespace Disentangle.ML.Tensors;

public sealed unsafe partial class ManagedEngine
{
    /// <inheritdoc/>
    public override Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
    {
        (ManagedTensor x, ManagedTensor y) = (Use(a), Use(b));
        _ = OperationShapes.MatMul(x.Shape, y.Shape, transposeA, transposeB);
        return new MatMulNode(this, x, y, transposeA, transposeB);
    }

    /// <inheritdoc/>
    public override Tensor Linear(Tensor x, Tensor weight, Tensor? bias, Activation activation = Activation.Identity)
    {
        ManagedTensor input = Use(x);
        ManagedTensor w = Use(weight);
        ManagedTensor? b = bias is null ? null : Use(bias);
        _ = OperationShapes.Linear(input.Shape, w.Shape, b?.Shape, activation);
        return new LinearNode(this, input, w, b, activation);
    }

    /// <summary>C = A B, or C += A B, for row-major matrices.</summary>
    private void Multiply(float* a, int strideA, bool transposeA, float* b, int strideB, bool transposeB, float* c, int rows, int columns,
        int depth, bool accumulate) =>
        Gemm.Run(new MatrixView(a, strideA, transposeA), new MatrixView(b, strideB, transposeB), new MatrixView(c, columns), rows, columns,
            depth, accumulate, Threads);

    private sealed class MatMulNode : ManagedTensor
    {
        private readonly ManagedTensor _a;
        private readonly ManagedTensor _b;
        private readonly bool _transposeA;
        private readonly bool _transposeB;

        public MatMulNode(ManagedEngine engine, ManagedTensor a, ManagedTensor b, bool transposeA, bool transposeB)
            : base(engine, new Shape(a.Shape[transposeA ? 1 : 0], b.Shape[transposeB ? 0 : 1]), engine.Records(a, b))
        {
            (_a, _b, _transposeA, _transposeB) = (a, b, transposeA, transposeB);
            engine.Multiply(a.Data, a.Shape[1], transposeA, b.Data, b.Shape[1], transposeB, Data, Rows, Columns, Depth, false);
        }

        private int Rows => Shape[0];

        private int Columns => Shape[1];

        private int Depth => _a.Shape[_transposeA ? 0 : 1];

        protected override void Backward(float* gradient)
        {
            if (_a.RequiresGradient)
            {
                float* target = _a.GradientTarget(out bool accumulate);
                if (_transposeA)
                    Managed.Multiply(_b.Data, _b.Shape[1], _transposeB, gradient, Columns, true, target, Depth, Rows, Columns, accumulate);
                else
                    Managed.Multiply(gradient, Columns, false, _b.Data, _b.Shape[1], !_transposeB, target, Rows, Depth, Columns,
                        accumulate);
            }
            if (_b.RequiresGradient)
            {
                float* target = _b.GradientTarget(out bool accumulate);
                if (_transposeB)
                    Managed.Multiply(gradient, Columns, true, _a.Data, _a.Shape[1], _transposeA, target, Columns, Depth, Rows, accumulate);
                else
                    Managed.Multiply(_a.Data, _a.Shape[1], !_transposeA, gradient, Columns, false, target, Depth, Columns, Rows,
                        accumulate);
            }
        }
    }

    private sealed class LinearNode : ManagedTensor
    {
        private readonly ManagedTensor _x;
        private readonly ManagedTensor _weight;
        private readonly ManagedTensor? _bias;
        private readonly Activation _activation;

        public LinearNode(ManagedEngine engine, ManagedTensor x, ManagedTensor weight, ManagedTensor? bias, Activation activation)
            : base(engine, new Shape(x.Shape[0], weight.Shape[0]), engine.Records(x, weight) || (bias is not null && engine.Records(bias)))
        {
            (_x, _weight, _bias, _activation) = (x, weight, bias, activation);
            (int rows, int inputs, int outputs) = (x.Shape[0], weight.Shape[1], weight.Shape[0]);
            // In inference, the packed weights are used many times; in training, only once.
            PackedMatrix? packed = !engine.IsTraining && weight is ParameterTensor parameter
                ? parameter.PackedTranspose(outputs, inputs)
                : null;
            Gemm.Run(new MatrixView(x.Data, inputs), new MatrixView(weight.Data, inputs, transpose: true), new MatrixView(Data, outputs),
                rows, outputs, inputs, false, engine.Threads, bias is null ? null : bias.Data, activation,
                packed is null ? null : packed.Pointer);
            GC.KeepAlive(packed);
        }

        protected override void Backward(float* gradient)
        {
            (int rows, int inputs, int outputs) = (_x.Shape[0], _weight.Shape[1], _weight.Shape[0]);
            Managed.MultiplyByDerivative(_activation, gradient, Data, Length);
            if (_bias is { RequiresGradient: true })
                Reduction.SumAxis(gradient, _bias.GradientTarget(out bool accumulate), 1, rows, outputs, accumulate, Managed.Threads);
            if (_weight.RequiresGradient)
            {
                float* target = _weight.GradientTarget(out bool accumulate);
                Managed.Multiply(gradient, outputs, true, _x.Data, inputs, false, target, outputs, inputs, rows, accumulate);
            }
            if (_x.RequiresGradient)
            {
                float* target = _x.GradientTarget(out bool accumulate);
                Managed.Multiply(gradient, outputs, false, _weight.Data, inputs, false, target, rows, inputs, outputs, accumulate);
            }
        }
    }
}
