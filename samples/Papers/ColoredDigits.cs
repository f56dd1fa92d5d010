namespace Papers;

/// <summary>
/// Draws digits that look like house numbers: 32 x 32 pixels in colour on a wall, of varying size, slightly rotated, with parts of
/// neighbours at the sides, blurred and noisy. It only adds, multiplies and divides, so that a seed gives the same bytes on every machine.
/// </summary>
internal sealed class ColoredDigits(Glyph[] glyphs, byte[] labels, byte[][] backgrounds, int seed)
{
    public const int Side = 32;
    public const int Channels = 3;
    private const double LeastContrast = 0.3;

    private readonly Random _random = new(seed);

    /// <summary>As many rows of each class, in random order. A digit comes a second time only when all of its class have come.</summary>
    public IEnumerable<ColoredDigit> Draw(int rows)
    {
        int[][] classes = [.. Enumerable.Range(0, glyphs.Length).GroupBy(i => labels[i]).OrderBy(group => group.Key)
            .Select(group => group.ToArray())];
        foreach (int[] members in classes)
            _random.Shuffle(members);
        int[] chosen = [.. Enumerable.Range(0, rows).Select(row => Member(classes[row % classes.Length], row / classes.Length))];
        _random.Shuffle(chosen);

        var pixels = new byte[rows * Side * Side * Channels];
        for (int row = 0; row < rows; row++)
            Draw(glyphs[chosen[row]], pixels.AsSpan(row * Side * Side * Channels, Side * Side * Channels));
        return chosen.Select((member, row) => new ColoredDigit
        {
            Pixels = Array.ConvertAll(pixels[(row * Side * Side * Channels)..((row + 1) * Side * Side * Channels)], value => value / 255f),
            Label = labels[member],
        });
    }

    private static int Member(int[] members, int turn) => members[turn % members.Length];

    private void Draw(Glyph glyph, Span<byte> image)
    {
        double[] values = Wall(), color = Color(values.Average()), ink = Ink(glyph);
        double opacity = Between(0.7, 1);
        for (int i = 0; i < values.Length; i++)
            values[i] += opacity * ink[i / Channels] * (color[i % Channels] - values[i]);
        values = Blurred(values, Between(0, 0.7));
        double noise = Between(0, 0.06);
        for (int i = 0; i < values.Length; i++)
            image[i] = (byte)Math.Round(255 * Math.Clamp(values[i] + Between(-noise, noise), 0, 1));
    }

    /// <summary>A colour with a piece of a picture over it.</summary>
    private double[] Wall()
    {
        double[] color = [Between(0, 1), Between(0, 1), Between(0, 1)];
        double[] texture = backgrounds.Length > 0 ? Piece(backgrounds[_random.Next(backgrounds.Length)]) : Texture();
        double share = Between(0.2, 0.3);
        for (int i = 0; i < texture.Length; i++)
            texture[i] = (1 - share) * color[i % Channels] + share * texture[i];
        return texture;
    }

    /// <summary>A square of a picture, enlarged.</summary>
    private double[] Piece(byte[] picture)
    {
        double side = Between(12, Side - 1), left = Between(0, Side - 1 - side), top = Between(0, Side - 1 - side);
        return Interpolated(Array.ConvertAll(picture, value => value / 255.0), Side, left, top, side);
    }

    /// <summary>Without pictures: random colours at the points of a coarse and a fine grid, interpolated.</summary>
    private double[] Texture()
    {
        double[] coarse = Grid(5), fine = Grid(13);
        double share = Between(0, 0.6);
        return [.. coarse.Zip(fine, (a, b) => (1 - share) * a + share * b)];

        double[] Grid(int points)
        {
            double[] colors = [.. Enumerable.Range(0, points * points * Channels).Select(_ => Between(0, 1))];
            return Interpolated(colors, points, 0, 0, points - 1);
        }
    }

    private static double[] Interpolated(double[] picture, int pictureSide, double left, double top, double side)
    {
        var values = new double[Side * Side * Channels];
        for (int i = 0; i < values.Length; i++)
        {
            double x = left + i / Channels % Side * side / (Side - 1), y = top + i / (Channels * Side) * side / (Side - 1);
            int column = Math.Min((int)x, pictureSide - 2), row = Math.Min((int)y, pictureSide - 2);
            double right = x - column, down = y - row;
            double Pixel(int r, int c) => picture[(r * pictureSide + c) * Channels + i % Channels];
            values[i] = (1 - down) * ((1 - right) * Pixel(row, column) + right * Pixel(row, column + 1))
                + down * ((1 - right) * Pixel(row + 1, column) + right * Pixel(row + 1, column + 1));
        }
        return values;
    }

    /// <summary>A colour that can be told from a wall of some brightness.</summary>
    private double[] Color(double brightness)
    {
        while (true)
        {
            double[] color = [Between(0, 1), Between(0, 1), Between(0, 1)];
            if (Math.Abs(color.Average() - brightness) >= LeastContrast)
                return color;
        }
    }

    /// <summary>How much of each pixel is painted: the digit near the centre, and now and then a neighbour on either side.</summary>
    private double[] Ink(Glyph glyph)
    {
        double height = Between(24, 28), x = Between(-2, 2), y = Between(-2, 2), width = Between(0.7, 1.1);
        // With t the tangent of half an angle of up to 11 degrees, its sine and cosine need no library's approximation.
        double t = Between(-0.1, 0.1), sine = 2 * t / (1 + t * t), cosine = (1 - t * t) / (1 + t * t);
        var ink = new double[Side * Side];
        Paint(glyph, x);
        foreach (int direction in (int[])[-1, 1])
        {
            if (Between(0, 1) < 0.2)
            {
                Glyph neighbor = glyphs[_random.Next(glyphs.Length)];
                double away = (Scale(glyph) * glyph.Width + Scale(neighbor) * neighbor.Width) * width / 2 + Between(0, 4);
                Paint(neighbor, x + direction * away);
            }
        }
        return ink;

        double Scale(Glyph painted) => height / Math.Max(painted.Height, painted.Width);

        void Paint(Glyph painted, double center)
        {
            double scale = Scale(painted);
            for (int i = 0; i < ink.Length; i++)
            {
                double across = i % Side - (Side - 1) / 2.0, down = i / Side - (Side - 1) / 2.0 - y;
                double turnedAcross = cosine * across + sine * down - center, turnedDown = cosine * down - sine * across;
                ink[i] = Math.Max(ink[i], painted.At(turnedAcross / (scale * width), turnedDown / scale));
            }
        }
    }

    /// <summary>Each pixel partly replaced by the mean of it and its neighbours, weighted 1 2 1 across and down.</summary>
    private static double[] Blurred(double[] values, double share)
    {
        var blurred = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int row = i / (Channels * Side), column = i / Channels % Side;
            double mean = 0;
            for (int r = -1; r <= 1; r++)
            {
                for (int c = -1; c <= 1; c++)
                {
                    int at = Math.Clamp(row + r, 0, Side - 1) * Side + Math.Clamp(column + c, 0, Side - 1);
                    mean += values[at * Channels + i % Channels] * (2 - Math.Abs(r)) * (2 - Math.Abs(c)) / 16;
                }
            }
            blurred[i] = (1 - share) * values[i] + share * mean;
        }
        return blurred;
    }

    private double Between(double least, double greatest) => least + (greatest - least) * _random.NextDouble();
}
