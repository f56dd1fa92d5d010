using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using ClusteringMetrics = Disentangle.ML.Evaluators.ClusteringMetrics;

// Trustworthiness at 15 neighbours of maps of the shipped digits: 8,000 to learn from, 2,000 new ones, three seeds. Run by bench/maps.sh.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int TrainRows = 8000, Width = 784;
int[] seeds = [1, 2, 3];
string folder = Path.Combine(AppContext.BaseDirectory, "data");
var ml = new MLContext(seed: 1);
IDataView images =
    ml.Data.LoadFromIdx(Path.Combine(folder, "mnist-10k-images-idx3-ubyte.gz"), Path.Combine(folder, "mnist-10k-labels-idx1-ubyte.gz"));
Digit[] digits = [.. ml.Data.CreateEnumerable<Digit>(images, reuseRowObject: false, ignoreMissingColumns: true)];
IDataView train = ml.Data.LoadFromEnumerable(digits[..TrainRows]), test = ml.Data.LoadFromEnumerable(digits[TrainRows..]);
float[] trainPixels = [.. digits[..TrainRows].SelectMany(digit => digit.Pixels)],
    testPixels = [.. digits[TrainRows..].SelectMany(digit => digit.Pixels)];

Console.WriteLine("map            learned from  new rows  seconds");
foreach (int seed in seeds)
    Fit($"ProjectTo2D {seed}", ml.Transforms.ProjectTo2D("Map", "Pixels", new() { Seed = seed }));
Fit("PCA", ml.Transforms.ProjectToPrincipalComponents("Map", "Pixels", rank: 2, seed: 1));
if (args is [string python, string script])
{
    foreach (int seed in seeds)
        Umap(python, script, seed);
}

void Fit<T>(string name, IEstimator<T> estimator) where T : class, ITransformer
{
    var clock = Stopwatch.StartNew();
    T model = estimator.Fit(train);
    double seconds = clock.Elapsed.TotalSeconds;
    Print(name, Map(model.Transform(train)), Map(model.Transform(test)), seconds);
}

void Umap(string python, string script, int seed)
{
    DirectoryInfo files = Directory.CreateTempSubdirectory("maps-");
    try
    {
        string At(string name) => Path.Combine(files.FullName, name);
        File.WriteAllBytes(At("train.features"), MemoryMarshal.AsBytes<float>(trainPixels));
        File.WriteAllBytes(At("test.features"), MemoryMarshal.AsBytes<float>(testPixels));
        File.WriteAllBytes(At("train.groups"), new byte[TrainRows * sizeof(int)]);
        using Process process = Process.Start(
            new ProcessStartInfo(python, [script, files.FullName, $"{Width}", "unlabelled", "raw", $"{seed}"])
            {
                RedirectStandardOutput = true,
            })!;
        string seconds = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        float[] Read(string name) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(At(name))).ToArray();
        Print($"umap-learn {seed}", Read("train.embedding"), Read("test.embedding"), double.Parse(seconds));
    }
    finally
    {
        files.Delete(recursive: true);
    }
}

void Print(string name, float[] trainMap, float[] testMap, double seconds) => Console.WriteLine(
    $"{name,-14} {ClusteringMetrics.Trustworthiness(trainPixels, trainMap, TrainRows),12:F4} "
    + $"{ClusteringMetrics.Trustworthiness(testPixels, testMap, digits.Length - TrainRows),9:F4} {seconds,8:F1}");

static float[] Map(IDataView data) => [.. data.GetColumn<float[]>(data.Schema["Map"]).SelectMany(point => point)];

internal sealed class Digit
{
    [VectorType(28 * 28)]
    public float[] Pixels { get; set; } = [];

    public float Label { get; set; }
}
