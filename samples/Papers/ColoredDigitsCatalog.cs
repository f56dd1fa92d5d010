using Microsoft.ML;
using Microsoft.ML.Data;

namespace Papers;

/// <summary>Makes colour images of digits, a stand-in for house numbers.</summary>
public static class ColoredDigitsCatalog
{
    /// <summary>
    /// Draws digits as colour images of 32 x 32 x 3 values from 0 to 1 in the layout of <see cref="Disentangle.ML.Trainers.ImageSize"/>, in
    /// random colours and sizes, shifted and rotated, on textured backgrounds, some of them next to parts of other digits, blurred and
    /// noisy. The same arguments give the same bytes on every machine. Columns: <c>Pixels</c> and <c>Label</c>, a Single.
    /// </summary>
    /// <param name="catalog">The catalog of data operations.</param>
    /// <param name="digits">
    /// Square grey images, bright on dark: <c>Pixels</c>, a vector of Single with values from 0 to 1; <c>Label</c>, a Single, an integer
    /// from 0 to 255.
    /// </param>
    /// <param name="rows">
    /// The number of images, at least 1. Class sizes differ by at most 1; a digit is reused only when all of its class have been used.
    /// </param>
    /// <param name="seed">Seeds colours, positions and everything else.</param>
    /// <param name="backgrounds">Pictures: <c>Pixels</c>, 32 x 32 x 3 from 0 to 1. Default null: a random texture.</param>
    /// <exception cref="ArgumentException">A column is missing, of another type or has other values, or there are no rows.</exception>
    public static IDataView CreateColoredDigits(
        this DataOperationsCatalog catalog, IDataView digits, int rows, int seed = 1, IDataView? backgrounds = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(digits);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);

        byte[][] images = Images(digits, nameof(digits), size => (int)Math.Sqrt(size) is var side && side * side == size, "a square");
        const int size = ColoredDigits.Side * ColoredDigits.Side * ColoredDigits.Channels;
        byte[][] pictures = backgrounds is null ? []
            : Images(backgrounds, nameof(backgrounds), given => given == size, $"{size} = 32 x 32 x 3 values");
        return catalog.LoadFromEnumerable(
            new ColoredDigits(Array.ConvertAll(images, image => new Glyph(image)), Labels(digits), pictures, seed).Draw(rows).ToArray());
    }

    private static byte[][] Images(IDataView data, string argument, Func<int, bool> isSize, string expected)
    {
        DataViewSchema.Column column = Column(data, argument, nameof(ColoredDigit.Pixels));
        if (column.Type is not VectorDataViewType { Size: > 0 and var size } type || type.ItemType != NumberDataViewType.Single
            || !isSize(size))
        {
            throw new ArgumentException(
                $"Column '{column.Name}' is of type {column.Type}; it must be a vector of Single of known size, {expected}.", argument);
        }
        byte[][] images = [.. data.GetColumn<float[]>(column)
            .Select((pixels, row) => Array.ConvertAll(pixels, pixel => pixel is >= 0 and <= 1
            ? (byte)MathF.Round(255 * pixel)
            : throw new ArgumentException(
                $"Column '{column.Name}' has {pixel} in row {row} (counted from 0); pixels must be from 0 to 1.", argument)))];
        return images.Length > 0 ? images : throw new ArgumentException("There are no rows.", argument);
    }

    private static byte[] Labels(IDataView digits)
    {
        DataViewSchema.Column column = Column(digits, nameof(digits), nameof(ColoredDigit.Label));
        if (column.Type != NumberDataViewType.Single)
            throw new ArgumentException($"Column '{column.Name}' is of type {column.Type}; it must be Single.", nameof(digits));
        return [.. digits.GetColumn<float>(column).Select((label, row) => label is >= 0 and <= 255 && label == MathF.Floor(label)
            ? (byte)label
            : throw new ArgumentException(
                $"Column '{column.Name}' has {label} in row {row} (counted from 0); labels must be whole numbers from 0 to 255.",
                nameof(digits)))];
    }

    private static DataViewSchema.Column Column(IDataView data, string argument, string name) => data.Schema.GetColumnOrNull(name)
        ?? throw new ArgumentException(
            $"There is no column '{name}'. The data have: {string.Join(", ", data.Schema.Select(column => column.Name).Distinct())}.",
            argument);
}
