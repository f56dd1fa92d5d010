using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// The size of an image. As a row of features it is a vector of height x width x channels values: row by row from the top, in a row pixel by pixel from
/// the left, the channels of a pixel side by side.
/// </summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Channels">Values of a pixel: 1 for grey, 3 for colours. Default 1.</param>
public sealed record ImageSize(int Width, int Height, int Channels = 1)
{
    internal int Length => checked(Height * Width * Channels);

    /// <summary>Whether it has so few values that they fit into an array.</summary>
    internal bool FitsMemory => (double)Height * Width * Channels <= Array.MaxLength;

    /// <summary>For example <c>28 x 28 x 1</c>: height, width, channels.</summary>
    public override string ToString() => $"{Height} x {Width} x {Channels}";
}

/// <summary>A convolution with stride 1 over images, and a max-pooling after it.</summary>
/// <param name="Filters">The number of channels it gives.</param>
/// <param name="Kernel">The side of a filter. Default 3.</param>
/// <param name="Pool">The side of a window of which only the greatest value is kept, for each channel; 1 for no pooling. Default 1.</param>
/// <param name="Padding">Whether zeros are put around the image, so that it keeps its size. Default <see cref="Padding.Same"/>.</param>
/// <param name="PoolPadding">
/// What becomes of rows and columns at the lower and right edge that fill no whole window: with <see cref="Padding.Valid"/>, the default, they are
/// dropped, so that 7 pixels become 3; with <see cref="Padding.Same"/> they are pooled as far as they go, so that 7 become 4.
/// </param>
public sealed record ConvolutionLayer(int Filters, int Kernel = 3, int Pool = 1, Padding Padding = Padding.Same, Padding PoolPadding = Padding.Valid)
{
    /// <summary>What it makes of an image.</summary>
    internal ImageSize Apply(ImageSize image)
    {
        int Side(int side)
        {
            side -= Padding == Padding.Valid ? Kernel - 1 : 0;
            return PoolPadding == Padding.Valid ? side / Pool : Windows(side);
        }
        return new ImageSize(Side(image.Width), Side(image.Height), Filters);
    }

    /// <summary>The number of windows, whole or not, along a side.</summary>
    internal int Windows(int side) => (side + Pool - 1) / Pool;
}
