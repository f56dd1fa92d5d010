using static System.FormattableString;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Converts images of written digits to sequences of pen strokes, as E. D. de Jong did for MNIST (2016). A sequence is a concatenation of
/// steps with four values each: dx, dy, eos, eod. The first step is the start position, with pixels counted from 1 at the upper left and y
/// pointing down; the other steps move the pen. The step 0 0 1 0 ends a stroke, 0 0 1 1 ends the sequence. As in the published sequences,
/// a last stroke of a single pixel is not separated from the previous one.
/// </summary>
/// <remarks>
/// <para>
/// Ink is every pixel brighter than a threshold between 0 and 225, in steps of 25: the highest up to which the numbers of 4- and
/// 8-connected components are the same as at 0 and half of the ink remains. Two passes of Zhang and Suen thinning (1984) follow, which
/// skip the outermost pixels of the image; components of one or two pixels are dropped. The pen starts at the end point (a pixel with one
/// neighbour) with the smallest row + column, or at the pixel with the smallest sum if there is no end point, and always moves to the
/// pixel with the smallest |dx|³ + |dy|³. Of the tours that differ only in the choice among equally near pixels, the one that is shortest
/// when closed is used. A stroke ends if the next pixel is not a neighbour.
/// </para>
/// <para>
/// The published sequences have the same pixels in the same order, except that they choose among equally near pixels at random; see
/// docs/networks.md.
/// </para>
/// </remarks>
public static class StrokeSequences
{
    /// <summary>The number of values in a step: dx, dy, end of stroke, end of digit.</summary>
    public const int StepSize = 4;

    /// <summary>Converts an image to strokes. An image without ink becomes the single step 0 0 1 1.</summary>
    /// <param name="pixels">Row by row from the top, 0 (paper) to 1 (ink); levels are multiples of 1/255.</param>
    /// <param name="width">Pixels in a row. At least 1.</param>
    /// <param name="height">Rows. At least 1.</param>
    /// <returns>The concatenated steps, <see cref="StepSize"/> values each.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
    /// <exception cref="ArgumentException">The number of pixels is not width x height, or a pixel is not between 0 and 1.</exception>
    public static float[] FromImage(ReadOnlySpan<float> pixels, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.Length != (long)width * height)
            throw new ArgumentException($"The image has {pixels.Length} pixels; {width} x {height} needs {(long)width * height}.");
        var levels = new byte[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            if (!(pixels[i] >= 0 && pixels[i] <= 1))
                throw new ArgumentException(Invariant($"Pixel {i} is {pixels[i]}; it must be between 0 (paper) and 1 (ink)."));
            levels[i] = (byte)MathF.Round(255 * pixels[i]);
        }
        return Steps(PenTour.Through(Skeleton.Of(levels, width, height)));
    }

    private static float[] Steps(Pixel[] tour)
    {
        var steps = new List<float>(StepSize * (tour.Length + 4));
        // Pixels count from 1 in the published sequences, whose pen starts at 0, 0.
        var pen = new Pixel(-1, -1);
        for (int i = 0; i < tour.Length; i++)
        {
            if (i > 0 && i < tour.Length - 1 && !tour[i].IsNeighbor(pen))
                steps.AddRange([0, 0, 1, 0]);
            steps.AddRange([tour[i].X - pen.X, tour[i].Y - pen.Y, 0, 0]);
            pen = tour[i];
        }
        steps.AddRange([0, 0, 1, 1]);
        return [.. steps];
    }
}
