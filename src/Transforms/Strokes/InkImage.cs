namespace Disentangle.ML.Transforms;

/// <summary>A black and white image with a border of paper, so that every pixel has eight neighbours.</summary>
internal sealed class InkImage
{
    private readonly int _width;
    private readonly int _height;
    private readonly bool[] _ink;
    private readonly int[] _around;

    private InkImage(int width, int height, bool[] ink)
    {
        (_width, _height, _ink) = (width, height, ink);
        int row = width + 2;
        _around = [-row, 1 - row, 1, row + 1, row, row - 1, -1, -row - 1];
    }

    /// <summary>Creates an image whose ink is the pixels above a threshold.</summary>
    public static InkImage Above(ReadOnlySpan<byte> levels, int width, int height, int threshold)
    {
        var image = new InkImage(width, height, new bool[(width + 2) * (height + 2)]);
        for (int i = 0; i < levels.Length; i++)
            image._ink[image.Index(i % width, i / width)] = levels[i] > threshold;
        return image;
    }

    /// <summary>The pixels with ink, row by row.</summary>
    public IEnumerable<Pixel> Ink
    {
        get
        {
            for (int y = 0; y < _height; y++)
            {
                for (int x = 0; x < _width; x++)
                {
                    if (_ink[Index(x, y)])
                        yield return new Pixel(x, y);
                }
            }
        }
    }

    /// <summary>Whether a pixel lies at the edge of the image.</summary>
    public bool IsAtEdge(Pixel pixel) => pixel.X == 0 || pixel.Y == 0 || pixel.X == _width - 1 || pixel.Y == _height - 1;

    /// <summary>Removes the ink from pixels.</summary>
    public void Erase(IEnumerable<Pixel> pixels)
    {
        foreach (Pixel pixel in pixels)
            _ink[Index(pixel.X, pixel.Y)] = false;
    }

    /// <summary>
    /// Returns which neighbours of a pixel have ink: one bit each, clockwise from the one above, which is the least significant bit.
    /// </summary>
    public int Neighbors(Pixel pixel)
    {
        int center = Index(pixel.X, pixel.Y), bits = 0;
        for (int i = 0; i < _around.Length; i++)
        {
            if (_ink[center + _around[i]])
                bits |= 1 << i;
        }
        return bits;
    }

    /// <summary>Returns the connected components, 8-connected (sides and corners) or 4-connected (sides only).</summary>
    public List<List<Pixel>> Components(bool corners)
    {
        var components = new List<List<Pixel>>();
        var seen = new bool[_ink.Length];
        var open = new Stack<int>();
        foreach (Pixel pixel in Ink)
        {
            int first = Index(pixel.X, pixel.Y);
            if (seen[first])
                continue;
            var component = new List<Pixel>();
            seen[first] = true;
            open.Push(first);
            while (open.TryPop(out int index))
            {
                component.Add(new Pixel(index % (_width + 2) - 1, index / (_width + 2) - 1));
                for (int i = 0; i < _around.Length; i += corners ? 1 : 2)
                {
                    int next = index + _around[i];
                    if (_ink[next] && !seen[next])
                    {
                        seen[next] = true;
                        open.Push(next);
                    }
                }
            }
            components.Add(component);
        }
        return components;
    }

    private int Index(int x, int y) => (y + 1) * (_width + 2) + x + 1;
}
