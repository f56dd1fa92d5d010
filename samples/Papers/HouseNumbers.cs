using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Papers;

/// <summary>
/// A few colour images of digits, further ones that tell when to stop training (null for none), many handwritten digits, and others of
/// both for testing. The key column Class is the digit.
/// </summary>
internal sealed record HouseNumbers(
    IDataView Primary, IDataView? Validation, IDataView Auxiliary, IDataView Test, IDataView AuxiliaryTest)
{
    private const int RowsPerClass = 100;
    private const int ValidationRows = 1000;
    private const int TestRows = 2000;

    /// <summary>Digits from this index on, 45,000 of MNIST's 60,000, become colour images; those before it are auxiliary.</summary>
    private static int FirstColored(IDataView digits) => digits.GetColumn<float>("Label").Count() * 3 / 4;

    /// <summary>Coloured MNIST digits; no digit is used in two of the three parts.</summary>
    public static HouseNumbers FromDigits(MLContext ml, DirectoryInfo digits, DirectoryInfo? patches, Sizes sizes)
    {
        IDataView? backgrounds = patches is null ? null : Idx(ml, patches, "train", "idx4");
        IDataView train = Idx(ml, digits, "train", "idx3");
        (IDataView few, IDataView? stopping, IDataView? last) = Parts(ml, ml.Data.SkipRows(train, FirstColored(train)), sizes);
        IDataView test = last ?? Idx(ml, digits, "t10k", "idx3");
        return Of(ml, ml.Data.CreateColoredDigits(few, 10 * RowsPerClass, seed: 1, backgrounds),
            stopping is null ? null : ml.Data.CreateColoredDigits(stopping, ValidationRows, seed: 3, backgrounds), train, sizes.Auxiliary,
            ml.Data.CreateColoredDigits(test, TestRows, seed: 2, backgrounds), test);
    }

    /// <summary>The Street View House Numbers; the first rows of each class are for training.</summary>
    public static HouseNumbers FromSvhn(MLContext ml, DirectoryInfo svhn, DirectoryInfo digits, Sizes sizes)
    {
        IDataView Svhn(string part) => ml.Data.LoadFromSvhn(Path.Combine(svhn.FullName, $"{part}_32x32.mat"));
        (IDataView train, IDataView? stopping, IDataView? last) = Parts(ml, Svhn("train"), sizes);
        var taken = new int[10];
        IEnumerable<HouseNumber> few = ml.Data.CreateEnumerable<HouseNumber>(train, reuseRowObject: false)
            .Where(row => taken[(int)row.Label]++ < RowsPerClass);
        return Of(ml, ml.Data.LoadFromEnumerable(few.ToArray()), stopping, Idx(ml, digits, "train", "idx3"), sizes.Auxiliary,
            last ?? Svhn("test"), Idx(ml, digits, "t10k", "idx3"));
    }

    /// <summary>The colour images for training, for stopping it, and for testing; null for what is not taken from them.</summary>
    private static (IDataView Training, IDataView? Stopping, IDataView? Last) Parts(MLContext ml, IDataView rows, Sizes sizes)
    {
        (IDataView others, IDataView? last) = Split(ml, rows, sizes.HeldOut);
        (IDataView training, IDataView? stopping) =
            Split(ml, others, sizes.Stopping ? Math.Min(ValidationRows, others.GetColumn<float>("Label").Count() / 2) : 0);
        return (training, stopping, last);
    }

    /// <summary>Splits off the last rows; null if there are none to split off.</summary>
    private static (IDataView Before, IDataView? Last) Split(MLContext ml, IDataView rows, int last)
    {
        if (last == 0)
            return (rows, null);
        int before = rows.GetColumn<float>("Label").Count() - last;
        return (ml.Data.TakeRows(rows, before), ml.Data.SkipRows(rows, before));
    }

    private static HouseNumbers Of(
        MLContext ml, IDataView primary, IDataView? validation, IDataView handwritten, int auxiliary, IDataView test,
        IDataView auxiliaryTest)
    {
        var keys = ml.Transforms.Conversion.MapValueToKey(
            "Class", "Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(primary);
        return new HouseNumbers(
            keys.Transform(primary), validation is null ? null : keys.Transform(validation),
            keys.Transform(ml.Data.TakeRows(handwritten, Math.Min(auxiliary, FirstColored(handwritten)))),
            ml.Data.Cache(keys.Transform(test)), keys.Transform(auxiliaryTest));
    }

    private static IDataView Idx(MLContext ml, DirectoryInfo folder, string part, string format) => ml.Data.LoadFromIdx(
        Path.Combine(folder.FullName, $"{part}-images-{format}-ubyte.gz"), Path.Combine(folder.FullName, $"{part}-labels-idx1-ubyte.gz"));

    /// <summary>How many handwritten and colour images have which purpose.</summary>
    /// <param name="Auxiliary">The most handwritten digits.</param>
    /// <param name="HeldOut">Colour images of the training files to test on; 0 to test on the test files.</param>
    /// <param name="Stopping">Whether some tell when to stop training.</param>
    public readonly record struct Sizes(int Auxiliary, int HeldOut, bool Stopping);

    private sealed class HouseNumber
    {
        [VectorType(3072)]
        public float[] Pixels { get; set; } = [];

        public float Label { get; set; }
    }
}
