using Microsoft.ML;
using Microsoft.ML.Data;

namespace Papers;

/// <summary>An image with its class, and what of it training is told.</summary>
public sealed class Digit
{
    [VectorType(Digits.Side * Digits.Side)]
    public float[] Pixels { get; set; } = [];

    /// <summary>The steps of the pen, where they are asked for; the start in sides of the image, so that it does not outweigh the moves.</summary>
    public float[] Strokes { get; set; } = [];

    public float Label { get; set; }

    /// <summary>The label that training sees; empty for none.</summary>
    public string Told { get; set; } = "";
}

/// <summary>Training and test images of a folder.</summary>
public sealed record Digits(Digit[] Train, Digit[] Test)
{
    public const int Side = 28;

    public static Digits Load(DirectoryInfo folder, int train)
    {
        var ml = new MLContext();
        Digit[] Read(string part) => [.. ml.Data.CreateEnumerable<Digit>(
            ml.Data.LoadFromIdx(Path.Combine(folder.FullName, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder.FullName, $"{part}-labels-idx1-ubyte.gz")),
            reuseRowObject: false, ignoreMissingColumns: true)];
        return new Digits([.. Read("train").Take(train)], Read("t10k"));
    }

    /// <summary>The training images but the last, and these in place of the test images: to choose settings without looking at the test images.</summary>
    public Digits ForValidation(int rows) => new(Train[..^rows], Train[^rows..]);

    /// <summary>Adds the strokes, made from the images or read from the published files.</summary>
    public Digits WithStrokes(DirectoryInfo? published)
    {
        Add("train", Train);
        Add("test", Test);
        return this;

        void Add(string part, Digit[] digits)
        {
            var ml = new MLContext();
            IDataView data = published is null
                ? ml.Transforms.StrokeSequences("Strokes", "Pixels").Fit(ml.Data.LoadFromEnumerable(digits)).Transform(ml.Data.LoadFromEnumerable(digits))
                : ml.Data.LoadStrokeSequences(published.FullName, part, digits.Length);
            foreach (var (digit, strokes) in digits.Zip(data.GetColumn<float[]>(data.Schema["Strokes"])))
            {
                strokes[0] /= Side;
                strokes[1] /= Side;
                digit.Strokes = strokes;
            }
        }
    }

    /// <summary>The images as data views whose key column Told holds what a rule says of each.</summary>
    public (IDataView Train, IDataView Test) As(MLContext ml, Func<Digit, int, string> told)
    {
        for (int i = 0; i < Train.Length; i++)
            Train[i].Told = told(Train[i], i);
        for (int i = 0; i < Test.Length; i++)
            Test[i].Told = told(Test[i], i);
        IDataView train = ml.Data.LoadFromEnumerable(Train);
        // Only rows with a label make keys, so that an empty one is missing.
        var keys = ml.Transforms.Conversion.MapValueToKey("Told", keyData: ml.Data.LoadFromEnumerable(
            Train.Where(digit => digit.Told.Length > 0).Select(digit => digit.Told).Distinct().Order().Select(text => new Key { Told = text }))).Fit(train);
        return (keys.Transform(train), keys.Transform(ml.Data.LoadFromEnumerable(Test)));
    }

    private sealed class Key
    {
        public string Told { get; set; } = "";
    }
}
