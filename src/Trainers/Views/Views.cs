namespace Disentangle.ML.Trainers;

/// <summary>
/// Random changes of a row, for losses that compare two views of it: <c>Objective.NeighborContrast(view: Views.Images(28, 28))</c>.
/// </summary>
public static class Views
{
    /// <summary>A small rotation, change of size, shear and shift of an image; see <see cref="ImageView"/>.</summary>
    /// <param name="width">Pixels in a line. At least 1.</param>
    /// <param name="height">Lines. At least 1.</param>
    /// <param name="channels">Values of a pixel, side by side. At least 1. Default 1.</param>
    public static ImageView Images(int width, int height, int channels = 1) => new() { Image = new ImageSize(width, height, channels) };

    /// <summary>Normal noise on every feature; see <see cref="NoiseView"/>.</summary>
    /// <param name="deviation">In units of the scaled features; greater than 0. Default 0.1.</param>
    public static NoiseView Noise(float deviation = 0.1f) => new() { Deviation = deviation };

    /// <summary>Features set to 0 at random; see <see cref="MaskView"/>.</summary>
    /// <param name="probability">Of each feature; greater than 0 and less than 1. Default 0.1.</param>
    public static MaskView Mask(float probability = 0.1f) => new() { Probability = probability };

    /// <summary>A sequence cropped at both ends, played faster or slower, and jittered; see <see cref="SequenceView"/>.</summary>
    /// <param name="stepSize">The number of values in a step. At least 1.</param>
    /// <param name="crop">The largest share of the steps that is cut off; 0 or more and less than 1. Default 0.1.</param>
    /// <param name="speed">The largest share of the steps that is left out or doubled; 0 or more and less than 1. Default 0.15.</param>
    /// <param name="jitter">The deviation of normal noise on every value; 0 or more. Default 0.</param>
    public static SequenceView Sequence(int stepSize, float crop = 0.1f, float speed = 0.15f, float jitter = 0) =>
        new() { StepSize = stepSize, Crop = crop, Speed = speed, Jitter = jitter };

    /// <summary>Several views, applied one after the other.</summary>
    /// <param name="views">At least one.</param>
    public static CombinedView Combine(params IReadOnlyList<IRowView> views) => new() { Views = views };
}
