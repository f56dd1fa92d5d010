using System.Numerics;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The order in which the pen visits the pixels of a line drawing: always the nearest remaining pixel next. If several are equally near,
/// every continuation is followed, and the tour that is shortest when closed wins; the first of equally short ones.
/// </summary>
internal sealed class PenTour
{
    /// <summary>The maximum number of tours. Digits have 8 on average; 4 of 1,000 have more than 4,000.</summary>
    private const int MostTours = 1000;

    // In reading order, the order in which equally near pixels are tried.
    private readonly Pixel[] _pixels;
    private int[] _best = [];
    private long _bestCost = long.MaxValue;
    private int _tours;

    private PenTour(Pixel[] pixels) => _pixels = pixels;

    /// <summary>Returns the pixels in the order of the tour.</summary>
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

    /// <summary>The upper left end point; if the lines are closed, the upper left pixel.</summary>
    private static Pixel Start(InkImage image, Pixel[] pixels)
    {
        Pixel[] ends = [.. pixels.Where(pixel => BitOperations.PopCount((uint)image.Neighbors(pixel)) == 1)];
        return ends.Length > 0
            ? ends.MinBy(pixel => pixel.X + pixel.Y)
            : pixels.OrderBy(pixel => pixel.X + pixel.Y).ThenBy(pixel => pixel.X).First();
    }

    /// <summary>Follows every continuation of a partial tour.</summary>
    /// <param name="order">The pixels, the visited ones first and in order; overwritten.</param>
    /// <param name="visited">The number of visited pixels.</param>
    /// <param name="cost">The cost of the tour so far.</param>
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

    /// <summary>The remaining pixels nearest to the last visited one, as indices into the order, and the cost of moving to one.</summary>
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
