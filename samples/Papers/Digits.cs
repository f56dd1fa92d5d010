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
/// <param name="Train">The training images.</param>
/// <param name="Test">The test images.</param>
public sealed record Digits(string Name, Digit[] Train, Digit[] Test)
{
    public const int Side = 28;

    /// <summary>Whether these are the images of Fashion-MNIST, judging by the name of the folder.</summary>
    public bool IsFashion => Name.Contains("fashion", StringComparison.OrdinalIgnoreCase);

    public static Digits Load(DirectoryInfo folder, int train)
    {
        var ml = new MLContext();
        Digit[] Read(string part) => [.. ml.Data.CreateEnumerable<Digit>(
            ml.Data.LoadFromIdx(
                Path.Combine(folder.FullName, $"{part}-images-idx3-ubyte.gz"),
                Path.Combine(folder.FullName, $"{part}-labels-idx1-ubyte.gz")),
            reuseRowObject: false, ignoreMissingColumns: true)];
        return new Digits(folder.Name, [.. Read("train").Take(train)], Read("t10k"));
    }

    /// <summary>
    /// Holds out the last training images in place of the test images, to choose settings without using the test images.
    /// </summary>
    public Digits ForValidation(int rows) => new($"{Name}, rows held out", Train[..^rows], Train[^rows..]);

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
