using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Papers;

/// <summary>A row of any width with its class; training is given only the half the class belongs to.</summary>
public sealed class Example
{
    public float[] Features { get; set; } = [];

    /// <summary>The class, 0 to 9; used only to score clusters.</summary>
    public float Label { get; set; }

    /// <summary>Whether the class is 5 or more: the label given to training.</summary>
    public bool High { get; set; }

    /// <summary>Rows as a data view.</summary>
    public static IDataView View(MLContext ml, Example[] rows)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }

    /// <summary>The digits shipped with the samples: 8,000 for training, 2,000 for testing.</summary>
    public static (Example[] Train, Example[] Test) ShippedDigits()
    {
        var ml = new MLContext();
        string folder = Path.Combine(AppContext.BaseDirectory, "data");
        IDataView images = ml.Data.LoadFromIdx(
            Path.Combine(folder, "mnist-10k-images-idx3-ubyte.gz"), Path.Combine(folder, "mnist-10k-labels-idx1-ubyte.gz"));
        Example[] digits = [.. ml.Data.CreateEnumerable<Digit>(images, reuseRowObject: false, ignoreMissingColumns: true)
            .Select(digit => Create(digit.Pixels, digit.Label))];
        return (digits[..8000], digits[8000..]);
    }

    /// <summary>UCI's optdigits, 64 numbers from 0 to 16 per row: 3,823 rows for training, 1,797 for testing.</summary>
    /// <param name="folder">Contains optdigits.tra and optdigits.tes, plain or as .csv.gz.</param>
    public static (Example[] Train, Example[] Test) OptDigits(DirectoryInfo folder)
    {
        return (Read("optdigits.tra"), Read("optdigits.tes"));

        Example[] Read(string name)
        {
            string plain = Path.Combine(folder.FullName, name), zipped = plain + ".csv.gz";
            using Stream file = File.OpenRead(File.Exists(plain) ? plain : zipped);
            using var text = new StreamReader(File.Exists(plain) ? file : new GZipStream(file, CompressionMode.Decompress));
            return [.. text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
            {
                float[] numbers = [.. line.Split(',').Select(float.Parse)];
                return Create([.. numbers[..^1].Select(x => x / 16)], numbers[^1]);
            })];
        }
    }

    private static Example Create(float[] features, float label) => new() { Features = features, Label = label, High = label >= 5 };
}
