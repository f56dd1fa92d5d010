namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>
/// How two tensors are traversed when they are broadcast to one shape. Adjacent axes that both tensors traverse contiguously are merged, so
/// that the innermost axis (a row) is as long as possible.
/// </summary>
internal unsafe struct BroadcastPlan
{
    private const int MaximumRank = 4;

    private fixed int _lengths[MaximumRank];
    private fixed int _stepsA[MaximumRank];
    private fixed int _stepsB[MaximumRank];
    private int _axes;

    private BroadcastPlan(Shape result) => Result = result;

    /// <summary>The shape of the result.</summary>
    public Shape Result { get; }

    /// <summary>Elements of the result.</summary>
    public readonly int Length => Result.Length;

    /// <summary>Elements of the innermost axis.</summary>
    public readonly int RowLength => _lengths[_axes - 1];

    public readonly int Rows => RowLength == 0 ? 0 : Length / RowLength;

    /// <summary>1, or 0 if the first tensor has one element for a whole row.</summary>
    public readonly int InnerStepA => _stepsA[_axes - 1];

    /// <summary>1, or 0 if the second tensor has one element for a whole row.</summary>
    public readonly int InnerStepB => _stepsB[_axes - 1];

    /// <summary>Whether nothing is broadcast.</summary>
    public readonly bool IsElementwise => _axes == 1 && InnerStepA == 1 && InnerStepB == 1;

    /// <exception cref="ArgumentException">The shapes cannot be broadcast.</exception>
    public static BroadcastPlan Create(Shape a, Shape b, string operation)
    {
        Shape result = OperationShapes.Broadcast(a, b, operation);
        int rank = result.Rank;
        Span<int> lengths = stackalloc int[MaximumRank];
        Span<int> stepsA = stackalloc int[MaximumRank];
        Span<int> stepsB = stackalloc int[MaximumRank];
        int strideA = 1, strideB = 1;
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            int lengthA = LengthFromEnd(a, rank - axis);
            int lengthB = LengthFromEnd(b, rank - axis);
            lengths[axis] = result[axis];
            stepsA[axis] = lengthA == 1 ? 0 : strideA;
            stepsB[axis] = lengthB == 1 ? 0 : strideB;
            strideA *= lengthA;
            strideB *= lengthB;
        }

        var plan = new BroadcastPlan(result);
        // From the innermost axis outwards, without axes of length 1.
        Span<int> order = stackalloc int[MaximumRank];
        int kept = 0;
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            if (lengths[axis] == 1)
                continue;
            if (kept > 0)
            {
                int inner = order[kept - 1];
                bool alikeA = stepsA[axis] == stepsA[inner] * lengths[inner];
                bool alikeB = stepsB[axis] == stepsB[inner] * lengths[inner];
                if (alikeA && alikeB)
                {
                    lengths[inner] *= lengths[axis];
                    continue;
                }
            }
            order[kept++] = axis;
        }
        plan._axes = Math.Max(1, kept);
        plan._lengths[0] = 1;
        if (kept == 0)
            (plan._stepsA[0], plan._stepsB[0]) = (1, 1);
        for (int i = 0; i < kept; i++)
        {
            int axis = order[kept - 1 - i];
            plan._lengths[i] = lengths[axis];
            plan._stepsA[i] = stepsA[axis];
            plan._stepsB[i] = stepsB[axis];
        }
        return plan;
    }

    /// <summary>The offset of row <paramref name="row"/> in each tensor.</summary>
    public readonly void Offsets(int row, out nint a, out nint b)
    {
        (a, b) = (0, 0);
        for (int axis = _axes - 2; axis >= 0; axis--)
        {
            (row, int index) = Math.DivRem(row, _lengths[axis]);
            a += (nint)index * _stepsA[axis];
            b += (nint)index * _stepsB[axis];
        }
    }

    private static int LengthFromEnd(Shape shape, int fromEnd) => fromEnd <= shape.Rank ? shape[-fromEnd] : 1;
}
