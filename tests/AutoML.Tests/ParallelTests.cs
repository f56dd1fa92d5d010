using Disentangle.ML.Sweeps;
using Disentangle.ML.Tests;
using Disentangle.ML.Transforms;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;

namespace Disentangle.ML.AutoML.Tests;

public class ParallelTests
{
    public static TheoryData<string, int, int> Searches => new()
    {
        { "grid", 2, 0 }, { "grid", 4, 3 }, { "random", 3, 0 }, { "random", 20, 0 },
    };

    [Theory]
    [MemberData(nameof(Searches))]
    public void Grid_and_random_search_find_the_same_in_parallel(string search, int parallelism, int ahead)
    {
        SweepTrialResult<DisentangleEncoderOptions> Run(SweepSettings settings)
        {
            AutoMLExperiment experiment = Blobs.Sweep<WaitSpace>(settings: settings with { KMeansRestarts = 2 });
            return (search == "grid" ? experiment.SetGridSearchTuner() : experiment.SetRandomSearchTuner(seed: 7)).RunSweep(7);
        }
        SweepTrialResult<DisentangleEncoderOptions> one = Run(new());
        SweepTrialResult<DisentangleEncoderOptions> many = Run(new() { Parallelism = parallelism, ProposedAhead = ahead });

        Assert.Equal(Trials(one), Trials(many));
        Assert.Equal(7, many.History.Trials.Count);
        Assert.Equal((one.Trial.Trial, one.Metric), (many.Trial.Trial, many.Metric));
        Assert.Equal(many.Trial.Trial, many.TrialSettings.TrialId);
        Assert.Equal((float)many.Trial.Number("LearningRate"), many.Options!.LearningRate);
        Assert.Equal(one.Model.Transform(Blobs.Validation).Column<uint>("PredictedLabel"),
            many.Model.Transform(Blobs.Validation).Column<uint>("PredictedLabel"));
    }

    [Fact]
    public void As_many_trials_run_at_a_time_as_asked_with_a_share_of_the_cores()
    {
        Gate.Reset(expected: 3);
        var best = Blobs.Sweep<GateSpace>(settings: new() { Parallelism = 3, KMeansRestarts = 1 }).SetGridSearchTuner().RunSweep(6);
        Assert.Equal(3, Gate.Most);
        Assert.Equal(Math.Max(1, Environment.ProcessorCount / 3), best.Options!.Threads);
    }

    [Fact]
    public void Cost_frugal_search_begins_with_the_defaults_and_tries_them_once()
    {
        string[] runs = [.. Enumerable.Range(0, 2).Select(_ => Trials(
            Blobs.Sweep<RowMarginSpace>(settings: new() { Parallelism = 3, KMeansRestarts = 1 }).SetCostFrugalTuner().RunSweep(8)))];
        Assert.StartsWith("0 5 0.3 ", runs[0]);
        Assert.Equal(8, runs[0].Split('\n').Select(line => line[line.IndexOf(' ')..line.LastIndexOf(' ')]).Distinct().Count());
        // Which trial ends first makes no difference.
        Assert.Equal(runs[0], runs[1]);
    }

    [Fact]
    public void Failures_are_recorded_in_order_and_the_monitor_hears_of_every_trial_once()
    {
        var monitor = new Monitor();
        var best = Blobs.Sweep<FateSpace>(settings: new() { Parallelism = 4 }).SetMonitor(monitor).SetGridSearchTuner().RunSweep(5);
        Assert.Equal([TrialOutcome.Failed, TrialOutcome.Failed, TrialOutcome.Succeeded, TrialOutcome.Failed, TrialOutcome.Succeeded],
            best.History.Trials.Select(trial => trial.Outcome));
        Assert.Equal([0, 1, 2, 3, 4], best.History.Trials.Select(trial => trial.Trial));
        Assert.Equal([0, 1, 2, 3, 4], monitor.Completed.Select(result => result.TrialSettings.TrialId));
        Assert.All(monitor.Completed, result => Assert.Equal(result == best, result.Model is not null));
        Assert.Empty(monitor.Failed);
    }

    [Fact]
    public void When_all_fail_the_rest_is_not_awaited()
    {
        var history = new SweepHistory();
        AutoMLExperiment experiment = Blobs.Sweep<WrongSpace>(settings: new() { FailuresToGiveUp = 3, History = history, Parallelism = 4 });
        Exception thrown = Assert.Throws<AggregateException>(() => experiment.SetRandomSearchTuner().RunSweep(50)).InnerException!;
        Assert.StartsWith("The sweep ended because all 3 trials failed.", thrown.Message);
        Assert.InRange(history.Trials.Count, 3, 7);
    }

    [Fact]
    public async Task A_cancelled_sweep_ends_all_trials_and_keeps_what_was_done()
    {
        using var stop = new CancellationTokenSource();
        var history = new SweepHistory();
        var options = Blobs.Options with
        {
            Progress = progress =>
            {
                // The third and fourth trial would take hours; the first two are short.
                if (history.Trials.Count == 2)
                    stop.Cancel();
            },
        };
        AutoMLExperiment experiment = Blobs.Sweep<LongLastsSpace>(
            options: options, settings: new() { History = history, KMeansRestarts = 2, Parallelism = 4 }).SetGridSearchTuner();
        TrialResult best = await experiment.SetMaxModelToExplore(4).RunAsync(stop.Token);

        Assert.NotNull(best.Model);
        Assert.Equal(history.Best!.Trial, best.TrialSettings.TrialId);
        Assert.Equal([0, 1, 2, 3], history.Trials.Select(trial => trial.Trial));
        Assert.Equal([TrialOutcome.Cancelled, TrialOutcome.Cancelled], history.Trials.Skip(2).Select(trial => trial.Outcome));
    }

