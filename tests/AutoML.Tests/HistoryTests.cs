using System.Text.Json;
using Disentangle.ML.Sweeps;
using Microsoft.ML.AutoML;

namespace Disentangle.ML.AutoML.Tests;

public class HistoryTests
{
    private static readonly SweepHistory History = SweepHistory.FromJson("""
        {
          "metric": "AdjustedRandIndex", "moreIsBetter": true,
          "trials": [
            { "trial": 0, "parameters": { "Weight": 0.0123412, "Layers": 2, "Kind": "a" }, "outcome": "Failed",
              "seconds": 0.04, "failure": "Too bad." },
            { "trial": 1, "parameters": { "Weight": 0.5, "Layers": 3, "Kind": "b" }, "outcome": "Succeeded",
              "score": 0.25, "deviation": 0.1, "seedScores": [0.2, 0.3], "scores": { "Purity": 0.75 },
              "numberOfClusters": 4, "seconds": 12.34 },
            { "trial": 2, "parameters": { "Weight": 1, "Layers": 3, "Kind": "b" }, "outcome": "Succeeded", "score": 0.125, "deviation": 0,
              "seedScores": [0.125, 0.125], "seconds": 2 },
            { "trial": 3, "parameters": { "Weight": 1, "Layers": 3, "Kind": "b" }, "outcome": "Cancelled",
              "seconds": 1, "failure": "Ended." }
          ]
        }
        """);

    [Fact]
    public void A_history_survives_JSON()
    {
        foreach (bool indented in new[] { false, true })
        {
            string json = History.ToJson(indented);
            SweepHistory again = SweepHistory.FromJson(json);
            Assert.Equal(json, again.ToJson(indented));
            Assert.Equal(History.ToString(), again.ToString());
            Assert.Equal(indented, json.Contains('\n'));
        }
        SweepTrial best = History.Best!;
        Assert.Equal((1, 0.25, 0.1, 4, 0.75), (best.Trial, best.Score, best.Deviation, best.NumberOfClusters, best.Scores["Purity"]));
        Assert.Equal([0.2, 0.3], best.SeedScores);
        Assert.Equal("b", best.Parameters["Kind"].GetString());
    }

    [Fact]
    public void A_history_of_a_sweep_survives_JSON()
    {
        SweepHistory history = Blobs.Sweep<FateSpace>().SetGridSearchTuner().RunSweep(5).History;
        Assert.Equal(history.ToString(), SweepHistory.FromJson(history.ToJson()).ToString());
        Assert.Equal(history.ToJson(), SweepHistory.FromJson(history.ToJson()).ToJson());
    }

    [Fact]
    public void The_table_shows_parameters_scores_and_what_went_wrong()
    {
        string[] lines = History.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.Equal(
        [
            "trial   Weight  Layers  Kind  AdjustedRandIndex  deviation  seconds",
            "0      0.01234       2     a                                    0.0     failed",
            "1          0.5       3     b             0.2500     0.1000     12.3       best",
            "2            1       3     b             0.1250     0.0000      2.0",
            "3            1       3     b                                    1.0  cancelled",
            "Trial 0 failed: Too bad.",
        ], lines);
    }

    [Fact]
    public void An_empty_history_has_no_best()
    {
        Assert.Null(new SweepHistory().Best);
        Assert.StartsWith("trial", new SweepHistory().ToString());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{ "trials": [ { "parameters": {} } ] }""")]
    public void Other_JSON_is_refused(string json) => Assert.Throws<JsonException>(() => SweepHistory.FromJson(json));

    [Fact]
    public void A_number_that_is_not_there_is_named()
    {
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => History.Trials[0].Number("Kind"));
        Assert.Contains("There is no numeric parameter 'Kind'; the parameters are Weight, Layers, Kind.", thrown.Message);
    }

    [Fact]
    public void Trials_are_written_as_runs_of_MLflow()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            History.WriteMlflow(folder, "it's");
            History.WriteMlflow(folder, "it's");
            History.WriteMlflow(folder, "other");

            string[] experiments = Directory.GetDirectories(folder);
            Assert.Equal(2, experiments.Length);
            string experiment = experiments.Single(one => File.ReadLines(Path.Combine(one, "meta.yaml")).Contains("name: 'it''s'"));
            string id = Path.GetFileName(experiment);
            Assert.True(id.Length == 18 && id.All(char.IsAsciiDigit));
            string[] runs = Directory.GetDirectories(experiment);
            Assert.Equal(4, runs.Length);
            string run = runs.First(one => File.ReadAllText(Path.Combine(one, "tags", "mlflow.runName")) == "trial-1");
            string[] meta = File.ReadAllLines(Path.Combine(run, "meta.yaml"));
            Assert.Contains($"experiment_id: '{id}'", meta);
            Assert.Contains($"run_id: {Path.GetFileName(run)}", meta);
            Assert.Contains("status: 3", meta);
            Assert.Equal("0.5", File.ReadAllText(Path.Combine(run, "params", "Weight")));
            Assert.Equal("b", File.ReadAllText(Path.Combine(run, "params", "Kind")));
            Assert.Equal("4", File.ReadAllText(Path.Combine(run, "params", "NumberOfClusters")));
            Assert.Matches(@"^\d{13} 0\.25 0\n$", File.ReadAllText(Path.Combine(run, "metrics", "AdjustedRandIndex")));
            Assert.Matches(@"^\d{13} 0\.75 0\n$", File.ReadAllText(Path.Combine(run, "metrics", "Purity")));
            string failed = runs.First(one => File.ReadAllText(Path.Combine(one, "tags", "mlflow.runName")) == "trial-0");
            Assert.Contains("status: 4", File.ReadAllLines(Path.Combine(failed, "meta.yaml")));
            Assert.Equal("Too bad.", File.ReadAllText(Path.Combine(failed, "tags", "Failure")));
            Assert.False(File.Exists(Path.Combine(failed, "metrics", "AdjustedRandIndex")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
