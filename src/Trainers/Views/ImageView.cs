using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A small random affine transformation of an image: rotation, scaling, shear and shift, with bilinear interpolation and 0 outside the
/// image. Each amount is uniform between its limits.
/// </summary>
public sealed record ImageView : IRowView
{
    /// <summary>
    /// The size of the image. The features are its pixels, row by row, with the channels of a pixel adjacent. Default 28 x 28 x 1.
    /// </summary>
    public ImageSize Image { get; init; } = new(28, 28);

    /// <summary>The largest shift in each direction, as a fraction of the side; 0 or more. Default 0.07: two pixels of 28.</summary>
    public float Shift { get; init; } = 0.07f;

    /// <summary>The largest rotation in degrees, either way; 0 to 180. Default 12.</summary>
    public float Rotation { get; init; } = 12;

    /// <summary>The largest relative change of size, either way; 0 or more and less than 1. Default 0.1.</summary>
    public float Scale { get; init; } = 0.1f;

    /// <summary>
    /// The largest horizontal shear, either way: the shift of a line divided by its distance from the middle; 0 or more. Default 0.2.
    /// </summary>
    public float Shear { get; init; } = 0.2f;

    /// <inheritdoc/>
    public float[] Change(ReadOnlySpan<float> row, Random random)
    {
        float Draw(float limit) => limit * (2 * random.NextSingle() - 1);
        (float sine, float cosine) = MathF.SinCos(Draw(Rotation) * MathF.PI / 180);
        float size = 1 / (1 + Draw(Scale)), shear = Draw(Shear);
        float shiftX = Draw(Shift) * Image.Width, shiftY = Draw(Shift) * Image.Height;
        float middleX = (Image.Width - 1) / 2f, middleY = (Image.Height - 1) / 2f;
        // The inverse map: from a pixel to where its value comes from.
        (float xx, float xy) = (size * cosine, size * (shear * cosine - sine));
        (float yx, float yy) = (size * sine, size * (shear * sine + cosine));
        var changed = new float[row.Length];
        int channels = Image.Channels, place = 0;
        for (int y = 0; y < Image.Height; y++)
        {
            float dy = y - middleY - shiftY;
            for (int x = 0; x < Image.Width; x++, place += channels)
            {
                float dx = x - middleX - shiftX;
                Interpolate(row, xx * dx + xy * dy + middleX, yx * dx + yy * dy + middleY, changed.AsSpan(place, channels));
            }
        }
        return changed;
    }

    private void Interpolate(ReadOnlySpan<float> pixels, float x, float y, Span<float> value)
    {
        if (!(x > -1 && x < Image.Width && y > -1 && y < Image.Height))
            return;
        int left = (int)MathF.Floor(x), top = (int)MathF.Floor(y);
        float right = x - left, down = y - top;
        Add(pixels, left, top, (1 - right) * (1 - down), value);
        Add(pixels, left + 1, top, right * (1 - down), value);
        Add(pixels, left, top + 1, (1 - right) * down, value);
        Add(pixels, left + 1, top + 1, right * down, value);
    }

    private void Add(ReadOnlySpan<float> pixels, int x, int y, float share, Span<float> value)
    {
        if ((uint)x >= (uint)Image.Width || (uint)y >= (uint)Image.Height)
            return;
        int place = (y * Image.Width + x) * Image.Channels;
        for (int c = 0; c < value.Length; c++)
            value[c] += share * pixels[place + c];
    }

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (Image.Width < 1 || Image.Height < 1 || Image.Channels < 1)
            yield return $"Image of an image view is {Image}; width, height and channels must be at least 1.";
        foreach ((string name, float value, float limit) in (IEnumerable<(string, float, float)>)
            [(nameof(Shift), Shift, float.PositiveInfinity), (nameof(Rotation), Rotation, 180.0001f), (nameof(Scale), Scale, 1),
             (nameof(Shear), Shear, float.PositiveInfinity)])
        {
            if (!(value >= 0 && value < limit))
                {
                string upper = limit < 2 ? " and less than 1" : limit < 200 ? " and at most 180" : "";
                yield return Invariant($"{name} of an image view is {value}; it must be 0 or more{upper}.");
            }
        }
    }

    /// <inheritdoc/>
    public string? Mismatch(InputShape shape) => shape.IsSequence || shape.Width != Image.Length
        ? $"The image view needs images of {Image} = {Image.Length} features; the rows are {shape}."
        : null;
}
