// Times the metrics. Alone it runs all cases. With a folder it leaves the inputs there, names the cases and runs those it reads, so that metrics.py can take
// turns with scikit-learn on the same inputs. Run by bench/metrics.sh.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Disentangle.ML.Evaluators;

if (args.Length is < 1 or > 2 || !int.TryParse(args[0], out int threads))
{
    Console.Error.WriteLine("Usage: Disentangle.ML.Evaluators.Bench THREADS [FOLDER]");
    return 1;
}
string? folder = args.ElementAtOrDefault(1);
var random = new Random(1);
var cases = new Dictionary<string, (Func<double> Score, Action? Prepare)>();

foreach ((int rows, int k) in new[] { (70_000, 10), (70_000, 100), (70_000, 1000), (1_000_000, 10) })
{
    int[] labels = Draw(rows, k);
    int[] clusters = [.. labels.Select(label => random.NextDouble() < 0.7 ? label : random.Next(k))];
    Save($"ami-{rows}-{k}-labels", labels);
    Save($"ami-{rows}-{k}-clusters", clusters);
    Add($"ami-{rows}-{k}", () => ClusteringMetrics.AdjustedMutualInformation(labels, clusters));
    if (k == 1000)
        AddHungarian("hungarian-noisy-copy", ContingencyTable.Create(labels, clusters).ToArray());
}
AddHungarian("hungarian-random", Table(1000, (_, _) => random.Next(1000)));
int[] first = Draw(70_000, 1000), second = Draw(70_000, 1000);
AddHungarian("hungarian-independent", ContingencyTable.Create(first, second).ToArray());

float[] points = [.. Enumerable.Range(0, 10_000 * 64).Select(_ => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble()))];
int[] groups = Draw(10_000, 10);
Save("silhouette-points", points);
Save("silhouette-clusters", groups);
foreach (int count in new[] { 1, threads }.Distinct())
{
    foreach (SilhouetteDistance distance in Enum.GetValues<SilhouetteDistance>())
    {
        var options = new SilhouetteOptions { Distance = distance, Threads = count };
        Add($"silhouette-{distance.ToString().ToLowerInvariant()}-{count}", () => ClusteringMetrics.Silhouette<float>(points, groups, options).Mean);
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

void Add(string name, Func<double> score, Action? prepare = null) => cases.Add(name, (score, prepare));

int[] Draw(int rows, int k) => [.. Enumerable.Range(0, rows).Select(_ => random.Next(k))];

static int[,] Table(int size, Func<int, int, int> cell)
{
    var table = new int[size, size];
    for (int i = 0; i < size; i++)
    {
        for (int j = 0; j < size; j++)
            table[i, j] = cell(i, j);
    }
    return table;
}

void AddHungarian(string name, int[,] counts)
{
    Save(name, counts.Cast<int>().ToArray());
    // The table caches its matching, so every run gets a table of its own, made outside the clock.
    ContingencyTable table = ContingencyTable.FromCounts(counts);
    Add(name, () => ClusteringMetrics.HungarianAccuracy(table) * table.RowCount, () => table = ContingencyTable.FromCounts(counts));
}

// The best of the runs of two seconds, as timeit advises: the others measure the compiler and the rest of the machine.
void Time(string name)
{
    (Func<double> score, Action? prepare) = cases[name];
    double value = 0, best = double.MaxValue;
    var clock = Stopwatch.StartNew();
    for (int run = 0; run < 5 || clock.Elapsed.TotalSeconds < 2; run++)
    {
        prepare?.Invoke();
        long start = Stopwatch.GetTimestamp();
        value = score();
        best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {best:0.000} {value:R}"));
}

void Save<T>(string name, T[] values)
    where T : unmanaged
{
    if (folder is not null)
        File.WriteAllBytes(Path.Combine(folder, name + ".bin"), MemoryMarshal.AsBytes<T>(values));
}
