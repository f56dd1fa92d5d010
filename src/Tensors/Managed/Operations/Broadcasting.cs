using Disentangle.ML.Tensors.Managed;
using Disentangle.ML.Tensors.Managed.Functions;
using Disentangle.ML.Tensors.Managed.Kernels;

namespace Disentangle.ML.Tensors;

public sealed unsafe partial class ManagedEngine
{
    /// <inheritdoc/>
    public override Tensor Add(Tensor a, Tensor b)
    {
        (ManagedTensor x, ManagedTensor y) = (Use(a), Use(b));
        return new AddNode(this, x, y, BroadcastPlan.Create(x.Shape, y.Shape, nameof(Add)));
    }

    /// <inheritdoc/>
    public override Tensor Subtract(Tensor a, Tensor b)
    {
        (ManagedTensor x, ManagedTensor y) = (Use(a), Use(b));
        return new SubtractNode(this, x, y, BroadcastPlan.Create(x.Shape, y.Shape, nameof(Subtract)));
    }

    /// <inheritdoc/>
    public override Tensor Multiply(Tensor a, Tensor b)
    {
        (ManagedTensor x, ManagedTensor y) = (Use(a), Use(b));
        return new MultiplyNode(this, x, y, BroadcastPlan.Create(x.Shape, y.Shape, nameof(Multiply)));
    }

    /// <inheritdoc/>
    public override Tensor Divide(Tensor a, Tensor b)
    {
        (ManagedTensor x, ManagedTensor y) = (Use(a), Use(b));
        return new DivideNode(this, x, y, BroadcastPlan.Create(x.Shape, y.Shape, nameof(Divide)));
    }

    /// <summary>
    /// Sums source over all axes along which <paramref name="to"/> was broadcast, into destination of shape <paramref name="to"/>.
    /// </summary>
    internal void SumTo(float* source, Shape from, float* destination, Shape to, bool accumulate)
    {
        Span<int> lengths = stackalloc int[4];
        Span<bool> summed = stackalloc bool[4];
        int rank = from.Rank;
        int last = -1;
        for (int axis = 0; axis < rank; axis++)
        {
            int fromEnd = rank - axis;
            lengths[axis] = from[axis];
            summed[axis] = from[axis] != 1 && (fromEnd > to.Rank || to[-fromEnd] == 1);
            if (summed[axis])
                last = axis;
        }
        if (last < 0)
        {
            Elementwise.Map(new Copy(), source, destination, to.Length, accumulate, Threads);
            return;
        }
        for (int axis = 0; axis <= last; axis++)
        {
            if (!summed[axis])
                continue;
            int outer = Product(lengths[..axis]);
            int end = axis + 1;
            while (end < rank && (summed[end] || lengths[end] == 1))
                end++;
            int length = Product(lengths[axis..end]);
            int inner = Product(lengths[end..rank]);
            bool isLast = end > last;
            float* target = isLast ? destination : Allocate((long)outer * inner);
            Reduction.SumAxis(source, target, outer, length, inner, isLast && accumulate, Threads);
            lengths[axis..end].Fill(1);
            source = target;
            axis = end - 1;
        }
    }

    private static int Product(ReadOnlySpan<int> lengths)
    {
        int product = 1;
        foreach (int length in lengths)
            product *= length;
        return product;
    }

    /// <summary>f(a, b), broadcast.</summary>
    private abstract class BroadcastNode : ManagedTensor
    {
        protected BroadcastNode(ManagedEngine engine, ManagedTensor a, ManagedTensor b, in BroadcastPlan plan)
            : base(engine, plan.Result, engine.Records(a, b)) =>
            (A, B, Plan) = (a, b, plan);

        protected ManagedTensor A { get; }

        protected ManagedTensor B { get; }

        protected BroadcastPlan Plan { get; }

