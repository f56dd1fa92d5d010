using System.Numerics;

namespace Disentangle.ML.Transforms;

/// <summary>Thins the strokes of an image to about one pixel.</summary>
internal static class Skeleton
{
    private const int ThresholdStep = 25;
    private const int GreatestThreshold = 225;
    private const int ThinningPasses = 2;
    private const int LeastComponent = 3;

    /// <summary>Returns the thinned image.</summary>
    public static InkImage Of(ReadOnlySpan<byte> levels, int width, int height)
    {
        InkImage image = Threshold(levels, width, height);
        for (int i = 0; i < ThinningPasses; i++)
        {
            Thin(image, second: false);
            Thin(image, second: true);
        }
        foreach (List<Pixel> component in image.Components(corners: true))
        {
            if (component.Count < LeastComponent)
                image.Erase(component);
        }
        return image;
    }

    private static InkImage Threshold(ReadOnlySpan<byte> levels, int width, int height)
    {
        InkImage image = InkImage.Above(levels, width, height, 0);
        (int sides, int corners, int ink) original = Measure(image);
        for (int threshold = ThresholdStep; threshold <= GreatestThreshold; threshold += ThresholdStep)
        {
            InkImage next = InkImage.Above(levels, width, height, threshold);
            (int sides, int corners, int ink) = Measure(next);
            if (sides != original.sides || corners != original.corners || 2 * ink < original.ink)
                break;
            image = next;
        }
        return image;
    }

    private static (int Sides, int Corners, int Ink) Measure(InkImage image)
    {
        List<List<Pixel>> components = image.Components(corners: true);
        return (image.Components(corners: false).Count, components.Count, components.Sum(component => component.Count));
    }

    /// <summary>Half a pass of Zhang and Suen: erases at once all pixels on one side of the lines that do not connect anything.</summary>
    private static void Thin(InkImage image, bool second)
    {
        // Clockwise from the least significant bit: P2 (above), P3, P4 (right), P5, P6 (below), P7, P8 (left), P9.
        const int P2 = 1, P4 = 4, P6 = 16, P8 = 64;
        int one = second ? P2 | P4 | P8 : P2 | P4 | P6, other = second ? P2 | P6 | P8 : P4 | P6 | P8;
        Pixel[] erased = [.. image.Ink.Where(pixel =>
        {
            int neighbors = image.Neighbors(pixel);
            int count = BitOperations.PopCount((uint)neighbors);
            int turned = (neighbors >> 1) | ((neighbors & 1) << 7);
            int changes = BitOperations.PopCount((uint)(~neighbors & turned));
            return count is >= 2 and <= 6 && changes == 1 && (neighbors & one) != one && (neighbors & other) != other
                && !image.IsAtEdge(pixel);
        })];
        image.Erase(erased);
    }
}
