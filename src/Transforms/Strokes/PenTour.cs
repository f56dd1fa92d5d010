using System.Numerics;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The order in which the pen goes through the pixels of a line drawing: always to the nearest one left. Where several are equally near, all ways to go on are
/// followed, and the tour that is shortest when closed is taken, of equally short ones the first.
/// </summary>
internal sealed class PenTour
{
    /// <summary>More tours than that are not begun. Digits have 8 in the mean, and 4 of 1,000 have more than 4,000.</summary>
    private const int MostTours = 1000;

    // In reading order, in which equally near pixels are tried.
    private readonly Pixel[] _pixels;
    private int[] _best = [];
    private long _bestCost = long.MaxValue;
    private int _tours;

    private PenTour(Pixel[] pixels) => _pixels = pixels;

    /// <summary>The pixels in their order.</summary>
    public static Pixel[] Through(InkImage image)
    {
        Pixel[] pixels = [.. image.Ink];
        if (pixels.Length == 0)
            return [];
        var tour = new PenTour(pixels);
        int[] order = [.. Enumerable.Range(0, pixels.Length)];
        int start = Array.IndexOf(pixels, Start(image, pixels));
        (order[0], order[start]) = (order[start], order[0]);
        tour.Continue(order, visited: 1, cost: 0);
        return [.. tour._best.Select(i => pixels[i])];
    }

    /// <summary>The upper left end point; where the lines are closed, the upper left pixel.</summary>
    private static Pixel Start(InkImage image, Pixel[] pixels)
    {
        Pixel[] ends = [.. pixels.Where(pixel => BitOperations.PopCount((uint)image.Neighbors(pixel)) == 1)];
        return ends.Length > 0
            ? ends.MinBy(pixel => pixel.X + pixel.Y)
            : pixels.OrderBy(pixel => pixel.X + pixel.Y).ThenBy(pixel => pixel.X).First();
    }

    /// <summary>Follows all ways on from a tour's beginning.</summary>
    /// <param name="order">The pixels, those visited first, in their order; overwritten.</param>
    /// <param name="visited">How many are.</param>
    /// <param name="cost">What they cost.</param>
    private void Continue(int[] order, int visited, long cost)
    {
        for (; visited < order.Length; visited++)
        {
            if (_tours == MostTours)
                return;
            (List<int> nearest, long least) = Nearest(order, visited);
            cost += least;
            if (cost >= _bestCost)
            {
                _tours++;
                return;
            }
            if (nearest.Count > 1)
            {
                foreach (int way in nearest.OrderBy(i => order[i]))
                {
                    int[] tried = [.. order];
                    (tried[visited], tried[way]) = (tried[way], tried[visited]);
                    Continue(tried, visited + 1, cost);
                }
                return;
            }
            (order[visited], order[nearest[0]]) = (order[nearest[0]], order[visited]);
        }
        _tours++;
        cost += _pixels[order[^1]].Cost(_pixels[order[0]]);
        if (cost < _bestCost)
            (_best, _bestCost) = (order, cost);
    }

    /// <summary>The pixels left that are nearest to the last one visited, as places in the order, and what the way to one costs.</summary>
    private (List<int> Places, long Cost) Nearest(int[] order, int visited)
    {
        Pixel pen = _pixels[order[visited - 1]];
        var nearest = new List<int>();
        long least = long.MaxValue;
        for (int i = visited; i < order.Length; i++)
        {
            long cost = pen.Cost(_pixels[order[i]]);
            if (cost < least)
                nearest.Clear();
            if (cost <= least)
            {
                nearest.Add(i);
                least = cost;
            }
        }
        return (nearest, least);
    }
}
