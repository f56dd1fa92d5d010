using Disentangle.ML.Plots;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

// The pictures of README.md: maps of the same 2,000 held-out digits, by their pixels and by the embedding.
// Usage: ./build.sh pictures, which also makes those of docs/reports.md
string folder = args is [string given] ? given : throw new ArgumentException("Name the folder for the pictures.");
string data = Path.Combine(AppContext.BaseDirectory, "data");
var ml = new MLContext(seed: 1);
IDataView images =
    ml.Data.LoadFromIdx(Path.Combine(data, "mnist-10k-images-idx3-ubyte.gz"), Path.Combine(data, "mnist-10k-labels-idx1-ubyte.gz"));
Digit[] digits = [.. ml.Data.CreateEnumerable<Digit>(images, reuseRowObject: false, ignoreMissingColumns: true)];
foreach (Digit digit in digits)
    digit.High = digit.Label >= 5;
IDataView train = ml.Data.LoadFromEnumerable(digits[..8000]), test = ml.Data.LoadFromEnumerable(digits[8000..]);
IDataView encoded = ml.Transforms.DisentangleEncoder("Embedding", "Pixels", "High").Fit(train).Transform(test);

Save("digits-pixels.png", "Pixels", "by their pixels");
Save("digits-embedding.png", "Embedding", "by the embedding");

void Save(string name, string features, string title)
{
    IDataView mapped = ml.Transforms.ProjectTo2D("Map", features, new ProjectionOptions { Seed = 1 }).Fit(encoded)
        .Transform(encoded);
    EmbeddingPlots.SaveScatter(mapped, Path.Combine(folder, name), "Map", "Label", title, width: 480, height: 400);
}

internal sealed class Digit
{
    [VectorType(28 * 28)]
    public float[] Pixels { get; set; } = [];

    public float Label { get; set; }

    /// <summary>All that training sees of the label.</summary>
    public bool High { get; set; }
}