    [Fact]
    public async Task No_trial_starts_after_the_sweep_is_cancelled_even_if_the_experiment_notices_later()
    {
        using var stop = new CancellationTokenSource();
        var history = new SweepHistory();
        // Callbacks run last registered first: the sweep's, this one, and then the experiment's own, registered before any trial.
        var monitor = new Monitor();
        monitor.Running += settings =>
        {
            if (settings.TrialId == 0)
                stop.Token.Register(() => Thread.Sleep(300));
        };
        AutoMLExperiment experiment = Blobs.Sweep<LongLastsSpace>(
            settings: new() { History = history, KMeansRestarts = 2, Parallelism = 2 }).SetMonitor(monitor).SetGridSearchTuner();
        Task<TrialResult> sweep = experiment.SetMaxModelToExplore(4).RunAsync(stop.Token);
        while (history.Trials.Count < 2)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        await stop.CancelAsync();

        Assert.Equal(history.Best!.Trial, (await sweep).TrialSettings.TrialId);
        Assert.Equal([0, 1, 2, 3], history.Trials.Select(trial => trial.Trial));
        Assert.Empty(monitor.Failed);
    }

    [Fact]
    public void A_slow_trial_that_is_cancelled_does_not_hide_a_better_one_behind_it()
    {
        var history = new SweepHistory();
        AutoMLExperiment experiment = Blobs.Sweep<SlowFirstSpace>(
            settings: new() { History = history, KMeansRestarts = 1, Parallelism = 2 });
        var best = (SweepTrialResult)experiment.SetGridSearchTuner().SetMaxModelToExplore(2).SetTrainingTimeInSeconds(4).Run();
        Assert.Equal([TrialOutcome.Cancelled, TrialOutcome.Succeeded], history.Trials.Select(trial => trial.Outcome));
        Assert.Equal(1, best.Trial.Trial);
    }

    [Fact]
    public void An_experiment_can_be_run_again_with_parallel_trials()
    {
        var history = new SweepHistory();
        AutoMLExperiment experiment = Blobs.Sweep<RateSpace>(settings: new() { History = history, Parallelism = 2, KMeansRestarts = 1 })
            .SetGridSearchTuner();
        experiment.RunSweep(3);
        experiment.RunSweep(3);
        Assert.Equal([0, 1, 2, 0, 1, 2], history.Trials.Select(trial => trial.Trial));
    }

    [Fact]
    public void Parallelism_is_validated()
    {
        ArgumentException thrown = Assert.Throws<ArgumentException>(
            () => Blobs.Sweep<RateSpace>(settings: new() { Parallelism = 0, ProposedAhead = -1 }));
        Assert.Contains("Parallelism is 0; it must be at least 1.", thrown.Message);
        Assert.Contains("ProposedAhead is -1; it must be at least 0.", thrown.Message);
    }

    private static string Trials(SweepTrialResult result) => string.Join('\n', result.History.Trials.Select(
        trial => $"{trial.Trial} {string.Join(' ', trial.Parameters.Values)} {trial.Score:R}"));

    /// <summary>Earlier trials take longer, so that trials end in another order than they start.</summary>
    public sealed class WaitSpace : ISweepSpace<DisentangleEncoderOptions>
    {
        [Choice(1e-6f, 1e-4f, 0.001f, 0.003f, 0.01f, 0.03f, 0.1f)]
        public float LearningRate { get; set; }

        public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options)
        {
            Thread.Sleep((int)Math.Max(0, -30 * Math.Log10(LearningRate)));
            return options with { LearningRate = LearningRate };
        }
    }

    public sealed class GateSpace : ISweepSpace<DisentangleEncoderOptions>
    {
        [Choice(1, 2, 3, 4, 5, 6)]
        public int Rate { get; set; }

        public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) =>
            options with { LearningRate = 0.001f * Rate, Epochs = 1, Progress = _ => Gate.Pass() };
    }

    /// <summary>Counts the trials that run at the same time; the first ones wait for each other.</summary>
    private static class Gate
    {
        private static CountdownEvent _expected = new(0);
        private static int _now;

        public static int Most { get; private set; }

        public static void Reset(int expected) => (_expected, _now, Most) = (new(expected), 0, 0);

        public static void Pass()
        {
            int now = Interlocked.Increment(ref _now);
            lock (_expected)
            {
                Most = Math.Max(Most, now);
                if (!_expected.IsSet)
                    _expected.Signal();
            }
            _expected.Wait(TimeSpan.FromSeconds(20));
            Interlocked.Decrement(ref _now);
        }
    }

    public sealed class LongLastsSpace : ISweepSpace<DisentangleEncoderOptions>
    {
        [Choice(1, 2, 10_000_000, 20_000_000)]
        public int Epochs { get; set; }

        public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) => options with { Epochs = Epochs };
    }

    public sealed class SlowFirstSpace : ISweepSpace<DisentangleEncoderOptions>
    {
        [Choice(10_000_000, 1)]
        public int Epochs { get; set; }

        public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) => options with { Epochs = Epochs };
    }
}
