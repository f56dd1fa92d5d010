namespace Papers;

/// <summary>A grey digit, seen through the smallest box that holds its ink.</summary>
internal sealed class Glyph
{
    private const byte Ink = 64;

    private readonly byte[] _pixels;
    private readonly int _side;
    private readonly double _left;
    private readonly double _top;

    /// <param name="pixels">A square image, row by row, bright on dark.</param>
    public Glyph(byte[] pixels)
    {
        _pixels = pixels;
        _side = (int)Math.Sqrt(pixels.Length);
        int[] inked = [.. Enumerable.Range(0, pixels.Length).Where(i => pixels[i] >= Ink).DefaultIfEmpty(pixels.Length / 2)];
        (_left, _top) = (inked.Min(i => i % _side), inked.Min(i => i / _side));
        Width = inked.Max(i => i % _side) - _left + 1;
        Height = inked.Max(i => i / _side) - _top + 1;
    }

    /// <summary>Of the box, in pixels.</summary>
    public double Width { get; }

    /// <summary>Of the box, in pixels.</summary>
    public double Height { get; }

    /// <summary>The ink, 0 to 1, at a point of the box's pixels counted from its centre, interpolated; 0 outside the image.</summary>
    public double At(double x, double y)
    {
        x += _left + (Width - 1) / 2;
        y += _top + (Height - 1) / 2;
        double column = Math.Floor(x), row = Math.Floor(y);
        double right = x - column, down = y - row;
        return ((1 - down) * ((1 - right) * Pixel(column, row) + right * Pixel(column + 1, row))
            + down * ((1 - right) * Pixel(column, row + 1) + right * Pixel(column + 1, row + 1))) / 255;
    }

    private double Pixel(double column, double row) =>
        column >= 0 && row >= 0 && column < _side && row < _side ? _pixels[(int)row * _side + (int)column] : 0;
}
