using Disentangle.ML.Tensors;
using static TorchSharp.torch.nn;
using Native = TorchSharp.torch.Tensor;
using Padding = Disentangle.ML.Tensors.Padding;

namespace Disentangle.ML.TorchSharp;

public sealed partial class TorchEngine
{
    // ---- Images and sequences: channels come last here, and second in libtorch ---------------------------------------------------------

    /// <inheritdoc/>
    public override Tensor Convolution2D(Tensor x, Tensor weight, Tensor? bias, Padding padding, Activation activation = Activation.Identity)
    {
        (Native input, Native filters, Native? b) = (Use(x), Use(weight), bias is null ? null : Use(bias));
        Shape shape = OperationShapes.Convolution2D(x.Shape, weight.Shape, bias?.Shape, padding, activation);
        Native image = input.permute(0, 3, 1, 2);
        (int rows, int columns) = (weight.Shape[1] - 1, weight.Shape[2] - 1);
        if (padding == Padding.Same && rows + columns > 0)
        {
            // Left, right, top, bottom: the greater half of an odd number comes last.
            image = functional.pad(image, [columns / 2, columns - columns / 2, rows / 2, rows - rows / 2]);
        }
        Native result = functional.conv2d(image, filters.permute(0, 3, 1, 2), b);
        return Result(shape, Activate(result.permute(0, 2, 3, 1), activation));
    }

    /// <inheritdoc/>
    public override Tensor MaxPool2D(Tensor x, int size)
    {
        Native input = Use(x);
        Shape shape = OperationShapes.MaxPool2D(x.Shape, size);
        return Result(shape, functional.max_pool2d(input.permute(0, 3, 1, 2), size, size).permute(0, 2, 3, 1));
    }

    /// <inheritdoc/>
    public override Tensor UpSample2D(Tensor x, int factor)
    {
        Native input = Use(x);
        Shape shape = OperationShapes.UpSample2D(x.Shape, factor);
        (int n, int height, int width, int channels) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        Native repeated = input.reshape(n, height, 1, width, 1, channels).expand(n, height, factor, width, factor, channels);
        return Result(shape, repeated.reshape(Lengths(shape)));
    }

    /// <inheritdoc/>
    public override Tensor MaxOverTime(Tensor x, ReadOnlySpan<int> lengths)
    {
        Native input = Use(x);
        Shape shape = OperationShapes.MaxOverTime(x.Shape, lengths);
        Native steps = Upload([.. Enumerable.Range(0, x.Shape[1])]);
        Native isPadding = steps.unsqueeze(0).ge(Upload(lengths).unsqueeze(1)).unsqueeze(2);
        return Result(shape, input.masked_fill(isPadding, Number(float.NegativeInfinity)).max(1, keepdim: false).values);
    }

    // ---- Chance ------------------------------------------------------------------------------------------------------------------------

    /// <inheritdoc/>
    public override Tensor Dropout(Tensor x, float rate)
    {
        Native input = Use(x);
        OperationShapes.Dropout(rate);
        if (!IsTraining || rate == 0)
            return x;
        var factors = new float[x.Shape.Length];
        _random.FillDropout(factors, rate);
        return Result(x.Shape, input.mul(Upload(x.Shape, factors)));
    }

    /// <inheritdoc/>
    public override Tensor Normal(Shape shape)
    {
        RequireStep();
        var draws = new float[shape.Length];
        _random.FillNormal(draws);
        return Result(shape, Upload(shape, draws));
    }

    // ---- Losses ------------------------------------------------------------------------------------------------------------------------

    /// <inheritdoc/>
    public override Tensor SoftmaxCrossEntropy(Tensor logits, ReadOnlySpan<int> labels)
    {
        Native input = Use(logits);
        OperationShapes.SoftmaxCrossEntropy(logits.Shape, labels);
        return labels.ContainsAnyExcept(-1)
            ? Result(Shape.Scalar, functional.cross_entropy(input, Upload(labels), ignore_index: -1))
            : Fill(Shape.Scalar, 0);
    }

    /// <inheritdoc/>
    public override Tensor BinaryCrossEntropyWithLogits(Tensor logits, ReadOnlySpan<float> targets)
    {
        Native input = Use(logits);
        OperationShapes.RequireCount(targets.Length, logits.Shape.Length, logits.Shape, nameof(BinaryCrossEntropyWithLogits));
        int present = 0;
        foreach (float target in targets)
            present += float.IsNaN(target) ? 0 : 1;
        if (present == 0)
            return Fill(Shape.Scalar, 0);
        Native z = input, t = Upload(logits.Shape, targets);
        if (present < targets.Length)
        {
            Native isMissing = t.isnan();
            z = z.masked_select(isMissing.logical_not());
            t = t.masked_select(isMissing.logical_not());
        }
        return Result(Shape.Scalar, functional.binary_cross_entropy_with_logits(z, t));
    }
}
