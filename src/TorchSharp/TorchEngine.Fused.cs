using Disentangle.ML.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Disentangle.ML.TorchSharp;

/// <content>Operations that libtorch computes in fewer steps than their compositions in <see cref="Engine"/> need.</content>
public sealed partial class TorchEngine
{
    // For the labels of the open step, where a row is itself, and where it is itself or of another class: the same for all layers.
    private readonly List<(int[] Labels, Tensor Self, Tensor Others)> _neighborMasks = [];
    private readonly Dictionary<ulong, Tensor> _integers = [];

    /// <inheritdoc/>
    public override Tensors.Tensor LogSumExp(Tensors.Tensor x, int axis, bool keepAxis = false)
    {
        Tensor value = Use(x);
        axis = OperationShapes.Axis(x.Shape, axis, nameof(LogSumExp));
        // libtorch's derivative is NaN where all elements are -inf. So the least finite number replaces them, and -inf its sums.
        Tensor sum = value.clamp(Number(float.MinValue)).logsumexp(axis, keepAxis);
        sum = sum.masked_fill(sum.le(Number(float.MinValue / 2)), Number(float.NegativeInfinity));
        return Result(OperationShapes.Reduced(x.Shape, axis, keepAxis), sum);
    }

    /// <inheritdoc/>
    public override Tensors.Tensor NormalizeRows(Tensors.Tensor x, float epsilon = 1e-8f)
    {
        Tensor value = Use(x);
        _ = OperationShapes.Axis(x.Shape, -1, nameof(NormalizeRows));
        Tensor norms = value.norm(x.Shape.Rank - 1, keepdim: true);
        // A row divided by infinity becomes 0 and gets no gradient.
        return Result(x.Shape, value / norms.masked_fill(norms.le(Number(epsilon)), Number(float.PositiveInfinity)));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor MaxPool2D(Tensors.Tensor x, int size)
    {
        Tensor value = Use(x);
        Shape shape = OperationShapes.MaxPool2D(x.Shape, size);
        return Result(shape, nn.functional.max_pool2d(value.permute(0, 3, 1, 2), size, size).permute(0, 2, 3, 1));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor UpSample2D(Tensors.Tensor x, int factor)
    {
        Tensor value = Use(x);
        Shape shape = OperationShapes.UpSample2D(x.Shape, factor);
        (long images, long height, long width, long channels) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        Tensor repeated = value.reshape(images, height, 1, width, 1, channels).expand(images, height, factor, width, factor, channels);
        return Result(shape, repeated.reshape(Lengths(shape)));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor SoftmaxCrossEntropy(Tensors.Tensor logits, ReadOnlySpan<int> labels)
    {
        Tensor value = Use(logits);
        OperationShapes.SoftmaxCrossEntropy(logits.Shape, labels);
        return labels.ContainsAnyExcept(-1)
            ? Result(Shape.Scalar, nn.functional.cross_entropy(value, Indices(labels), ignore_index: -1))
            : Fill(Shape.Scalar, 0);
    }

    /// <inheritdoc/>
    public override Tensors.Tensor BinaryCrossEntropyWithLogits(Tensors.Tensor logits, ReadOnlySpan<float> targets)
    {
        ArgumentNullException.ThrowIfNull(logits);
        return logits.Shape.Length != targets.Length || targets.Contains(float.NaN)
            ? base.BinaryCrossEntropyWithLogits(logits, targets)
            : BinaryCrossEntropyWithLogits(logits, Constant(logits.Shape, targets));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor BinaryCrossEntropyWithLogits(Tensors.Tensor logits, Tensors.Tensor targets)
    {
        (Tensor z, Tensor t) = (Use(logits), Use(targets));
        OperationShapes.RequireCount(targets.Shape.Length, logits.Shape.Length, logits.Shape, nameof(BinaryCrossEntropyWithLogits));
        return Result(Shape.Scalar, nn.functional.binary_cross_entropy_with_logits(z, t.detach().reshape(Lengths(logits.Shape))));
    }

    /// <inheritdoc/>
    public override Tensors.Tensor SoftNearestNeighbor(
        Tensors.Tensor h, ReadOnlySpan<int> labels, float temperature, NeighborDistance distance)
    {
        CheckSoftNearestNeighbor(h, labels, temperature, distance);
        (int[] rows, int[] classes) = Labelled(labels);
        Dictionary<int, int> sizes = classes.CountBy(label => label).ToDictionary();
        int[] withPartner = [.. Enumerable.Range(0, rows.Length).Where(i => sizes[classes[i]] > 1)];
        if (withPartner.Length == 0)
            return Fill(Shape.Scalar, 0);

        Tensors.Tensor labelled = rows.Length == labels.Length ? h : GatherRows(h, rows);
        Tensors.Tensor distances = distance == NeighborDistance.Cosine
            ? CosineDistances(labelled, labelled)
            : SquaredDistances(labelled, labelled);
        Tensor closeness = Use(distances).mul(Number(-1 / temperature));
        (Tensor self, Tensor others) = NeighborMasks(classes);
        // A row without a partner would have a sum of nothing, whose logarithm has no derivative.
        if (withPartner.Length < rows.Length)
        {
            Tensor indices = Indices(withPartner);
            (closeness, self, others) = (Select(closeness), Select(self), Select(others));

            Tensor Select(Tensor all) => all.index_select(0, indices);
        }
        Scalar nothing = Number(float.NegativeInfinity);
        Tensor odds = closeness.masked_fill(self, nothing).logsumexp(1) - closeness.masked_fill(others, nothing).logsumexp(1);
        return Result(Shape.Scalar, odds.sum().mul(Number(1.0 / rows.Length)));
    }

    /// <summary>The draws of <see cref="RandomNumbers.DropoutFactors"/>, made on the device.</summary>
    private protected override Tensors.Tensor DropoutFactors(Shape shape, float rate)
    {
        int pairs = (shape.Length + 1) / 2;
        // Products of signed numbers of 64 bits wrap around like those of unsigned ones.
        Tensor z = arange(pairs, dtype: ScalarType.Int64, device: _device).mul(Integer(CounterRandom.Increment))
            .add(Integer(TakeRandom(pairs), isConstant: false));
        z = Mixed(z, CounterRandom.FirstShift).mul(Integer(CounterRandom.FirstFactor));
        z = Mixed(z, CounterRandom.SecondShift).mul(Integer(CounterRandom.SecondFactor));
        z = Mixed(z, CounterRandom.ThirdShift);
        Tensor draws = stack([z.bitwise_and(Integer(uint.MaxValue)), Shifted(z, 32)], 1).reshape(-1).narrow(0, 0, shape.Length);
        Tensor isKept = draws.ge(Integer(RandomNumbers.DropoutThreshold(rate), isConstant: false));
        return Result(shape, isKept.to(ScalarType.Float32).mul(Number(1 / (1 - rate))).reshape(Lengths(shape)));

        Tensor Mixed(Tensor bits, int shift) => bits.bitwise_xor(Shifted(bits, shift));

        // libtorch shifts the sign in.
        Tensor Shifted(Tensor bits, int shift) =>
            bits.bitwise_right_shift(Integer((ulong)shift)).bitwise_and(Integer(ulong.MaxValue >> shift));
    }

    /// <summary>An integer on the device.</summary>
    /// <param name="value">Its 64 bits.</param>
    /// <param name="isConstant">Whether the engine keeps it.</param>
    private Tensor Integer(ulong value, bool isConstant = true)
    {
        if (_integers.TryGetValue(value, out Tensor? known))
            return known;
        Scalar number = ((long)value).ToScalar();
        _numbers.Add(number);
        Tensor integer = full([], number, ScalarType.Int64, _device);
        if (isConstant)
            _integers.Add(value, Keep(integer));
        return integer;
    }

    private (Tensor Self, Tensor Others) NeighborMasks(int[] classes)
    {
        foreach ((int[] known, Tensor knownSelf, Tensor knownOthers) in _neighborMasks)
        {
            if (classes.AsSpan().SequenceEqual(known))
                return (knownSelf, knownOthers);
        }
        Tensor y = Indices(classes);
        Tensor self = eye(classes.Length, dtype: ScalarType.Bool, device: _device);
        Tensor others = y.unsqueeze(0).ne(y.unsqueeze(1)).logical_or(self);
        _neighborMasks.Add((classes, self, others));
        return (self, others);
    }
}
