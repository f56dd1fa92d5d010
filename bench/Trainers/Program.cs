// Times Gaussian mixtures: iterations of expectation-maximisation from a given start. Alone it runs all cases. With a folder it leaves the inputs there, names
// the cases and runs those it reads, so that mixtures.py can take turns with scikit-learn on the same inputs. Run by bench/mixtures.sh.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Disentangle.ML.Trainers;

const int Iterations = 10;
if (args.Length is < 1 or > 2 || !int.TryParse(args[0], out int threads))
{
    Console.Error.WriteLine("Usage: Disentangle.ML.Trainers.Bench THREADS [FOLDER]");
    return 1;
}
string? folder = args.ElementAtOrDefault(1);
var random = new Random(1);
var cases = new Dictionary<string, Func<GaussianMixture>>();
foreach ((int count, int dimension, int components) in new[] { (10_000, 32, 10), (100_000, 8, 10), (5_000, 128, 5) })
{
    double[] centers = [.. Enumerable.Range(0, components * dimension).Select(_ => 3 * random.NextDouble())];
    double[] rows =
    [
        .. Enumerable.Range(0, count).SelectMany(row => Enumerable.Range(0, dimension).Select(f =>
            centers[row % components * dimension + f] + random.NextDouble() + random.NextDouble() + random.NextDouble())),
    ];
    Save($"{count}x{dimension}x{components}", rows);
    // The first rows are of all components in turn.
    double[] weights = [.. Enumerable.Repeat(1.0, components)], means = rows[..(components * dimension)];
    foreach (CovarianceType type in Enum.GetValues<CovarianceType>())
    {
        double[] identity = [.. Enumerable.Range(0, dimension * dimension).Select(i => i % (dimension + 1) == 0 ? 1.0 : 0)];
        double[] covariances = type switch
        {
            CovarianceType.Full => [.. Enumerable.Repeat(identity, components).SelectMany(matrix => matrix)],
            CovarianceType.Tied => identity,
            CovarianceType.Diagonal => [.. Enumerable.Repeat(1.0, components * dimension)],
            _ => weights,
        };
        var settings = new GaussianMixtureSettings
        {
            NumberOfComponents = components, CovarianceType = type, Tolerance = 0, MaximumIterations = Iterations, Threads = threads,
            Start = GaussianMixtureStart.FromParameters(weights, means, covariances),
        };
        cases.Add($"{type.ToString().ToLowerInvariant()}-{count}x{dimension}x{components}", () => GaussianMixture.Fit<double>(rows, dimension, settings));
    }
}

IEnumerable<string> wanted = cases.Keys;
if (folder is not null)
{
    Console.WriteLine(string.Join(' ', cases.Keys));
    wanted = Lines(Console.In);
}
foreach (string name in wanted)
    Time(name);
return 0;

static IEnumerable<string> Lines(TextReader reader)
{
    while (reader.ReadLine() is { } line)
        yield return line;
}

// The best of the runs of two seconds, as timeit advises: the others measure the compiler and the rest of the machine.
void Time(string name)
{
    double value = 0, best = double.MaxValue;
    var clock = Stopwatch.StartNew();
    for (int run = 0; run < 5 || clock.Elapsed.TotalSeconds < 2; run++)
    {
        long start = Stopwatch.GetTimestamp();
        value = cases[name]().LogLikelihood;
        best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {best:0.000} {value:R}"));
}

void Save(string name, double[] values)
{
    if (folder is not null)
        File.WriteAllBytes(Path.Combine(folder, name + ".bin"), MemoryMarshal.AsBytes<double>(values));
}
