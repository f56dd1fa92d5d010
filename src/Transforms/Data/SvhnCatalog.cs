using Disentangle.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Loads the cropped digits of the Street View House Numbers (SVHN).</summary>
public static class SvhnCatalog
{
    private const int Side = 32;
    private const int Channels = 3;
    private const int Pixels = Side * Side * Channels;

    /// <summary>
    /// Loads <c>train_32x32.mat</c>, <c>test_32x32.mat</c> or <c>extra_32x32.mat</c>. Columns: <c>Pixels</c>, a vector of Single of size
    /// 3,072 with values from 0 to 1, in the layout of <see cref="Disentangle.ML.Trainers.ImageSize"/>; <c>Label</c>, a Single, 0 to 9 (10
    /// in the file is the digit 0).
    /// </summary>
    /// <remarks>The images stay in memory as bytes: 225 MB for the training set.</remarks>
    /// <param name="catalog">The catalog of data operations.</param>
    /// <param name="path">
    /// A MATLAB 5 file with <c>X</c>, 32 x 32 x 3 x N whole numbers from 0 to 255, and <c>y</c>, N from 1 to 10.
    /// </param>
    /// <exception cref="InvalidDataException">The file is in another format, truncated or altered, or has other variables.</exception>
    public static IDataView LoadFromSvhn(this DataOperationsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        IReadOnlyDictionary<string, MatArray> arrays = MatFile.Read(path, [new MatVariable("X", 0, 255), new MatVariable("y", 1, 10)]);
        (MatArray images, MatArray labels) = (arrays["X"], arrays["y"]);
        // MATLAB drops a last dimension of 1.
        int[] shape = images.Dimensions.Length == 3 ? [.. images.Dimensions, 1] : images.Dimensions;
        if (shape is not [Side, Side, Channels, > 0])
            throw new InvalidDataException($"'{path}' has X of {images.Shape}; {Side} x {Side} x {Channels} x N is expected.");
        if (labels.Values.Length != shape[3] || labels.Dimensions.Max() != shape[3])
            throw new InvalidDataException($"'{path}' has {shape[3]} images in X and y of {labels.Shape}; {shape[3]} x 1 is expected.");

        // The file stores images column by column, channel by channel.
        int[] order = [.. Enumerable.Range(0, Pixels).Select(i => (i % Channels * Side + i / Channels % Side) * Side
            + i / (Channels * Side))];
        return new ByteImages(images.Values, Array.ConvertAll(labels.Values, label => (byte)(label % 10)), Pixels, order)
            .AsDataView(catalog);
    }
}
