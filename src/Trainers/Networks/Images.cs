using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Operations on images as tensors.</summary>
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

    /// <summary>Max-pooling; <see cref="Padding.Same"/> includes incomplete windows.</summary>
    public static Tensor Pool(Engine engine, Tensor images, int size, Padding padding)
    {
        if (size == 1)
            return images;
        if (padding == Padding.Same)
        {
            // Every window holds a pixel, which is greater than the padding.
            for (int axis = 1; axis <= 2; axis++)
            {
                int missing = (size - images.Shape[axis] % size) % size;
                if (missing > 0)
                    images = engine.Concatenate([images, engine.Fill(Resized(images.Shape, axis, missing), float.NegativeInfinity)], axis);
            }
        }
        return engine.MaxPool2D(images, size);
    }

    /// <summary>Repeats each pixel and crops the result to a size at the lower and right edge.</summary>
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
