using Disentangle.ML.Evaluators;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Disentangle.ML.Sweeps;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;

namespace Disentangle.ML.AutoML.Tests;

public class SweepTests
{
    [Fact]
    public void The_best_trial_has_the_best_score_its_model_and_its_options()
    {
        var best = Blobs.Sweep<RateSpace>().SetGridSearchTuner().RunSweep(3);

        IReadOnlyList<SweepTrial> trials = best.History.Trials;
        Assert.Equal([1e-6, 0.001, 0.03], trials.Select(trial => trial.Number("LearningRate")));
        Assert.Equal(trials.Max(trial => trial.Score), best.Metric);
        Assert.True(trials.Select(trial => trial.Score).Distinct().Count() > 1);
        Assert.Equal(-best.Metric, best.Loss);
        Assert.Same(best.Trial, best.History.Best);
        Assert.Equal(best.TrialSettings.TrialId, best.Trial.Trial);
        Assert.Equal((float)best.Trial.Number("LearningRate"), best.Options!.LearningRate);
        Assert.Equal(1, best.Options.Seed);
        Assert.All(trials, trial => Assert.True(trial.Seconds > 0 && trial.NumberOfClusters == 4 && trial.Failure is null));

        ClusteringQuality quality = Blobs.Ml.Clustering.EvaluateAgainstLabels(best.Model.Transform(Blobs.Validation), "Blob");
        Assert.Equal(best.Metric, quality.HungarianAccuracy);
        Assert.Equal(best.Trial.Scores[nameof(quality.AdjustedRandIndex)], quality.AdjustedRandIndex, 1e-12);
    }

    [Fact]
    public void Trials_that_throw_or_diverge_are_noted_and_never_win_even_when_they_are_the_first()
    {
        var monitor = new Monitor();
        var best = Blobs.Sweep<FateSpace>().SetMonitor(monitor).SetGridSearchTuner().RunSweep(5);

        Assert.Contains(best.TrialSettings.TrialId, new[] { 2, 4 });
        IReadOnlyList<SweepTrial> trials = best.History.Trials;
        Assert.Equal([TrialOutcome.Failed, TrialOutcome.Failed, TrialOutcome.Succeeded, TrialOutcome.Failed, TrialOutcome.Succeeded],
            trials.Select(trial => trial.Outcome));
        Assert.Equal("I throw.", trials[0].Failure);
        Assert.Equal("I throw again.", trials[3].Failure);
        Assert.Contains("cross-entropy", trials[1].Failure);
        Assert.Null(trials[0].Score);
        Assert.Equal(5, monitor.Completed.Count);
        Assert.Empty(monitor.Failed);
        Assert.All(new[] { 0, 1, 3 }, i => Assert.Equal(double.PositiveInfinity, monitor.Completed[i].Loss));
        Assert.Equal(trials[3], ((SweepTrialResult)monitor.Completed[3]).Trial);
    }

    [Fact]
    public void A_failure_is_a_warning_in_the_log()
    {
        var ml = new MLContext(seed: 1);
        var warnings = new List<string>();
        ml.Log += (_, message) =>
        {
            lock (warnings)
            {
                if (message.Kind == ChannelMessageKind.Warning)
                    warnings.Add(message.Message);
            }
        };
        ml.Auto().SweepDisentangleEncoder<FateSpace>(Blobs.Train, Blobs.Validation, "Features", "Flag", Blobs.Judged, 4, Blobs.Options)
            .SetGridSearchTuner().RunSweep(3);
        Assert.Contains("Trial 0 failed: I throw.", warnings[0]);
        Assert.Contains("Trial 1 failed: ", warnings[1]);
        Assert.Equal(2, warnings.Count);
    }

