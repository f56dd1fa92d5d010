// Times clustering metrics, Gaussian mixtures and neighbours. Without a folder, it runs all cases. With one, it writes the inputs
// there, prints the names of the cases and runs those it reads, so that compare.py can alternate with scikit-learn on the same inputs.
// Run by bench/scikit-learn.sh.
if (args.Length is < 2 or > 3 || !int.TryParse(args[1], out int threads) || args[0] is not ("metrics" or "mixtures" or "neighbors"))
{
    Console.Error.WriteLine("Usage: Disentangle.ML.ScikitLearn.Bench metrics|mixtures|neighbors THREADS [FOLDER]");
    return 1;
}
string? folder = args.ElementAtOrDefault(2);
var cases = new Cases(folder);
if (args[0] == "metrics")
    Metrics.AddTo(cases, threads);
else if (args[0] == "mixtures")
    Mixtures.AddTo(cases, threads);
else
    Neighbors.AddTo(cases, threads, alone: folder is null);

IEnumerable<string> wanted = cases.Names;
if (folder is not null)
{
    Console.WriteLine(string.Join(' ', cases.Names));
    wanted = Lines(Console.In);
}
foreach (string name in wanted)
    cases.Time(name);
return 0;

static IEnumerable<string> Lines(TextReader reader)
{
    while (reader.ReadLine() is { } line)
        yield return line;
}
