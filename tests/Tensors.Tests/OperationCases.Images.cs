namespace Disentangle.ML.Tensors.Tests;

public static partial class OperationCases
{
    private static IEnumerable<OperationCase> Images()
    {
        foreach ((Shape x, Shape weight, Padding padding, Activation activation) in new[]
        {
            (new Shape(2, 6, 5, 1), new Shape(15, 3, 3, 1), Padding.Same, Activation.LeakyReLU),
            (new Shape(2, 5, 6, 3), new Shape(4, 3, 3, 3), Padding.Valid, Activation.Identity),
            (new Shape(1, 4, 4, 2), new Shape(3, 2, 4, 2), Padding.Same, Activation.Tanh),
            (new Shape(3, 3, 2, 5), new Shape(7, 1, 1, 5), Padding.Same, Activation.ReLU),
            (new Shape(2, 3, 5, 2), new Shape(2, 3, 5, 2), Padding.Valid, Activation.Sigmoid),
            (new Shape(2, 5, 6, 9), new Shape(3, 3, 3, 9), Padding.Same, Activation.Tanh),
            (new Shape(1, 7, 4, 16), new Shape(1, 2, 3, 16), Padding.Valid, Activation.ReLU),
        })
        {
            yield return new(
                $"Convolution2D of {x} with {weight}, {padding}", [Input(x, 60), Input(weight, 61), Input(new Shape(weight[0]), 62)],
                (e, t) => e.Convolution2D(t[0], t[1], t[2], padding, activation), t =>
                    Convolve(t[0], x, t[1], weight, t[2], padding, activation));
        }
        yield return new(
            "Convolution2D without bias, its input used twice", [Input(new Shape(1, 4, 4, 2), 60), Input(new Shape(2, 3, 3, 2), 61)],
            (e, t) => e.Add(e.Convolution2D(t[0], t[1], null, Padding.Same), t[0]),
            t => [.. Convolve(t[0], new Shape(1, 4, 4, 2), t[1], new Shape(2, 3, 3, 2), null, Padding.Same, Activation.Identity)
                .Zip(t[0], (p, q) => p + q)]);

        foreach (Padding padding in Enum.GetValues<Padding>())
        {
            Shape x = new(2, 9, 4), weight = new(6, 3, 4);
            yield return new(
                $"Convolution1D, {padding}", [Input(x, 63), Input(weight, 64), Input(new Shape(6), 65)],
                (e, t) => e.Convolution1D(t[0], t[1], t[2], padding, Activation.ReLU),
                t => Convolve(t[0], new Shape(2, 1, 9, 4), t[1], new Shape(6, 1, 3, 4), t[2], padding, Activation.ReLU));
        }

        foreach ((Shape x, int size) in new[] { (new Shape(2, 4, 6, 19), 2), (new Shape(1, 5, 7, 3), 2), (new Shape(2, 3, 6, 2), 3) })
            yield return new($"MaxPool2D of {x} by {size}", [Input(x, 66)], (e, t) => e.MaxPool2D(t[0], size), t => MaxPool(t[0], x, size));
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            Shape x = new(2, 5, 7, 2), weight = new(9, 3, 3, 2), y = new(2, 5, 7, 9);
            (Shape, double[])[] inputs = [Input(x, 68), Input(weight, 69), Input(new Shape(9), 70)];
            yield return new(
                $"MaxPool2D of a convolution with {activation}", inputs,
                (e, t) => e.MaxPool2D(e.Convolution2D(t[0], t[1], t[2], Padding.Same, activation), 2),
                t => MaxPool(Convolve(t[0], x, t[1], weight, t[2], Padding.Same, activation), y, 2));
            yield return new(
                $"MaxPool2D of a convolution with {activation}, used twice", inputs,
                (e, t) =>
                {
                    Tensor image = e.Convolution2D(t[0], t[1], t[2], Padding.Same, activation);
                    return e.MaxPool2D(image, 2) + e.Sum(e.Square(image));
                },
                t =>
                {
                    double[] image = Convolve(t[0], x, t[1], weight, t[2], Padding.Same, activation);
                    double sum = image.Sum(value => value * value);
                    return [.. MaxPool(image, y, 2).Select(value => value + sum)];
                });
        }
        // More channels than a register has lanes, and few of them, with pixels outside the windows, added to another gradient or not.
        foreach (Shape x in new[] { new Shape(1, 5, 5, 23), new Shape(2, 3, 9, 1), new Shape(1, 4, 4, 16) })
        {
            yield return new($"MaxPool2D of {x}", [Input(x, 71)], (e, t) => e.MaxPool2D(t[0], 2), t => MaxPool(t[0], x, 2));
            yield return new($"MaxPool2D of {x} and its input", [Input(x, 71)], (e, t) => e.Sum(e.Square(t[0])) + e.MaxPool2D(t[0], 2),
                t => [.. MaxPool(t[0], x, 2).Select(value => value + t[0].Sum(v => v * v))]);
        }
        Shape small = new(2, 3, 2, 5);
        yield return new("UpSample2D", [Input(small, 67)], (e, t) => e.UpSample2D(t[0], 2), t => UpSample(t[0], small, 2));
        yield return new("UpSample2D of an input used twice", [Input(small, 67)], (e, t) => e.UpSample2D(t[0], 1) + t[0],
            t => Map(t[0], v => 2 * v));
    }

    private static double[] Convolve(double[] x, Shape shape, double[] weight, Shape filter, double[]? bias, Padding padding,
        Activation activation)
    {
        (int kernelHeight, int kernelWidth) = (filter[1], filter[2]);
        bool pads = padding == Padding.Same;
        (int top, int left) = pads ? ((kernelHeight - 1) / 2, (kernelWidth - 1) / 2) : (0, 0);
        (int height, int width) = pads ? (shape[1], shape[2]) : (shape[1] - kernelHeight + 1, shape[2] - kernelWidth + 1);
        var y = new List<double>();
        for (int n = 0; n < shape[0]; n++)
        {
            for (int i = 0; i < height; i++)
            {
                for (int j = 0; j < width; j++)
                {
                    for (int o = 0; o < filter[0]; o++)
                    {
                        double sum = bias?[o] ?? 0;
                        for (int k = 0; k < kernelHeight; k++)
                        {
                            for (int l = 0; l < kernelWidth; l++)
                            {
                                (int row, int column) = (i + k - top, j + l - left);
                                if (row < 0 || row >= shape[1] || column < 0 || column >= shape[2])
                                    continue;
                                for (int c = 0; c < shape[3]; c++)
                                {
                                    sum += x[((n * shape[1] + row) * shape[2] + column) * shape[3] + c]
                                        * weight[((o * kernelHeight + k) * kernelWidth + l) * shape[3] + c];
                                }
                            }
                        }
                        y.Add(Activate(sum, activation));
                    }
                }
            }
        }
        return [.. y];
    }

    private static double[] MaxPool(double[] x, Shape shape, int size)
    {
        var y = new List<double>();
        for (int n = 0; n < shape[0]; n++)
        {
            for (int i = 0; i + size <= shape[1]; i += size)
            {
                for (int j = 0; j + size <= shape[2]; j += size)
                {
                    for (int c = 0; c < shape[3]; c++)
                    {
                        y.Add(Enumerable.Range(0, size * size)
                            .Max(k => x[((n * shape[1] + i + k / size) * shape[2] + j + k % size) * shape[3] + c]));
                    }
                }
            }
        }
        return [.. y];
    }

    private static double[] UpSample(double[] x, Shape shape, int factor)
    {
        var y = new List<double>();
        for (int n = 0; n < shape[0]; n++)
        {
            for (int i = 0; i < shape[1] * factor; i++)
            {
                for (int j = 0; j < shape[2] * factor; j++)
                    y.AddRange(Row(x, (n * shape[1] + i / factor) * shape[2] + j / factor, shape[3]));
            }
        }
        return [.. y];
    }
}
