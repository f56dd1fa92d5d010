using static System.FormattableString;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Images of written digits as sequences of pen strokes, as E. D. de Jong made them of MNIST (2016). A sequence is made of steps of four values dx, dy, eos,
/// eod, one step behind the other. The first step is the start itself, pixels counted from 1 at the upper left, y downward; the others move the pen. Where a
/// stroke ends stands the step 0 0 1 0, at the end of the sequence 0 0 1 1. A last stroke of a single pixel is not set apart from the one before: so it is in
/// the published sequences.
/// </summary>
/// <remarks>
/// <para>
/// Ink are pixels brighter than a threshold, from 0 in steps of 25 to at most 225: the greatest up to which the numbers of 4- and 8-connected components
/// stay as they are at 0 and half of the ink is left. Two passes of the thinning of Zhang and Suen (1984) follow, which leave the outermost pixels of the
/// image alone, and components of one or two pixels are dropped. The pen starts at the end point (a pixel with one neighbour) for which row + column is least,
/// or where there is none at any such pixel, and always goes on to the pixel with the least |dx|³ + |dy|³. Of the tours that differ in equally near pixels it
/// takes the one that is shortest when closed. A stroke ends where the next pixel is no neighbour.
/// </para>
/// <para>
/// The published sequences have the same pixels, and the same order but where equally near pixels were drawn by lot: see docs/networks.md.
/// </para>
/// </remarks>
public static class StrokeSequences
{
    /// <summary>The number of values in a step: dx, dy, end of stroke, end of digit.</summary>
    public const int StepSize = 4;

    /// <summary>The strokes of an image; of one without ink, the step 0 0 1 1 alone.</summary>
    /// <param name="pixels">Row by row from the top, 0 (paper) to 1 (ink); levels are multiples of 1/255.</param>
    /// <param name="width">Pixels in a row. At least 1.</param>
    /// <param name="height">Rows. At least 1.</param>
    /// <returns>The steps one behind the other, <see cref="StepSize"/> values each.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
    /// <exception cref="ArgumentException">There are more or fewer pixels than that, or one is not from 0 to 1.</exception>
    public static float[] FromImage(ReadOnlySpan<float> pixels, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.Length != (long)width * height)
            throw new ArgumentException($"The image has {pixels.Length} pixels; {width} x {height} are {(long)width * height}.");
        var levels = new byte[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            if (!(pixels[i] >= 0 && pixels[i] <= 1))
                throw new ArgumentException(Invariant($"Pixel {i} is {pixels[i]}; pixels go from 0 (paper) to 1 (ink)."));
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