        /// <summary>Adds f(gradient, other) to the gradient of an operand, summed over what it was broadcast along.</summary>
        protected void Accumulate<F>(F function, ManagedTensor operand, float* gradient, float* other, in BroadcastPlan gradientAndOther)
            where F : unmanaged, IBinaryFunction
        {
            float* target = operand.GradientTarget(out bool accumulate);
            if (operand.Shape.Length == Length)
            {
                Elementwise.Map(function, gradient, other, target, gradientAndOther, accumulate, Managed.Threads);
                return;
            }
            float* whole = Managed.Allocate(Length);
            Elementwise.Map(function, gradient, other, whole, gradientAndOther, false, Managed.Threads);
            Managed.SumTo(whole, Shape, target, operand.Shape, accumulate);
        }
    }

    private sealed class AddNode : BroadcastNode
    {
        public AddNode(ManagedEngine engine, ManagedTensor a, ManagedTensor b, in BroadcastPlan plan) : base(engine, a, b, plan) =>
            Elementwise.Map(new Add(), a.Data, b.Data, Data, plan, false, engine.Threads);

        protected override void Backward(float* gradient)
        {
            if (B.RequiresGradient)
                Managed.SumTo(gradient, Shape, B.GradientTarget(out bool accumulate), B.Shape, accumulate);
            if (A.RequiresGradient && (A.Length != Length || !A.TryTakeGradient(gradient)))
                Managed.SumTo(gradient, Shape, A.GradientTarget(out bool accumulate), A.Shape, accumulate);
        }
    }

    private sealed class SubtractNode : BroadcastNode
    {
        public SubtractNode(ManagedEngine engine, ManagedTensor a, ManagedTensor b, in BroadcastPlan plan) : base(engine, a, b, plan) =>
            Elementwise.Map(new Subtract(), a.Data, b.Data, Data, plan, false, engine.Threads);

        protected override void Backward(float* gradient)
        {
            if (B.RequiresGradient)
            {
                float* negated = Managed.Allocate(Length);
                Elementwise.Map(new Scale(-1, 0), gradient, negated, Length, false, Managed.Threads);
                Managed.SumTo(negated, Shape, B.GradientTarget(out bool accumulate), B.Shape, accumulate);
            }
            if (A.RequiresGradient && (A.Length != Length || !A.TryTakeGradient(gradient)))
                Managed.SumTo(gradient, Shape, A.GradientTarget(out bool accumulate), A.Shape, accumulate);
        }
    }

    private sealed class MultiplyNode : BroadcastNode
    {
        public MultiplyNode(ManagedEngine engine, ManagedTensor a, ManagedTensor b, in BroadcastPlan plan) : base(engine, a, b, plan) =>
            Elementwise.Map(new Multiply(), a.Data, b.Data, Data, plan, false, engine.Threads);

        protected override void Backward(float* gradient)
        {
            if (A.RequiresGradient)
                Accumulate(new Multiply(), A, gradient, B.Data, BroadcastPlan.Create(Shape, B.Shape, nameof(Multiply)));
            if (B.RequiresGradient)
                Accumulate(new Multiply(), B, gradient, A.Data, BroadcastPlan.Create(Shape, A.Shape, nameof(Multiply)));
        }
    }

    private sealed class DivideNode : BroadcastNode
    {
        public DivideNode(ManagedEngine engine, ManagedTensor a, ManagedTensor b, in BroadcastPlan plan) : base(engine, a, b, plan) =>
            Elementwise.Map(new Divide(), a.Data, b.Data, Data, plan, false, engine.Threads);

        protected override void Backward(float* gradient)
        {
            BroadcastPlan plan = BroadcastPlan.Create(Shape, B.Shape, nameof(Divide));
            if (A.RequiresGradient)
                Accumulate(new Divide(), A, gradient, B.Data, plan);
            if (B.RequiresGradient)
            {
                // d(a / b)/db = -(a / b) / b.
                float* product = Managed.Allocate(Length);
                Elementwise.Map(new Multiply(), gradient, Data, product, Length, false, Managed.Threads);
                Accumulate(new NegatedQuotient(), B, product, B.Data, plan);
            }
        }
    }
}
