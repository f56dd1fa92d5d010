namespace Disentangle.ML.Trainers;

/// <summary>
/// The size of an image. As features, an image is a vector of height x width x channels values: rows from top to bottom, pixels from left
/// to right, and the channels of a pixel adjacent.
/// </summary>
/// <param name="Width">The width in pixels.</param>
/// <param name="Height">The height in pixels.</param>
/// <param name="Channels">The number of values per pixel: 1 for grey, 3 for colour. Default 1.</param>
public sealed record ImageSize(int Width, int Height, int Channels = 1)
{
    internal int Length => checked(Height * Width * Channels);

    /// <summary>Whether its values fit into one array.</summary>
    internal bool FitsMemory => (double)Height * Width * Channels <= Array.MaxLength;

    /// <summary>For example <c>28 x 28 x 1</c>: height, width, channels.</summary>
    public override string ToString() => $"{Height} x {Width} x {Channels}";
}