    [Theory]
    [InlineData(3, 10)]
    [InlineData(50, 4)]
    public void When_all_trials_fail_one_exception_says_why(int trials, int failuresToGiveUp)
    {
        var history = new SweepHistory();
        AutoMLExperiment experiment = Blobs.Sweep<WrongSpace>(settings: new() { FailuresToGiveUp = failuresToGiveUp, History = history });
        Exception thrown = Assert.Throws<AggregateException>(() => experiment.SetRandomSearchTuner().RunSweep(trials)).InnerException!;

        int expected = Math.Min(trials, failuresToGiveUp);
        Assert.StartsWith($"The sweep ended because all {expected} trials failed.",
            Assert.IsType<InvalidOperationException>(thrown).Message);
        Assert.Contains("it must be at least 1", thrown.Message);
        Assert.Equal(expected, history.Trials.Count);
        Assert.Null(history.Best);
        Assert.Contains("Trial 0 failed: Epochs is ", history.ToString());
    }

    [Fact]
    public async Task A_cancelled_sweep_gives_the_best_so_far_and_ends_within_a_batch()
    {
        using var stop = new CancellationTokenSource();
        var history = new SweepHistory();
        int lastEpoch = 0;
        var options = Blobs.Options with
        {
            Progress = progress =>
            {
                lastEpoch = progress.Epoch;
                // In the third trial, whose epochs would take hours.
                if (history.Trials.Count == 2 && progress.Epoch == 3)
                    stop.Cancel();
            },
        };
        var experiment = Blobs.Sweep<LongLastSpace>(options: options, settings: new() { History = history, KMeansRestarts = 2 })
            .SetGridSearchTuner();
        TrialResult best = await experiment.SetMaxModelToExplore(4).RunAsync(stop.Token);

        Assert.Contains(best.TrialSettings.TrialId, new[] { 0, 1 });
        Assert.NotNull(best.Model);
        Assert.Equal([TrialOutcome.Succeeded, TrialOutcome.Succeeded, TrialOutcome.Cancelled],
            history.Trials.Select(trial => trial.Outcome));
        Assert.Equal(3, lastEpoch);
    }

    public sealed class LongLastSpace : ISweepSpace<DisentangleEncoderOptions>
    {
        [Choice(1, 2, 10_000_000)]
        public int Epochs { get; set; }

