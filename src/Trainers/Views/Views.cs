namespace Disentangle.ML.Trainers;

/// <summary>
/// Creates random changes of a row, for losses that compare two views of it:
/// <c>Objective.NeighborContrast(view: Views.Images(28, 28))</c>.
/// </summary>
public static class Views
{
    /// <summary>A small rotation, scaling, shear and shift of an image; see <see cref="ImageView"/>.</summary>
    /// <param name="width">The width in pixels. At least 1.</param>
    /// <param name="height">The height in pixels. At least 1.</param>
    /// <param name="channels">The number of values per pixel. At least 1. Default 1.</param>
    public static ImageView Images(int width, int height, int channels = 1) => new() { Image = new ImageSize(width, height, channels) };

    /// <summary>Normal noise added to every feature; see <see cref="NoiseView"/>.</summary>
    /// <param name="deviation">The standard deviation, in units of the scaled features; greater than 0. Default 0.1.</param>
    public static NoiseView Noise(float deviation = 0.1f) => new() { Deviation = deviation };

    /// <summary>Features set to 0 at random; see <see cref="MaskView"/>.</summary>
    /// <param name="probability">The probability of each feature; greater than 0 and less than 1. Default 0.1.</param>
    public static MaskView Mask(float probability = 0.1f) => new() { Probability = probability };

    /// <summary>A random crop, change of speed and noise of a sequence; see <see cref="SequenceView"/>.</summary>
    /// <param name="stepSize">The number of values in a step. At least 1.</param>
    /// <param name="crop">The largest fraction of the steps cut off; 0 or more and less than 1. Default 0.1.</param>
    /// <param name="speed">The largest fraction of the steps dropped or repeated; 0 or more and less than 1. Default 0.15.</param>
    /// <param name="jitter">The standard deviation of normal noise added to every value; 0 or more. Default 0.</param>
    public static SequenceView Sequence(int stepSize, float crop = 0.1f, float speed = 0.15f, float jitter = 0) =>
        new() { StepSize = stepSize, Crop = crop, Speed = speed, Jitter = jitter };

    /// <summary>Several views, applied in order.</summary>
    /// <param name="views">At least one.</param>
    public static CombinedView Combine(params IReadOnlyList<IRowView> views) => new() { Views = views };
}
