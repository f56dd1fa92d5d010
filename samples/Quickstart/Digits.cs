using Microsoft.ML;
using Microsoft.ML.Data;

namespace Quickstart;

/// <summary>A digit as the pipeline's input.</summary>
public sealed class Digit
{
    [VectorType(28 * 28)]
    public float[] Pixels { get; set; } = [];

    /// <summary>The only label given to training: "0-4" or "5-9". Unknown for new digits, and not needed to score them.</summary>
    public string Group { get; set; } = "";

    /// <summary>The digit, used only to score the clusters.</summary>
    public float Label { get; set; }
}

/// <summary>The pipeline's output for a digit.</summary>
public sealed class Prediction
{
    /// <summary>The key of a group; the column's key values are their names.</summary>
    public uint PredictedGroup { get; set; }

    [ColumnName("PredictedLabel")]
    public uint Cluster { get; set; }

    /// <summary>The name of the predicted group.</summary>
    /// <param name="output">The schema of the pipeline's output.</param>
    public string GroupName(DataViewSchema output)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        output[nameof(PredictedGroup)].GetKeyValues(ref names);
        return names.GetItemOrDefault((int)PredictedGroup - 1).ToString();
    }
}

/// <summary>The digits shipped with the samples.</summary>
public sealed record Digits(IDataView Train, IDataView Test, int TrainRows, int TestRows)
{
    public DataViewSchema Schema => Train.Schema;

    public static Digits Load(MLContext ml)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "data");
        IDataView images = ml.Data.LoadFromIdx(
            Path.Combine(folder, "mnist-10k-images-idx3-ubyte.gz"), Path.Combine(folder, "mnist-10k-labels-idx1-ubyte.gz"));
        Digit[] digits = [.. ml.Data.CreateEnumerable<Digit>(images, reuseRowObject: false, ignoreMissingColumns: true)];
        foreach (Digit digit in digits)
            digit.Group = digit.Label < 5 ? "0-4" : "5-9";
        const int TrainRows = 8000;
        return new Digits(ml.Data.LoadFromEnumerable(digits[..TrainRows]), ml.Data.LoadFromEnumerable(digits[TrainRows..]),
            TrainRows, digits.Length - TrainRows);
    }

    /// <summary>Turns the group into a key, outside the pipeline so that a saved model does not need the group.</summary>
    public Digits WithKeys(MLContext ml)
    {
        ITransformer toKey = ml.Transforms.Conversion.MapValueToKey("Group").Fit(Train);
        return this with { Train = toKey.Transform(Train), Test = toKey.Transform(Test) };
    }

    /// <summary>Prints a digit, two rows of pixels per line.</summary>
    public static void Draw(Digit digit)
    {
        const string Shades = " .:-=+*#%@";
        for (int y = 2; y < 26; y += 2)
        {
            var line = new char[28];
            for (int x = 0; x < 28; x++)
                line[x] = Shades[(int)((digit.Pixels[28 * y + x] + digit.Pixels[28 * (y + 1) + x]) / 2 * (Shades.Length - 1))];
            Console.WriteLine(new string(line).TrimEnd());
        }
    }
}
