using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Disentangle.ML.Sweeps;

/// <summary>Writes trials in the file layout of MLflow's tracking store: an experiment with a run per trial.</summary>
internal static class MlflowFiles
{
    public static void Write(SweepHistory history, string folder, string experiment)
    {
        string id = FindOrCreate(folder, experiment), directory = Path.Combine(folder, id);
        foreach (SweepTrial trial in history.Trials)
            WriteRun(directory, id, history, trial);
    }

    private static string FindOrCreate(string folder, string experiment)
    {
        Directory.CreateDirectory(folder);
        string name = $"name: {Quote(experiment)}";
        foreach (string known in Directory.EnumerateDirectories(folder).Select(one => Path.Combine(one, "meta.yaml")).Where(File.Exists))
        {
            if (File.ReadLines(known).Contains(name))
                return Path.GetFileName(Path.GetDirectoryName(known))!;
        }
        // MLflow's ids are numbers of 18 digits.
        string id = (100_000_000_000_000_000 + Random.Shared.NextInt64(899_999_999_999_999_999)).ToString(CultureInfo.InvariantCulture);
        long now = Milliseconds(DateTime.UtcNow);
        WriteYaml(Path.Combine(folder, id, "meta.yaml"),
            $"artifact_location: {Quote(Uri(Path.Combine(folder, id)))}", $"creation_time: {now}", $"experiment_id: '{id}'",
            $"last_update_time: {now}", "lifecycle_stage: active", name);
        return id;
    }

    private static void WriteRun(string directory, string experiment, SweepHistory history, SweepTrial trial)
    {
        DateTime started = trial.Started ?? DateTime.UtcNow.AddSeconds(-trial.Seconds);
        long start = Milliseconds(started), end = start + (long)(1000 * trial.Seconds);
        // The same trial, written again, replaces its run.
        string run = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes($"{experiment} {trial.Trial} {trial.Started:O}")));
        string folder = Path.Combine(directory, run), name = $"trial-{trial.Trial}";
        // The numbers are those of MLflow's RunStatus.
        int status = trial.Outcome switch { TrialOutcome.Succeeded => 3, TrialOutcome.Failed => 4, _ => 5 };
        WriteYaml(Path.Combine(folder, "meta.yaml"),
            $"artifact_uri: {Quote(Uri(Path.Combine(folder, "artifacts")))}", $"end_time: {end}", "entry_point_name: ''",
            $"experiment_id: '{experiment}'", "lifecycle_stage: active", $"run_id: {run}", $"run_name: {name}", $"run_uuid: {run}",
            "source_name: ''", "source_type: 4", "source_version: ''", $"start_time: {start}", $"status: {status}", "tags: []",
            "user_id: disentangle");
        Directory.CreateDirectory(Path.Combine(folder, "artifacts"));
        foreach ((string key, JsonElement value) in trial.Parameters)
            Write(folder, "params", key, value.ToString());
        if (trial.NumberOfClusters is { } clusters)
            Write(folder, "params", "NumberOfClusters", clusters.ToString(CultureInfo.InvariantCulture));
        var metrics = new Dictionary<string, double>(trial.Scores);
        if (trial.Score is { } score)
            metrics[history.Metric ?? "Score"] = score;
        if (trial.Deviation is { } deviation)
            metrics["Deviation"] = deviation;
        metrics["Seconds"] = trial.Seconds;
        foreach ((string key, double value) in metrics)
            Write(folder, "metrics", key, string.Create(CultureInfo.InvariantCulture, $"{end} {value:R} 0\n"));
        Write(folder, "tags", "mlflow.runName", name);
        if (trial.Failure is { } failure)
            Write(folder, "tags", "Failure", failure);
    }

    private static void Write(string folder, string kind, string key, string text)
    {
        string path = Path.Combine(folder, kind, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static void WriteYaml(string path, params string[] lines)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, string.Join('\n', lines) + '\n');
    }

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Uri(string path) => new Uri(Path.GetFullPath(path)).AbsoluteUri;

    private static long Milliseconds(DateTime time) => new DateTimeOffset(time, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
