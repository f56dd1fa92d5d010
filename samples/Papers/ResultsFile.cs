using System.Runtime.InteropServices;
using System.Text.Json;

namespace Papers;

/// <summary>
/// A file with one JSON object per finished run, so that an interrupted experiment continues where it stopped. Runs are added at the end;
/// a line cut off by a crash is ignored.
/// </summary>
public sealed class ResultsFile
{
    private readonly string? _path;
    private readonly Dictionary<(string Experiment, string Method, int Seed), FinishedRun> _runs = [];

    /// <param name="path">The file, created if it does not exist; null to keep results in memory only.</param>
    public ResultsFile(string? path)
    {
        _path = path;
        if (path is null || !File.Exists(path))
            return;
        string text = File.ReadAllText(path);
        string[] lines = text.Split('\n');
        // Each write ends with a line break, so only the text after the last one can be incomplete.
        for (int i = 0; i < lines.Length - 1; i++)
        {
            try
            {
                FinishedRun run = JsonSerializer.Deserialize<FinishedRun>(lines[i])
                    ?? throw new JsonException("The line is null.");
                _runs[(run.Experiment, run.Method, run.Seed)] = run;
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"Line {i + 1} of '{path}' is not a result: {e.Message}", e);
            }
        }
        if (lines[^1].Length > 0)
            File.WriteAllText(path, text[..^lines[^1].Length]);
    }

    /// <summary>The processor and the number of cores.</summary>
    public static string Machine { get; } = Describe();

    public FinishedRun? Find(string experiment, string method, int seed) => _runs.GetValueOrDefault((experiment, method, seed));

    public void Add(FinishedRun run)
    {
        _runs[(run.Experiment, run.Method, run.Seed)] = run;
        if (_path is not null)
            File.AppendAllText(_path, JsonSerializer.Serialize(run) + "\n");
    }

    private static string Describe()
    {
        const string cpuInfo = "/proc/cpuinfo";
        string? model = File.Exists(cpuInfo)
            ? File.ReadLines(cpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        return $"{model ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores";
    }
}
