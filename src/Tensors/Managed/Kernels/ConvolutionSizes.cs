namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>The sizes of a convolution with stride 1 over padded images.</summary>
/// <param name="Images">Number of images.</param>
/// <param name="Height">Rows of a padded image.</param>
/// <param name="Width">Columns of a padded image.</param>
/// <param name="Channels">Channels of a pixel.</param>
/// <param name="KernelHeight">Rows of a filter.</param>
/// <param name="KernelWidth">Columns of a filter.</param>
/// <param name="Filters">Number of filters.</param>
internal readonly record struct ConvolutionSizes(int Images, int Height, int Width, int Channels, int KernelHeight, int KernelWidth,
    int Filters)
{
    public int OutputHeight => Height - KernelHeight + 1;

    public int OutputWidth => Width - KernelWidth + 1;

    /// <summary>The number of output pixels of all images.</summary>
    public int Positions => Images * OutputHeight * OutputWidth;

    /// <summary>The number of values that an output pixel depends on.</summary>
    public int PatchLength => KernelHeight * KernelWidth * Channels;
}
