using Disentangle.ML.AutoML;
using Disentangle.ML.AutoML.Tests;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Sweeps;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;

namespace Disentangle.ML.Orleans.Tests;

public sealed class ClusterSweepTests(ClusterSweepTests.TwoSilos shared) : IClassFixture<ClusterSweepTests.TwoSilos>
{
    public sealed class TwoSilos : IAsyncLifetime
    {
        internal Cluster Cluster { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Cluster = await Cluster.StartAsync(2);
            await Cluster.ReportsAsync();
        }

        public ValueTask DisposeAsync() => Cluster.DisposeAsync();
    }

    private static readonly SweepSettings Settings = new() { KMeansRestarts = 2 };

    [Theory]
    [InlineData("grid")]
    [InlineData("random")]
    [InlineData("cost-frugal")]
    public void A_sweep_on_a_cluster_gives_what_it_gives_here(string search)
    {
        SweepTrialResult<DisentangleEncoderOptions> Run(SweepSettings settings)
        {
            AutoMLExperiment experiment = Blobs.Sweep<RowMarginSpace>(settings: settings);
            return (search switch
            {
                "grid" => experiment.SetGridSearchTuner(step: 3),
                "random" => experiment.SetRandomSearchTuner(seed: 3),
                _ => experiment.SetCostFrugalTuner(),
            }).RunSweep(9);
        }
        // Two silos have room for four trials.
        SweepTrialResult<DisentangleEncoderOptions> here = Run(Settings with { Parallelism = search == "cost-frugal" ? 4 : 1 });
        SweepTrialResult<DisentangleEncoderOptions> there = Run(Settings.OnCluster(shared.Cluster.Grains));

        Assert.Equal(Trials(here), Trials(there));
        Assert.Equal((here.Trial.Trial, here.Metric), (there.Trial.Trial, there.Metric));
        Assert.Equal(($"{here.Options!.Objective}", here.Options.Seed), ($"{there.Options!.Objective}", there.Options.Seed));
        Assert.Equal(Predicted(here.Model), Predicted(there.Model));
    }

    [Fact]
    public void The_model_reads_raw_rows_and_can_be_saved()
    {
        MLContext ml = Blobs.Ml;
        var best = (SweepTrialResult)ml.Auto()
            .SweepDisentangleEncoder<RateSpace>(Blobs.Train, Blobs.Validation, "Scaled", "Key", Blobs.Judged, 4,
            Blobs.Options, settings: (Settings with
            {
                Featurizer = ml.Transforms.Conversion.MapValueToKey("Key", "Group")
                    .Append(ml.Transforms.NormalizeMinMax("Scaled", "Features")),
            }).OnCluster(shared.Cluster.Grains)).SetGridSearchTuner().SetMaxModelToExplore(3).Run();
        ClusteringQuality quality = ml.Clustering.EvaluateAgainstLabels(best.Model.Transform(Blobs.Validation), "Blob");
        Assert.Equal(best.Metric, quality.HungarianAccuracy);

        using var file = new MemoryStream();
        ml.Model.Save(best.Model, Blobs.Train.Schema, file);
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        Assert.Equal(Predicted(best.Model), Predicted(loaded));
        Assert.Single(DisentangleModel.Open(loaded).Encoders);
    }

    [Fact]
    public void Autoencoders_seeds_and_metrics_without_labels_work_too()
    {
        IDataView unit = Blobs.Ml.Transforms.NormalizeMinMax("Features").Fit(Blobs.Train).Transform(Blobs.Train);
        SweepTrialResult Run(SweepSettings settings) =>
            (SweepTrialResult)Blobs.Ml.Auto().SweepDisentangleAutoencoder<SoftNearestNeighborSpace>(
            unit, unit, "Features", "Flag",
            SweepMetric.Unsupervised(UnsupervisedScore.Named(nameof(UnsupervisedQuality.StabilityTimesPurity))), 4,
            new() { Network = Network.MlpAutoencoder([8], 3), Epochs = 2, BatchSize = 16 }, settings: settings with { Seeds = [3, 4] })
            .SetRandomSearchTuner(seed: 1).SetMaxModelToExplore(2).Run();
        SweepTrialResult here = Run(Settings), there = Run(Settings.OnCluster(shared.Cluster.Grains));
        Assert.Equal(Trials(here), Trials(there));
        Assert.All(there.History.Trials, trial => Assert.Equal(2, trial.SeedScores.Count));
    }

    [Fact]
    public void Failures_are_recorded_with_the_reasons_they_have_here()
    {
        var monitor = new AutoML.Tests.Monitor();
        SweepHistory here = Blobs.Sweep<FateSpace>(settings: Settings).SetGridSearchTuner().RunSweep(5).History;
        SweepHistory there = Blobs.Sweep<FateSpace>(settings: Settings.OnCluster(shared.Cluster.Grains)).SetMonitor(monitor)
            .SetGridSearchTuner().RunSweep(5).History;
        Assert.Equal(here.Trials.Select(trial => (trial.Outcome, trial.Failure, trial.Score)),
            there.Trials.Select(trial => (trial.Outcome, trial.Failure, trial.Score)));
        Assert.Equal(5, monitor.Completed.Count);
    }

