using System.Globalization;
using System.IO.Compression;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Effect;

/// <summary>Training and test rows whose classes are labelled only as two groups.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Train">The training rows.</param>
/// <param name="Test">The test rows.</param>
/// <param name="Side">The side of the images; null if the rows are not images.</param>
public sealed record DataSet(string Name, Row[] Train, Row[] Test, int? Side)
{
    /// <summary>The data sets that <see cref="Load"/> reads, and their files below the data folder.</summary>
    public static IReadOnlyDictionary<string, string> Known { get; } = new Dictionary<string, string>
    {
        ["digits"] = "8,000 + 2,000 digits of MNIST, shipped with the samples",
        ["mnist10k"] = "MNIST, the first 10,000 training images; mnist/",
        ["mnist20k"] = "MNIST, the first 20,000 training images; mnist/",
        ["optdigits"] = "handwritten digits of 8 x 8; optdigits/optdigits.tra.csv.gz, .tes.csv.gz",
        ["usps"] = "zip-code digits of 16 x 16; usps/",
        ["fashion"] = "Fashion-MNIST, the first 10,000 training images; fashion-mnist/",
        ["agnews"] = "news as mean GloVe vectors, two pairs of topics; "
            + "ag-news/agnews-8000-normalised.tsv.gz, glove/glove.6B.100d.top30k.txt.gz",
        ["iris"] = "150 flowers; sklearn-classics/iris.csv",
        ["spectra"] = "made up: 3 x 3 pixels of 4 bands, 6 land covers of different frequency",
        ["wine"] = "178 wines with 13 measurements; sklearn-classics/wine_data.csv",
    };

    public int Classes => Train.Max(row => row.Label) + 1;

    public IDataView TrainView(MLContext ml) => View(ml, Train);

    public IDataView TestView(MLContext ml) => View(ml, Test);

    /// <summary>Reads a data set.</summary>
    /// <param name="name">One of <see cref="Known"/>.</param>
    /// <param name="folder">The data folder; null for the shipped digits only.</param>
    public static DataSet Load(string name, string? folder)
    {
        string File(params string[] parts) =>
            Path.Combine([folder ?? throw new ArgumentException($"'{name}' needs a data folder: --data FOLDER."), .. parts]);
        switch (name)
        {
            case "digits":
                string shipped = Path.Combine(AppContext.BaseDirectory, "data");
                Row[] digits = Images(
                    Path.Combine(shipped, "mnist-10k-images-idx3-ubyte.gz"), Path.Combine(shipped, "mnist-10k-labels-idx1-ubyte.gz"));
                return new(name, digits[..8000], digits[8000..], 28);
            case "mnist10k" or "mnist20k" or "fashion" or "usps":
                string set = name switch { "fashion" => "fashion-mnist", "usps" => name, _ => "mnist" };
                string test = name == "usps" ? "test" : "t10k";
                Row[] train = Images(File(set, "train-images-idx3-ubyte.gz"), File(set, "train-labels-idx1-ubyte.gz"));
                Row[] held = Images(File(set, $"{test}-images-idx3-ubyte.gz"), File(set, $"{test}-labels-idx1-ubyte.gz"));
                int rows = name switch { "usps" => train.Length, "mnist20k" => 20_000, _ => 10_000 };
                return new(name, train[..rows], held, name == "usps" ? 16 : 28);
            case "optdigits":
                return new(
                    name, Table(File(name, "optdigits.tra.csv.gz"), skip: 0), Table(File(name, "optdigits.tes.csv.gz"), skip: 0), 8);
            case "iris":
                return Split(name, Table(File("sklearn-classics", "iris.csv"), skip: 1));
            case "wine":
                return Split(name, Table(File("sklearn-classics", "wine_data.csv"), skip: 1));
            case "spectra":
                Row[] fields = Spectra(rows: 6435);
                return new(name, fields[..4435], fields[4435..], Side: null);
            case "agnews":
                return Split(
                    name, Articles(File("ag-news", "agnews-8000-normalised.tsv.gz"), File("glove", "glove.6B.100d.top30k.txt.gz")));
            default:
                throw new ArgumentException($"There is no data set '{name}'; there are {string.Join(", ", Known.Keys)}.");
        }
    }

    /// <summary>
    /// Holds out a fifth of the training rows in place of the test rows, to choose settings without using the test rows.
    /// </summary>
    public DataSet KeptBack()
    {
        Row[] rows = [.. Train];
        new Random(0).Shuffle(rows);
        int kept = rows.Length / 5;
        return this with { Train = rows[kept..], Test = rows[..kept] };
    }

    /// <summary>The same with fewer training rows.</summary>
    /// <param name="rows">How many, drawn at random.</param>
    public DataSet WithRows(int rows)
    {
        Row[] drawn = [.. Train];
        new Random(0).Shuffle(drawn);
        return this with { Train = drawn[..Math.Min(rows, drawn.Length)] };
    }

