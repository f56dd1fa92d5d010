namespace Disentangle.ML.Transforms;

/// <summary>The position of a pixel, counted from 0 at the upper left.</summary>
internal readonly record struct Pixel(int X, int Y)
{
    /// <summary>The cost of moving the pen between two pixels, |dx|³ + |dy|³.</summary>
    public long Cost(Pixel other)
    {
        long dx = Math.Abs(X - other.X), dy = Math.Abs(Y - other.Y);
        return dx * dx * dx + dy * dy * dy;
    }

    /// <summary>Whether two pixels touch at a side or a corner.</summary>
    public bool IsNeighbor(Pixel other) => Math.Max(Math.Abs(X - other.X), Math.Abs(Y - other.Y)) <= 1;
}
