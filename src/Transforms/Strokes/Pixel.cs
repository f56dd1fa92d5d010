namespace Disentangle.ML.Transforms;

/// <summary>Where a pixel is, counted from 0 at the upper left.</summary>
internal readonly record struct Pixel(int X, int Y)
{
    /// <summary>What the pen's way between two pixels costs, |dx|³ + |dy|³.</summary>
    public long Cost(Pixel other)
    {
        long dx = Math.Abs(X - other.X), dy = Math.Abs(Y - other.Y);
        return dx * dx * dx + dy * dy * dy;
    }

    /// <summary>Whether they touch, by a side or a corner.</summary>
    public bool IsNeighbor(Pixel other) => Math.Max(Math.Abs(X - other.X), Math.Abs(Y - other.Y)) <= 1;
}