    /// <summary>The same with classes of unequal size: every second class keeps 1 of <paramref name="ratio"/> rows.</summary>
    public DataSet WithUnequalClasses(int ratio)
    {
        return this with { Train = Thin(Train), Test = Thin(Test) };

        Row[] Thin(Row[] rows) =>
            [.. rows.GroupBy(row => row.Label).SelectMany(rows => rows.Where((_, i) => rows.Key % 2 == 0 || i % ratio == 0))];
    }

    /// <summary>Makes some training labels missing and some wrong.</summary>
    /// <param name="missing">The share of missing labels.</param>
    /// <param name="wrong">The share of labels replaced by the other one.</param>
    public DataSet WithLabels(double missing, double wrong)
    {
        var random = new Random(0);
        return this with
        {
            Train = [.. Train.Select(row =>
            {
                double chance = random.NextDouble();
                uint group = chance < missing ? 2 : chance < missing + wrong ? 1 - row.Group : row.Group;
                return new Row { Features = row.Features, Label = row.Label, Group = group };
            })],
        };
    }

    /// <summary>Every third row is for testing.</summary>
    private static DataSet Split(string name, Row[] rows)
    {
        new Random(0).Shuffle(rows);
        return new(name, [.. rows.Where((_, i) => i % 3 != 0)], [.. rows.Where((_, i) => i % 3 == 0)], Side: null);
    }

    private static Row[] Images(string images, string labels)
    {
        var ml = new MLContext();
        IDataView view = ml.Data.LoadFromIdx(images, labels);
        return WithGroups(view.GetColumn<float[]>(view.Schema["Pixels"]), view.GetColumn<float>(view.Schema["Label"]));
    }

    /// <summary>Reads a table whose last column is the class.</summary>
    private static Row[] Table(string path, int skip)
    {
        using Stream file = File.OpenRead(path);
        bool zipped = path.EndsWith(".gz", StringComparison.Ordinal);
        using var reader = new StreamReader(zipped ? new GZipStream(file, CompressionMode.Decompress) : file);
        float[][] rows = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(skip)
            .Select(line => line.Split(',').Select(value => float.Parse(value, CultureInfo.InvariantCulture)).ToArray())];
        return WithGroups(rows.Select(row => row[..^1]), rows.Select(row => row[^1]));
    }

    private static Row[] Articles(string path, string glove)
    {
        var ml = new MLContext();
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        string[][] lines = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t', 2))];
        IDataView texts = ml.Data.LoadFromEnumerable(lines.Select(line => new Article { Text = line[1] }));
        IDataView vectors = ml.Transforms.Text.MeanWordVectors("Features", "Text", WordVectors.Load(glove)).Fit(texts).Transform(texts);
        float[] topics = [.. lines.Select(line => float.Parse(line[0], CultureInfo.InvariantCulture))];
        return WithGroups(vectors.GetColumn<float[]>(vectors.Schema["Features"]), topics.Select(topic => topic - topics.Min()));
    }

    /// <summary>
    /// Land covers as a satellite sees them: each field has its own mean spectrum, each pixel noise, and 12 % of the outer pixels lie
    /// on another cover.
    /// </summary>
    private static Row[] Spectra(int rows)
    {
        double[][] means =
            [[62, 95, 108, 88], [48, 38, 113, 118], [87, 106, 111, 87], [77, 91, 96, 75], [60, 62, 83, 69], [69, 77, 82, 64]];
        double[] deviations = [6, 8, 9, 9];
        double[] cumulated = [0.24, 0.35, 0.56, 0.66, 0.77, 1];
        var random = new Random(0);
        var features = new float[rows][];
        var covers = new float[rows];
        for (int row = 0; row < rows; row++)
        {
            double draw = random.NextDouble();
            int cover = Array.FindIndex(cumulated, limit => draw < limit);
            covers[row] = cover;
            double[] field = [.. means[cover].Zip(deviations, (mean, deviation) => mean + 0.7 * deviation * Normal())];
            features[row] = [.. Enumerable.Range(0, 9).SelectMany(pixel =>
            {
                double[] spectrum = pixel != 4 && random.NextDouble() < 0.12 ? means[random.Next(means.Length)] : field;
                return spectrum.Zip(deviations, (value, deviation) => (float)Math.Round(value + 0.5 * deviation * Normal()));
            })];
        }
        return WithGroups(features, covers);

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    private static Row[] WithGroups(IEnumerable<float[]> features, IEnumerable<float> labels)
    {
        int[] classes = [.. labels.Select(label => (int)label)];
        int half = (classes.Max() + 1) / 2;
        return [.. features.Zip(classes, (row, label) => new Row { Features = row, Label = label, Group = label >= half ? 1u : 0u })];
    }

    private static IDataView View(MLContext ml, Row[] rows)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        return ml.Data.Cache(ml.Data.LoadFromEnumerable(rows, schema));
    }

    private sealed class Article
    {
        public string Text { get; set; } = "";
    }
}
