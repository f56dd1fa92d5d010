using System.Globalization;

namespace Microsoft.ML.AutoML;

/// <summary>The trials in a checkpoint folder: one line per trial with its id, loss, duration and parameter coordinates.</summary>
internal sealed class TrialFile
{
    private readonly string _path;
    private readonly List<TrialResult> _new = [];

    public TrialFile(string folder, SearchSpace.SearchSpace space)
    {
        _path = Path.Combine(folder, $"trialResults-{space.GetHashCode()}.csv");
        if (!File.Exists(_path))
            return;
        foreach (string line in File.ReadLines(_path).Skip(1))
        {
            double[] values = [.. line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
            Saved.Add(new TrialResult
            {
                TrialSettings = new TrialSettings { TrialId = (int)values[0], Parameter = space.SampleFromFeatureSpace(values[3..]) },
                Loss = values[1],
                DurationInMilliseconds = values[2],
            });
        }
    }

    /// <summary>The trials of earlier runs.</summary>
    public List<TrialResult> Saved { get; } = [];

    public int NextTrial => Saved.Select(trial => trial.TrialSettings.TrialId + 1).DefaultIfEmpty(0).Max();

    public void Add(TrialResult result) => _new.Add(result);

    public void Save(SearchSpace.SearchSpace space)
    {
        using var writer = new StreamWriter(_path, append: true);
        if (Saved.Count == 0)
        {
            IEnumerable<string> coordinates = Enumerable.Range(0, space.FeatureSpaceDim).Select(i => $"parameter_{i}");
            writer.WriteLine(string.Join(',', ["id", "loss", "durationInMilliseconds", .. coordinates]));
        }
        foreach (TrialResult result in _new)
        {
            double[] values =
            [
                result.TrialSettings.TrialId, result.Loss, result.DurationInMilliseconds,
                .. space.MappingToFeatureSpace(result.TrialSettings.Parameter),
            ];
            writer.WriteLine(string.Join(',', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
        }
        Saved.AddRange(_new);
        _new.Clear();
    }
}
