using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>A convolution with stride 1 over images, followed by max-pooling.</summary>
/// <param name="Filters">The number of output channels.</param>
/// <param name="Kernel">The side of a filter in pixels. Default 3.</param>
/// <param name="Pool">The side of the pooling window in pixels; 1 for no pooling. Default 1.</param>
/// <param name="Padding">Whether the image is padded with zeros to keep its size. Default <see cref="Padding.Same"/>.</param>
/// <param name="PoolPadding">
/// How pooling treats incomplete windows at the lower and right edge. <see cref="Padding.Valid"/>, the default, drops them: with a window
/// of 2, 7 pixels become 3. <see cref="Padding.Same"/> includes them: 7 pixels become 4.
/// </param>
public sealed record ConvolutionLayer(int Filters, int Kernel = 3, int Pool = 1, Padding Padding = Padding.Same,
    Padding PoolPadding = Padding.Valid)
{
    /// <summary>The size of its output for an image.</summary>
    internal ImageSize Apply(ImageSize image)
    {
        int Side(int side)
        {
            side -= Padding == Padding.Valid ? Kernel - 1 : 0;
            return PoolPadding == Padding.Valid ? side / Pool : Windows(side);
        }
        return new ImageSize(Side(image.Width), Side(image.Height), Filters);
    }

    /// <summary>The number of pooling windows along a side, including an incomplete one.</summary>
    internal int Windows(int side) => (side + Pool - 1) / Pool;
}