    [Fact]
    public async Task A_trial_whose_silo_is_lost_is_trained_again_elsewhere()
    {
        await using Cluster cluster = await Cluster.StartAsync(3, options => options.Trials = 1);
        await cluster.ReportsAsync();
        string here = Trials(Blobs.Sweep<RowMarginSpace>(options: Slow, settings: Settings).SetRandomSearchTuner(seed: 5).RunSweep(9));
        Task<SweepTrialResult<DisentangleEncoderOptions>> sweep = Task.Run(
            () => Blobs.Sweep<RowMarginSpace>(options: Slow, settings: Settings.OnCluster(cluster.Grains)).SetRandomSearchTuner(seed: 5)
            .RunSweep(9));
        SweepSilo victim = cluster.Silos[2];
        while (victim.Running.Length == 0)
        {
            Assert.False(sweep.IsCompleted, "The sweep ended before a silo was lost.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        await cluster.KillAsync(2);
        Assert.Equal(here, Trials(await sweep));
    }

    [Fact]
    public async Task A_cancelled_sweep_ends_its_trials_on_the_silos()
    {
        await using Cluster cluster = await Cluster.StartAsync(2, options => options.Trials = 1);
        await cluster.ReportsAsync();
        using var stop = new CancellationTokenSource();
        var history = new SweepHistory();
        SweepSettings settings = (Settings with { History = history }).OnCluster(cluster.Grains);
        Task<TrialResult> sweep = Blobs.Sweep<EpochSpace>(settings: settings).SetGridSearchTuner().SetMaxModelToExplore(3)
            .RunAsync(stop.Token);
        while (history.Trials.Count == 0 || cluster.Silos.Sum(silo => silo.Running.Length) < 2)
        {
            Assert.False(sweep.IsCompleted, "The sweep ended before it was cancelled.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        await stop.CancelAsync();
        Assert.Equal(0, (await sweep).TrialSettings.TrialId);
        Assert.Equal([TrialOutcome.Succeeded, TrialOutcome.Cancelled, TrialOutcome.Cancelled],
            history.Trials.Select(trial => trial.Outcome));
        while (cluster.Silos.Any(silo => silo.Running.Length > 0))
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Data_in_a_shared_folder_are_not_sent()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            await using Cluster cluster = await Cluster.StartAsync(2, options =>
            {
                options.DataFolder = folder;
                // Nothing may be sent.
                options.MaximumDataBytes = 1;
            });
            var best = Blobs.Sweep<RateSpace>(settings: Settings.OnCluster(cluster.Grains, new() { DataFolder = folder }))
                .SetGridSearchTuner().RunSweep(3);
            Assert.All(best.History.Trials, trial => Assert.Equal(TrialOutcome.Succeeded, trial.Outcome));
            Assert.Equal(2, Directory.GetFiles(folder).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Data_that_are_too_large_fail_with_the_reason()
    {
        await using Cluster cluster = await Cluster.StartAsync(1, options => options.MaximumDataBytes = 100);
        AutoMLExperiment experiment = Blobs.Sweep<RateSpace>(settings: Settings.OnCluster(cluster.Grains)).SetGridSearchTuner();
        AggregateException thrown = Assert.Throws<AggregateException>(() => experiment.RunSweep(1));
        Assert.Contains("the silo accepts at most 100 (SweepSiloOptions.MaximumDataBytes)", thrown.InnerException!.Message);
    }

    [Fact]
    public async Task A_model_that_is_too_large_fails_with_the_reason()
    {
        await using Cluster cluster = await Cluster.StartAsync(1, options => options.MaximumModelBytes = 100);
        AutoMLExperiment experiment = Blobs.Sweep<RateSpace>(settings: Settings.OnCluster(cluster.Grains)).SetGridSearchTuner();
        AggregateException thrown = Assert.Throws<AggregateException>(() => experiment.RunSweep(1));
        Assert.Contains("(SweepSiloOptions.MaximumModelBytes)", thrown.InnerException!.Message);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_fails_the_trials_when_patience_ends()
    {
        Cluster cluster = await Cluster.StartAsync(1);
        SweepSettings settings = Settings.OnCluster(cluster.Grains, new() { Patience = TimeSpan.FromSeconds(1) });
        await cluster.KillAsync(0);
        AutoMLExperiment experiment = Blobs.Sweep<RateSpace>(settings: settings with { Parallelism = 1 }).SetGridSearchTuner();
        AggregateException thrown = Assert.Throws<AggregateException>(() => experiment.RunSweep(1));
        Assert.Contains("The cluster has not answered for ", thrown.InnerException!.Message);
        await cluster.DisposeAsync();
    }

    /// <summary>Some tenths of a second a trial.</summary>
    private static readonly DisentangleEncoderOptions Slow = Blobs.Options with { Epochs = 60 };

    /// <summary>What a trial is, except for its time.</summary>
    internal static string Trials(SweepTrialResult result) => string.Join('\n', result.History.Trials.Select(trial =>
        $"{trial.Trial} {string.Join(' ', trial.Parameters.Select(pair => $"{pair.Key}={pair.Value}"))} {trial.Outcome} {trial.Score:R} "
        + $"{string.Join(' ', trial.SeedScores)} {string.Join(' ', trial.Scores.OrderBy(pair => pair.Key))} {trial.NumberOfClusters}"));

    private static uint[] Predicted(ITransformer model) => [.. model.Transform(Blobs.Validation).Column<uint>("PredictedLabel")];

    public sealed class EpochSpace : ISweepSpace<DisentangleEncoderOptions>
    {
        [Choice(1, 10_000_000, 20_000_000)]
        public int Epochs { get; set; }

        public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) => options with { Epochs = Epochs };
    }
}
