using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>A convolution over images, with its weights.</summary>
internal sealed class Convolution
{
    private readonly Padding _padding;
    private readonly Activation _activation;

    public Convolution(Engine engine, string name, int channels, int filters, int kernel, Padding padding, Activation activation,
        WeightInitialization initialization, Random random)
    {
        (_padding, _activation) = (padding, activation);
        InitialWeights.Reserve(name, filters, kernel, kernel, channels);
        (float[] weights, float[] biases) = InitialWeights.Draw(filters, kernel * kernel * channels, kernel * kernel * filters, initialization, random);
        Weight = engine.CreateParameter($"{name}.weight", new Shape(filters, kernel, kernel, channels), weights);
        Bias = engine.CreateParameter($"{name}.bias", new Shape(filters), biases);
    }

    public Parameter Weight { get; }

    public Parameter Bias { get; }

    public IEnumerable<Parameter> Parameters => [Weight, Bias];

    /// <summary>[n x height x width x channels] to [n x height x width x filters].</summary>
    public Tensor Forward(Engine engine, Tensor images) => engine.Convolution2D(images, Weight.Value, Bias.Value, _padding, _activation);

    /// <summary>What it gave, after whatever pooling, as a layer of neurons: the rows flat, a filter's weights in one row.</summary>
    public Layer AsLayer(Engine engine, Tensor output)
    {
        Shape filters = Weight.Value.Shape;
        return new Layer(Images.Flatten(engine, output), engine.Reshape(Weight.Value, new Shape(filters[0], filters[1] * filters[2] * filters[3])));
    }
}

/// <summary>Images as tensors.</summary>
internal static class Images
{
    /// <summary>[n x height width channels] as [n x height x width x channels].</summary>
    public static Tensor Unflatten(Engine engine, Tensor rows, ImageSize size) =>
        engine.Reshape(rows, new Shape(rows.Shape[0], size.Height, size.Width, size.Channels));

    /// <summary>[n x height x width x channels] as [n x height width channels].</summary>
    public static Tensor Flatten(Engine engine, Tensor images)
    {
        Shape shape = images.Shape;
        return engine.Reshape(images, new Shape(shape[0], shape[1] * shape[2] * shape[3]));
    }

    /// <summary>Max-pooling; with <see cref="Padding.Same"/> windows that are not whole count too.</summary>
    public static Tensor Pool(Engine engine, Tensor images, int size, Padding padding)
    {
        if (size == 1)
            return images;
        if (padding == Padding.Same)
        {
            // -inf is never the greatest in a window that holds a pixel, and each does.
            for (int axis = 1; axis <= 2; axis++)
            {
                int missing = (size - images.Shape[axis] % size) % size;
                if (missing > 0)
                    images = engine.Concatenate([images, engine.Fill(Resized(images.Shape, axis, missing), float.NegativeInfinity)], axis);
            }
        }
        return engine.MaxPool2D(images, size);
    }

    /// <summary>Each pixel repeated, cut to a size at the lower and right edge.</summary>
    public static Tensor UpSample(Engine engine, Tensor images, int factor, ImageSize size)
    {
        if (factor == 1)
            return images;
        Tensor large = engine.UpSample2D(images, factor);
        if (large.Shape[1] > size.Height)
            large = engine.Slice(large, 1, 0, size.Height);
        return large.Shape[2] > size.Width ? engine.Slice(large, 2, 0, size.Width) : large;
    }

    private static Shape Resized(Shape shape, int axis, int length) =>
        axis == 1 ? new Shape(shape[0], length, shape[2], shape[3]) : new Shape(shape[0], shape[1], length, shape[3]);
}
