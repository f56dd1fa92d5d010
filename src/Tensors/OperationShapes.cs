namespace Disentangle.ML.Tensors;

/// <summary>
/// Checks the arguments of an operation and returns the shape of its result, as every <see cref="Engine"/> does before it computes.
/// </summary>
/// <remarks>
/// Each method throws an <see cref="ArgumentException"/> that names the operation and the incompatible shapes.
/// </remarks>
public static class OperationShapes
{
    /// <summary>The shape that two shapes broadcast to. Missing leading axes and axes of length 1 are repeated.</summary>
    public static Shape Broadcast(Shape a, Shape b, string operation)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        Span<int> lengths = stackalloc int[4];
        for (int axis = 0; axis < rank; axis++)
        {
            (int lengthA, int lengthB) = (LengthFromEnd(a, rank - axis), LengthFromEnd(b, rank - axis));
            if (lengthA != lengthB && lengthA != 1 && lengthB != 1)
                throw new ArgumentException(
                    $"{operation}: shapes {a} and {b} cannot be broadcast; the lengths of each axis must be equal, or one of them 1.");
            lengths[axis] = lengthA == 1 ? lengthB : lengthA;
        }
        return Of(lengths[..rank]);
    }

    /// <summary>The index of an axis from the front; a negative axis counts from the end.</summary>
    public static int Axis(Shape shape, int axis, string operation)
    {
        int fromFront = axis < 0 ? axis + shape.Rank : axis;
        return (uint)fromFront < (uint)shape.Rank
            ? fromFront
            : throw new ArgumentOutOfRangeException(nameof(axis), axis, $"{operation}: {shape} has no axis {axis}.");
    }

    /// <summary>The shape with another length for an axis, which counts from the front.</summary>
    public static Shape With(Shape shape, int axis, int length)
    {
        Span<int> lengths = stackalloc int[shape.Rank];
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = i == axis ? length : shape[i];
        return Of(lengths);
    }

    /// <summary>The shape after a reduction along an axis, which counts from the front. The axis is removed, or keeps length 1.</summary>
    public static Shape Reduced(Shape shape, int axis, bool keepAxis)
    {
        if (keepAxis)
            return With(shape, axis, 1);
        Span<int> lengths = stackalloc int[shape.Rank - 1];
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = shape[i < axis ? i : i + 1];
        return Of(lengths);
    }

    /// <summary>Checks the number of axes.</summary>
    public static void RequireRank(Shape shape, int rank, string operation)
    {
        if (shape.Rank != rank)
            throw new ArgumentException($"{operation}: the tensor must have {rank} axes; {shape} has {shape.Rank}.");
    }

    /// <summary>Checks the number of labels, targets or lengths.</summary>
    public static void RequireCount(int count, int expected, Shape shape, string operation)
    {
        if (count != expected)
            throw new ArgumentException($"{operation}: {shape} needs {expected} of them, not {count}.");
    }

    /// <summary>Checks that an activation is defined.</summary>
    public static void RequireActivation(Activation activation) => RequireDefined(activation, nameof(activation));

    /// <summary>Checks that an enum value is defined.</summary>
    internal static void RequireDefined<T>(T value, string name) where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new ArgumentOutOfRangeException(
                name, $"The {name} is {value}; it must be one of {string.Join(", ", Enum.GetNames<T>())}.");
    }

    /// <summary>Checks <see cref="Engine.Reshape"/>.</summary>
    public static Shape Reshape(Shape x, Shape shape) => shape.Length == x.Length
        ? shape
        : throw new ArgumentException($"Reshape: {x} has {x.Length} elements and cannot become {shape} with {shape.Length}.",
            nameof(shape));

    /// <summary>The shape of <see cref="Engine.Transpose"/>.</summary>
    public static Shape Transpose(Shape x)
    {
        RequireRank(x, 2, nameof(Transpose));
        return new Shape(x[1], x[0]);
    }

    /// <summary>The shape of <see cref="Engine.Concatenate"/>. The axis counts from the front.</summary>
    public static Shape Concatenate(ReadOnlySpan<Tensor> parts, int axis)
    {
        if (parts.IsEmpty)
            throw new ArgumentException("Concatenate needs at least one tensor.", nameof(parts));
        Shape first = parts[0].Shape;
        axis = Axis(first, axis, nameof(Concatenate));
        int total = 0;
        foreach (Tensor part in parts)
        {
            if (part.Shape.Rank != first.Rank || With(part.Shape, axis, 0) != With(first, axis, 0))
                throw new ArgumentException($"Concatenate: shapes {first} and {part.Shape} differ in an axis other than {axis}.",
                    nameof(parts));
            total += part.Shape[axis];
        }
        return With(first, axis, total);
    }

    /// <summary>The shape of <see cref="Engine.Slice"/>.</summary>
    public static Shape Slice(Shape x, int axis, int start, int length)
    {
        axis = Axis(x, axis, nameof(Slice));
        return start >= 0 && length >= 0 && start <= x[axis] - length
            ? With(x, axis, length)
            : throw new ArgumentException($"Slice: elements {start} to {(long)start + length - 1} are outside axis {axis} of {x}.",
                nameof(start));
    }

    /// <summary>The shape of <see cref="Engine.GatherRows"/>.</summary>
    public static Shape GatherRows(Shape x, ReadOnlySpan<int> indices)
    {
        if (x.Rank == 0)
            throw new ArgumentException("GatherRows: a scalar has no rows.", nameof(x));
        foreach (int index in indices)
        {
            if ((uint)index >= (uint)x[0])
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"GatherRows: {x} has rows 0 to {x[0] - 1}.");
        }
        return With(x, 0, indices.Length);
    }

    /// <summary>The shape of <see cref="Engine.Pick"/>.</summary>
    public static Shape Pick(Shape x, ReadOnlySpan<int> columns)
    {
        RequireRank(x, 2, nameof(Pick));
        RequireCount(columns.Length, x[0], x, nameof(Pick));
        foreach (int column in columns)
        {
            if ((uint)column >= (uint)x[1])
                throw new ArgumentOutOfRangeException(nameof(columns), column, $"Pick: {x} has columns 0 to {x[1] - 1}.");
        }
        return new Shape(x[0]);
    }

    /// <summary>The shape of <see cref="Engine.Max"/>.</summary>
    public static Shape Max(Shape x, int axis, bool keepAxis)
    {
        axis = Axis(x, axis, nameof(Max));
        return x[axis] > 0 ? Reduced(x, axis, keepAxis) : throw new ArgumentException($"Max: axis {axis} of {x} is empty.", nameof(axis));
    }

    /// <summary>The shape of <see cref="Engine.MatMul"/>.</summary>
    public static Shape MatMul(Shape a, Shape b, bool transposeA, bool transposeB)
    {
        RequireRank(a, 2, nameof(MatMul));
        RequireRank(b, 2, nameof(MatMul));
        return a[transposeA ? 0 : 1] == b[transposeB ? 1 : 0]
            ? new Shape(a[transposeA ? 1 : 0], b[transposeB ? 0 : 1])
            : throw new ArgumentException(
                $"MatMul: {a}{Transposed(transposeA)} times {b}{Transposed(transposeB)}: the inner lengths differ.");

        static string Transposed(bool transpose) => transpose ? " transposed" : "";
    }

    /// <summary>The shape of <see cref="Engine.Linear"/>.</summary>
    public static Shape Linear(Shape x, Shape weight, Shape? bias, Activation activation)
    {
        RequireRank(x, 2, nameof(Linear));
        RequireRank(weight, 2, nameof(Linear));
        if (x[1] != weight[1])
            throw new ArgumentException($"Linear: x {x} has {x[1]} columns, but the weight {weight} takes {weight[1]}.");
        if (bias is { } b && b != new Shape(weight[0]))
            throw new ArgumentException($"Linear: the weight {weight} needs a bias of shape {new Shape(weight[0])}, not {b}.");
        RequireActivation(activation);
        return new Shape(x[0], weight[0]);
    }

    /// <summary>The shape of <see cref="Engine.SquaredDistances"/> and <see cref="Engine.CosineDistances"/>.</summary>
    public static Shape Distances(Shape a, Shape b, string operation)
    {
        RequireRank(a, 2, operation);
        RequireRank(b, 2, operation);
        return a[1] == b[1] ? new Shape(a[0], b[0])
            : throw new ArgumentException($"{operation}: the rows of {a} and {b} differ in length.");
    }

    /// <summary>The shape of <see cref="Engine.Convolution2D"/>.</summary>
    public static Shape Convolution2D(Shape x, Shape weight, Shape? bias, Padding padding, Activation activation)
    {
        RequireRank(x, 4, nameof(Convolution2D));
        RequireRank(weight, 4, nameof(Convolution2D));
        if (x[3] != weight[3])
            throw new ArgumentException($"Convolution2D: x {x} has {x[3]} channels, but the weight {weight} takes {weight[3]}.");
        if (weight.Length == 0)
            throw new ArgumentException($"Convolution2D: the weight {weight} is empty.");
        if (bias is { } b && b != new Shape(weight[0]))
            throw new ArgumentException($"Convolution2D: the weight {weight} needs a bias of shape {new Shape(weight[0])}, not {b}.");
        if (padding == Padding.Valid && (x[1] < weight[1] || x[2] < weight[2]))
            throw new ArgumentException($"Convolution2D: without padding, x {x} is smaller than the filters {weight}.");
        RequireDefined(padding, nameof(padding));
        RequireActivation(activation);
        return padding == Padding.Same
            ? new Shape(x[0], x[1], x[2], weight[0])
            : new Shape(x[0], x[1] - weight[1] + 1, x[2] - weight[2] + 1, weight[0]);
    }

    /// <summary>The shape of <see cref="Engine.MaxPool2D"/>.</summary>
    public static Shape MaxPool2D(Shape x, int size)
    {
        RequireRank(x, 4, nameof(MaxPool2D));
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return x[1] >= size && x[2] >= size
            ? new Shape(x[0], x[1] / size, x[2] / size, x[3])
            : throw new ArgumentException($"MaxPool2D: x {x} is smaller than a window of {size} x {size}.");
    }

    /// <summary>The shape of <see cref="Engine.UpSample2D"/>.</summary>
    public static Shape UpSample2D(Shape x, int factor)
    {
        RequireRank(x, 4, nameof(UpSample2D));
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        return new Shape(x[0], x[1] * factor, x[2] * factor, x[3]);
    }

    /// <summary>The shape of <see cref="Engine.MaxOverTime"/>.</summary>
    public static Shape MaxOverTime(Shape x, ReadOnlySpan<int> lengths)
    {
        RequireRank(x, 3, nameof(MaxOverTime));
        RequireCount(lengths.Length, x[0], x, nameof(MaxOverTime));
        foreach (int length in lengths)
        {
            if (length < 1 || length > x[1])
                throw new ArgumentOutOfRangeException(nameof(lengths), length,
                    $"MaxOverTime: the sequences of {x} must have 1 to {x[1]} steps.");
        }
        return new Shape(x[0], x[2]);
    }

    /// <summary>Checks the rate of <see cref="Engine.Dropout"/>.</summary>
    public static void Dropout(float rate)
    {
        if (!(rate >= 0 && rate < 1))
            throw new ArgumentOutOfRangeException(nameof(rate),
                FormattableString.Invariant($"The dropout rate is {rate}; it must be 0 or more and less than 1."));
    }

    /// <summary>Checks the labels of <see cref="Engine.SoftmaxCrossEntropy"/>, whose result is a scalar.</summary>
    public static void SoftmaxCrossEntropy(Shape logits, ReadOnlySpan<int> labels)
    {
        RequireRank(logits, 2, nameof(SoftmaxCrossEntropy));
        RequireCount(labels.Length, logits[0], logits, nameof(SoftmaxCrossEntropy));
        foreach (int label in labels)
        {
            if (label < -1 || label >= logits[1])
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels), label, $"SoftmaxCrossEntropy: labels of {logits} must be -1 (none) to {logits[1] - 1}.");
            }
        }
    }

    private static int LengthFromEnd(Shape shape, int fromEnd) => fromEnd > shape.Rank ? 1 : shape[-fromEnd];

    private static Shape Of(ReadOnlySpan<int> lengths) => lengths.Length switch
    {
        0 => Shape.Scalar,
        1 => new Shape(lengths[0]),
        2 => new Shape(lengths[0], lengths[1]),
        3 => new Shape(lengths[0], lengths[1], lengths[2]),
        _ => new Shape(lengths[0], lengths[1], lengths[2], lengths[3]),
    };
}
