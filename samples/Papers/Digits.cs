using Microsoft.ML;
using Microsoft.ML.Data;

namespace Papers;

/// <summary>An image with its class and the label given to training.</summary>
public sealed class Digit
{
    [VectorType(Digits.Side * Digits.Side)]
    public float[] Pixels { get; set; } = [];

    /// <summary>
    /// The pen strokes, if requested. The start point is divided by the side of the image, so that it does not outweigh the moves.
    /// </summary>
    public float[] Strokes { get; set; } = [];

    public float Label { get; set; }

    /// <summary>The label given to training; empty if none.</summary>
    public string Group { get; set; } = "";
}

/// <summary>The training and test images in a folder.</summary>
/// <param name="Name">The name of the folder.</param>
/// <param name="Set">Which images they are.</param>
/// <param name="Train">The training images.</param>
/// <param name="Test">The test images.</param>
public sealed record Digits(string Name, ImageSet Set, Digit[] Train, Digit[] Test)
{
    public const int Side = 28;

    private const string EmnistBalanced = "emnist-balanced-";

    /// <summary>The number of different labels.</summary>
    public int Classes => Train.Concat(Test).Select(digit => digit.Label).Distinct().Count();

    /// <summary>
    /// Reads the files under their published names, gzip or plain. MNIST and Fashion-MNIST have the same names, so the name of the folder
    /// decides; those of EMNIST Balanced are used if there are no others.
    /// </summary>
    public static Digits Load(DirectoryInfo folder, int train)
    {
        var ml = new MLContext();
        ImageSet set = folder.Name.Contains("fashion", StringComparison.OrdinalIgnoreCase) ? ImageSet.FashionMnist
            : !Has("train-images-idx3-ubyte") && Has($"{EmnistBalanced}train-images-idx3-ubyte") ? ImageSet.EmnistBalanced : ImageSet.Mnist;
        (string trainPart, string testPart) =
            set == ImageSet.EmnistBalanced ? ($"{EmnistBalanced}train", $"{EmnistBalanced}test") : ("train", "t10k");
        return new Digits(folder.Name, set, [.. Read(trainPart).Take(train)], Read(testPart));

        bool Has(string name) => File.Exists(PathOf(name));

        string PathOf(string name)
        {
            string plain = Path.Combine(folder.FullName, name);
            return File.Exists(plain) ? plain : $"{plain}.gz";
        }

        Digit[] Read(string part) => [.. ml.Data.CreateEnumerable<Digit>(
            ml.Data.LoadFromIdx(
                PathOf($"{part}-images-idx3-ubyte"), PathOf($"{part}-labels-idx1-ubyte"), transpose: set == ImageSet.EmnistBalanced),
            reuseRowObject: false, ignoreMissingColumns: true)];
    }

    /// <summary>Refuses images that do not have ten classes.</summary>
    /// <exception cref="InvalidDataException">There are more or fewer classes.</exception>
    public Digits WithTenClasses() =>
        Classes == 10 ? this : throw new InvalidDataException($"The images in '{Name}' have {Classes} classes; this experiment needs ten.");

    /// <summary>
    /// Holds out the last training images in place of the test images, to choose settings without using the test images.
    /// </summary>
    public Digits ForValidation(int rows) => this with { Name = $"{Name}, rows held out", Train = Train[..^rows], Test = Train[^rows..] };

    /// <summary>Adds the strokes, derived from the images or read from the published files.</summary>
    public Digits WithStrokes(DirectoryInfo? published)
    {
        Add("train", Train);
        Add("test", Test);
        return this with { Name = $"{Name}, {(published is null ? "derived" : "published")} strokes" };

        void Add(string part, Digit[] digits)
        {
            var ml = new MLContext();
            IDataView data = published is null
                ? ml.Transforms.StrokeSequences("Strokes", "Pixels").Fit(ml.Data.LoadFromEnumerable(digits))
                    .Transform(ml.Data.LoadFromEnumerable(digits))
                : ml.Data.LoadStrokeSequences(published.FullName, part, digits.Length);
            foreach (var (digit, strokes) in digits.Zip(data.GetColumn<float[]>(data.Schema["Strokes"])))
            {
                strokes[0] /= Side;
                strokes[1] /= Side;
                digit.Strokes = strokes;
            }
        }
    }

    /// <summary>The images as data views, with a key column Group that a rule fills.</summary>
    public (IDataView Train, IDataView Test) As(MLContext ml, Func<Digit, int, string> group)
    {
        for (int i = 0; i < Train.Length; i++)
            Train[i].Group = group(Train[i], i);
        for (int i = 0; i < Test.Length; i++)
            Test[i].Group = group(Test[i], i);
        IDataView train = ml.Data.LoadFromEnumerable(Train);
        // Only non-empty labels become keys, so that an empty one is missing.
        var keys = ml.Transforms.Conversion.MapValueToKey("Group", keyData: ml.Data.LoadFromEnumerable(
            Train.Where(digit => digit.Group.Length > 0).Select(digit => digit.Group).Distinct().Order()
                .Select(text => new Key { Group = text }))).Fit(train);
        return (keys.Transform(train), keys.Transform(ml.Data.LoadFromEnumerable(Test)));
    }

    private sealed class Key
    {
        public string Group { get; set; } = "";
    }
}
