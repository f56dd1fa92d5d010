using Disentangle.ML.Transforms;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Makes colour images of digits, for those who have no house numbers at hand.</summary>
public static class ColoredDigitsCatalog
{
    /// <summary>
    /// Draws digits of a set as colour images, to try with them what is meant for <see cref="SvhnCatalog.LoadFromSvhn">SVHN</see>: random colours and
    /// sizes, shifted and turned, on pieces of pictures, some of them beside pieces of other digits, blurred and noisy. Columns: <c>Pixels</c>, a vector of Single of size
    /// 3,072 with values from 0 to 1, 32 x 32 x 3 laid out as <see cref="Disentangle.ML.Trainers.ImageSize"/> says; <c>Label</c>, a Single.
    /// </summary>
    /// <remarks>The same arguments give the same bytes, on every machine.</remarks>
    /// <param name="catalog">The catalog of data operations.</param>
    /// <param name="digits">
    /// The digits, bright on dark: <c>Pixels</c>, a vector of Single of known size, a square from 0 to 1; <c>Label</c>, a Single, a whole number from 0 to
    /// 255. <see cref="IdxCatalog.LoadFromIdx"/> gives such.
    /// </param>
    /// <param name="rows">How many to make, at least 1. Each class gets as many, but for 1. A digit is drawn again only when all of its class have been.</param>
    /// <param name="seed">What colours, places and all else are drawn from.</param>
    /// <param name="backgrounds">Pictures: <c>Pixels</c>, 32 x 32 x 3 from 0 to 1. Without them the background is a random texture.</param>
    /// <exception cref="ArgumentException">A column is missing, of another type or has other values, or there are no rows in it.</exception>
    public static IDataView CreateColoredDigits(
        this DataOperationsCatalog catalog, IDataView digits, int rows, int seed = 1, IDataView? backgrounds = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(digits);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);

        byte[][] images = Images(digits, nameof(digits), size => (int)Math.Sqrt(size) is var side && side * side == size, "a square");
        const int size = ColoredDigits.Side * ColoredDigits.Side * ColoredDigits.Channels;
        byte[][] pictures = backgrounds is null ? [] : Images(backgrounds, nameof(backgrounds), given => given == size, $"{size} = 32 x 32 x 3 values");
        return new ColoredDigits(Array.ConvertAll(images, image => new Glyph(image)), Labels(digits), pictures, seed).Draw(rows).AsDataView(catalog);
    }

    private static byte[][] Images(IDataView data, string argument, Func<int, bool> isSize, string expected)
    {
        DataViewSchema.Column column = Column(data, argument, nameof(LabelledImage.Pixels));
        if (column.Type is not VectorDataViewType { Size: > 0 and var size } type || type.ItemType != NumberDataViewType.Single || !isSize(size))
            throw new ArgumentException($"Column '{column.Name}' is of type {column.Type}; it must be a vector of Single of known size, {expected}.", argument);
        byte[][] images = [.. data.GetColumn<float[]>(column).Select((pixels, row) => Array.ConvertAll(pixels, pixel => pixel is >= 0 and <= 1
            ? (byte)MathF.Round(255 * pixel)
            : throw new ArgumentException($"Column '{column.Name}' has {pixel} in row {row} (counted from 0); pixels must be from 0 to 1.", argument)))];
        return images.Length > 0 ? images : throw new ArgumentException("There are no rows.", argument);
    }

    private static byte[] Labels(IDataView digits)
    {
        DataViewSchema.Column column = Column(digits, nameof(digits), nameof(LabelledImage.Label));
        if (column.Type != NumberDataViewType.Single)
            throw new ArgumentException($"Column '{column.Name}' is of type {column.Type}; it must be Single.", nameof(digits));
        return [.. digits.GetColumn<float>(column).Select((label, row) => label is >= 0 and <= 255 && label == MathF.Floor(label)
            ? (byte)label
            : throw new ArgumentException(
                $"Column '{column.Name}' has {label} in row {row} (counted from 0); labels must be whole numbers from 0 to 255.", nameof(digits)))];
    }

    private static DataViewSchema.Column Column(IDataView data, string argument, string name) => data.Schema.GetColumnOrNull(name)
        ?? throw new ArgumentException(
            $"There is no column '{name}'. The data have: {string.Join(", ", data.Schema.Select(column => column.Name).Distinct())}.", argument);
}