        public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) => options with { Epochs = Epochs };
    }

    [Fact]
    public async Task A_sweep_cancelled_in_its_first_trial_has_no_result()
    {
        using var stop = new CancellationTokenSource();
        var history = new SweepHistory();
        var options = Blobs.Options with { Epochs = 10_000_000, Progress = _ => stop.Cancel() };
        var experiment = Blobs.Sweep<RowMarginSpaceOfShortMargins>(options: options, settings: new() { History = history });
        await Assert.ThrowsAsync<TimeoutException>(() => experiment.SetRandomSearchTuner().SetMaxModelToExplore(4).RunAsync(stop.Token));
        Assert.Equal(TrialOutcome.Cancelled, Assert.Single(history.Trials).Outcome);
    }

    public sealed class RowMarginSpaceOfShortMargins : ISweepSpace<DisentangleEncoderOptions>
    {
        [Range(1f, 2f)]
        public float Margin { get; set; }

        public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) =>
            options with { Objective = Objective.CrossEntropy() + Objective.RowMargin(margin: Margin) };
    }

    [Fact]
    public void A_grid_over_lambda_is_the_curve_of_the_paper()
    {
        var best = Blobs.Sweep<GaussianCorelSpace>(SweepMetric.LabelAccuracy(), clusters: null).SetGridSearchTuner().RunSweep(20);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => i / 20f), best.History.Trials.Select(trial => (float)trial.Number("Lambda")));
        Assert.Equal(20, best.History.Trials.Count(trial => trial.Score is >= 0 and <= 1));
        var loss = Assert.IsType<GaussianCorelLoss>(best.Options!.Objective.Terms.Single().Loss);
        Assert.Equal((float)best.Trial.Number("Lambda"), loss.Lambda);
        Assert.Null(best.Trial.NumberOfClusters);
        Assert.Equal(["LabelAccuracy"], best.Trial.Scores.Keys);
    }

    [Fact]
    public void The_same_seeds_give_the_same_trials()
    {
        string[] runs = [.. Enumerable.Range(0, 2).Select(_ =>
            string.Join('\n', Blobs.Sweep<RowMarginSpace>().SetRandomSearchTuner(seed: 3).RunSweep(3).History.Trials
                .Select(trial => $"{trial.Number("Weight"):R} {trial.Number("Margin"):R} {trial.Score:R}")))];
        Assert.Equal(runs[0], runs[1]);
    }

    [Fact]
    public void Several_seeds_give_mean_and_deviation_and_the_model_of_the_best()
    {
        var settings = new SweepSettings { Seeds = [4, 5, 6], KMeansRestarts = 1 };
        var best = Blobs.Sweep<RateSpace>(settings: settings).SetGridSearchTuner().RunSweep(2);
        Assert.All(best.History.Trials, trial =>
        {
            Assert.Equal(3, trial.SeedScores.Count);
            ScoreSummary summary = ScoreSummary.Of(trial.SeedScores);
            Assert.Equal((summary.Mean, summary.StandardDeviation), (trial.Score, trial.Deviation));
            Assert.Equal(summary.Mean, trial.Scores[nameof(ClusteringQuality.HungarianAccuracy)], 1e-12);
        });
        Assert.Contains(best.History.Trials, trial => trial.Deviation > 0);
        Assert.Contains("deviation", best.History.ToString());

        int place = best.Trial.SeedScores.ToList().IndexOf(best.Trial.SeedScores.Max());
        Assert.Equal(settings.Seeds[place], best.Options!.Seed);
        ClusteringQuality quality = Blobs.Ml.Clustering.EvaluateAgainstLabels(best.Model.Transform(Blobs.Validation), "Blob");
        Assert.Equal(best.Trial.SeedScores.Max(), quality.HungarianAccuracy);
    }

    public static TheoryData<string> Metrics => ["AMI", "AMI max", "ARI", "Hungarian", "V-measure", "variation", "silhouette", "accuracy"];

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Every_metric_decides(string name)
    {
        SweepMetric metric = name switch
        {
            "AMI" => SweepMetric.AdjustedMutualInformation("Blob"),
            "AMI max" => SweepMetric.AdjustedMutualInformation("Blob", EntropyMean.Max),
            "ARI" => SweepMetric.AdjustedRandIndex("Blob"),
            "Hungarian" => SweepMetric.HungarianAccuracy("Blob"),
            "V-measure" => SweepMetric.Clustering(ClusteringScore.Named(nameof(ClusteringQuality.VMeasure)), "Blob"),
            "variation" => SweepMetric.Clustering(ClusteringScore.Named(nameof(ClusteringQuality.VariationOfInformation)), "Blob"),
            "silhouette" => SweepMetric.Silhouette(),
            _ => SweepMetric.LabelAccuracy(),
        };
        var best = Blobs.Sweep<RateSpace>(metric).SetGridSearchTuner().RunSweep(3);
        IEnumerable<double> scores = best.History.Trials.Select(trial => trial.Score!.Value);
        Assert.Equal(name == "variation" ? scores.Min() : scores.Max(), best.Metric);
        Assert.Equal(name == "variation" ? best.Metric : -best.Metric, best.Loss);
        Assert.Equal(best.Metric, best.Trial.Scores[metric.Name], 1e-12);
        Assert.Equal(metric.JudgeColumnName is not null, best.Trial.Scores.ContainsKey(nameof(ClusteringQuality.Purity)));

        IDataView scored = best.Model.Transform(Blobs.Validation);
        ClusteringQuality quality = Blobs.Ml.Clustering.EvaluateAgainstLabels(scored, "Blob", featureColumnName: "Embedding");
        if (name != "accuracy")
            Assert.Equal(ClusteringScore.Named(metric.Name).Value(quality)!.Value, best.Metric, 1e-9);
    }

    [Fact]
    public void The_label_accuracy_is_that_of_the_classifier_on_the_validation_rows()
    {
        var options = Blobs.Options with { PredictedLabelColumnName = "Predicted" };
        var best = Blobs.Sweep<RateSpace>(SweepMetric.LabelAccuracy(), clusters: null, options).SetGridSearchTuner().RunSweep(3);
        IDataView scored = best.Model.Transform(Blobs.Validation);
        double accuracy = scored.Column<bool>("Flag").Zip(scored.Column<bool>("Predicted"))
            .Average(pair => pair.First == pair.Second ? 1.0 : 0.0);
        Assert.Equal(accuracy, best.Metric, 1e-12);
    }

    [Fact]
    public void An_encoder_without_classifier_fails_with_the_reason_where_its_accuracy_decides()
    {
        var options = Blobs.Options with { Objective = Objective.SampleMargin() };
        var experiment = Blobs.Sweep<RateSpace>(SweepMetric.LabelAccuracy(), clusters: null, options);
        AggregateException thrown = Assert.Throws<AggregateException>(() => experiment.SetGridSearchTuner().RunSweep(1));
        Assert.Contains("it needs an objective with a classifier", thrown.InnerException!.Message);
    }

    [Fact]
    public void Number_of_clusters_and_nested_options_can_be_swept_in_a_grid()
    {
        var best = Blobs.Sweep<SizeSpace>(SweepMetric.Silhouette(), clusters: 3).SetGridSearchTuner().RunSweep(6);
        Assert.Equal([(2, 3), (2, 5), (4, 3), (4, 5), (7, 3), (7, 5)],
            best.History.Trials.Select(trial => ((int)trial.Number("Clusters"), (int)trial.Number("Network.Embedding"))));
        Assert.Equal([2, 2, 4, 4, 7, 7], best.History.Trials.Select(trial => trial.NumberOfClusters!.Value));
        Assert.All(best.History.Trials, trial => Assert.Equal(6, trial.Number("Network.Hidden")));
        Assert.Equal((int)best.Trial.Number("Network.Embedding"), best.Options!.Network.EmbeddingSize);
    }

    [Fact]
    public void The_default_tuner_begins_with_the_papers_defaults()
    {
        var best = Blobs.Sweep<RowMarginSpace>().RunSweep(3);
        Assert.Equal(3, best.History.Trials.Count);
        Assert.Equal(0.3, best.History.Trials[0].Number("Weight"), 1e-6);
        Assert.Equal(5, best.History.Trials[0].Number("Margin"), 1e-5);
    }

    [Fact]
    public void The_cost_frugal_tuner_gets_over_failures()
    {
        var best = Blobs.Sweep<BadStartSpace>().SetCostFrugalTuner().RunSweep(6);
        Assert.Equal(6, best.History.Trials.Count);
        Assert.Equal(TrialOutcome.Failed, best.History.Trials[0].Outcome);
        Assert.Equal(TrialOutcome.Succeeded, best.Trial.Outcome);
    }

    public sealed class BadStartSpace : ISweepSpace<DisentangleEncoderOptions>
    {
        [Range(0f, 1f, 0.5f)]
        public float Share { get; set; }

        public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) =>
            Share > 0.501f ? options : throw new NotSupportedException("Too small.");
    }

    [Fact]
    public void A_range_can_be_narrowed()
    {
        var space = new SearchSpace<RowMarginSpace> { ["Margin"] = new UniformSingleOption(6, 7) };
        var best = Blobs.Sweep(space: space).SetRandomSearchTuner(seed: 1).RunSweep(4);
        Assert.All(best.History.Trials, trial => Assert.InRange(trial.Number("Margin"), 6, 7));
    }

    [Fact]
    public void A_checkpoint_goes_on_counting_after_failures_too()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            Blobs.Sweep<FateSpace>().SetGridSearchTuner().SetCheckpoint(folder).RunSweep(3);
            // Without a tuner of one's own: the default one reads the earlier trials.
            var best = Blobs.Sweep<FateSpace>(settings: new() { FailuresToGiveUp = 100 }).SetCheckpoint(folder).RunSweep(8);
            Assert.Equal(Enumerable.Range(3, 8), best.History.Trials.Select(trial => trial.Trial));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Only_the_best_model_is_kept()
    {
        var monitor = new Monitor();
        var best = Blobs.Sweep<RateSpace>().SetMonitor(monitor).SetGridSearchTuner().RunSweep(6);
        Assert.NotNull(best.Model);
        Assert.Equal(6, monitor.Completed.Count);
        Assert.All(monitor.Completed, result => Assert.Equal(result == best, result.Model is not null));
    }

    [Fact]
    public void Rows_are_featurised_once_for_all_trials()
    {
        int mapped = 0;
        var featurizer = Blobs.Ml.Transforms.CustomMapping<Raw, Scaled>(
            (raw, scaled) =>
            {
                Interlocked.Increment(ref mapped);
                scaled.Half = [.. raw.Features.Select(x => x / 2)];
            }, contractName: null);
        var best = (SweepTrialResult)Blobs.Ml.Auto()
            .SweepDisentangleEncoder<RateSpace>(Blobs.Train, Blobs.Validation, "Half", "Flag", Blobs.Judged, 4, Blobs.Options,
                settings: new() { Featurizer = featurizer, Seeds = [1, 2] }).SetGridSearchTuner().SetMaxModelToExplore(3).Run();
        Assert.Equal(120 + 80, mapped);
        Assert.Equal(3, best.History.Trials.Count(trial => trial.Score is not null));
    }

    private sealed class Raw
    {
        [VectorType(Sample.Width)] public float[] Features { get; set; } = [];
    }

    private sealed class Scaled
    {
        [VectorType(Sample.Width)] public float[] Half { get; set; } = [];
    }

    [Fact]
    public void The_model_reads_raw_rows_and_predicts_the_same_after_loading()
    {
        MLContext ml = Blobs.Ml;
        var best = (SweepTrialResult)ml.Auto()
            .SweepDisentangleEncoder<RateSpace>(Blobs.Train, Blobs.Validation, "Scaled", "Key", Blobs.Judged, 4, Blobs.Options,
                settings: new()
            {
                Featurizer = ml.Transforms.Conversion.MapValueToKey("Key", "Group")
                    .Append(ml.Transforms.NormalizeMinMax("Scaled", "Features")),
            }).SetGridSearchTuner().SetMaxModelToExplore(2).Run();
        AssertReloads(best.Model);
    }

    [Fact]
    public void A_model_without_featuriser_predicts_the_same_after_loading() =>
        AssertReloads(Blobs.Sweep<RateSpace>().SetGridSearchTuner().RunSweep(1).Model);

    private static void AssertReloads(ITransformer model)
    {
        using var file = new MemoryStream();
        Blobs.Ml.Model.Save(model, Blobs.Train.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        Assert.Equal(model.Transform(Blobs.Validation).Column<uint>("PredictedLabel"), loaded.Transform(Blobs.Validation)
            .Column<uint>("PredictedLabel"));
        Assert.Single(DisentangleModel.Open(loaded).Encoders);
    }

    [Fact]
    public void Early_stopping_looks_at_the_validation_rows_of_the_sweep()
    {
        var options = Blobs.Options with { Epochs = 4, EarlyStopping = new() { Patience = 1 } };
        var best = Blobs.Sweep<RateSpace>(options: options).SetGridSearchTuner().RunSweep(3);
        Assert.All(best.History.Trials, trial => Assert.InRange(trial.Scores["LabelAccuracy"], 0, 1));
    }

    [Fact]
    public void An_autoencoder_is_swept_the_same_way()
    {
        var options = new DisentangleAutoencoderOptions { Network = Network.MlpAutoencoder([8], 3), Epochs = 2, BatchSize = 16 };
        IDataView unit = Blobs.Ml.Transforms.NormalizeMinMax("Features").Fit(Blobs.Train).Transform(Blobs.Train);
        var best = (SweepTrialResult<DisentangleAutoencoderOptions>)Blobs.Ml.Auto().SweepDisentangleAutoencoder<SoftNearestNeighborSpace>(
            unit, unit, "Features", "Flag", SweepMetric.Silhouette(), 4, options).SetRandomSearchTuner(seed: 1).SetMaxModelToExplore(3)
            .Run();
        Assert.Equal(3, best.History.Trials.Count(trial => trial.Score is not null));
        WeightedLoss neighbours = best.Options!.Objective.Terms.Single(term => term.Loss is SoftNearestNeighborLoss);
        Assert.Equal((float)best.Trial.Number("Weight"), neighbours.Weight);
        Assert.Equal((float)best.Trial.Number("Gamma"), ((SoftNearestNeighborLoss)neighbours.Loss).Temperature.Gamma);
    }
}
