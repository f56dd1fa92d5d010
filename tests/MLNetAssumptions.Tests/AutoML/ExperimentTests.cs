using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using SearchSpace = Microsoft.ML.SearchSpace.SearchSpace;

namespace Disentangle.ML.MLNetAssumptions.Tests.AutoML;

public class ExperimentTests
{
    private readonly MLContext _ml = new(seed: 1);

    public enum Shape
    {
        Round,
        Square,
    }

    public sealed class Point
    {
        [Range(0.01f, 100f, 1f, true)] public float Weight { get; set; }
        [Range(1.0, 5.0)] public double Margin { get; set; }
        [Range(1, 9, 4)] public int Count { get; set; }
        [Choice(Shape.Round, Shape.Square)] public Shape Shape { get; set; }
        [Choice(new object[] { "a", "b", "c" }, "b")] public string Text { get; set; } = "";
        [BooleanChoice(false)] public bool Flag { get; set; }
        [NestOption] public Inner Inner { get; set; } = new();
        public int Fixed { get; set; }
    }

    public sealed class Inner
    {
        [Choice(16, 32)] public int Size { get; set; }
    }

    public sealed class Line
    {
        [Choice(0.05f, 0.1f, 0.15f, 0.2f)] public float X { get; set; }
        [Range(1f, 3f)] public float Y { get; set; }
    }

    [Fact]
    public void The_default_is_the_initial_value_or_else_the_least_or_first()
    {
        var space = new SearchSpace<Point>();
        Point point = space.SampleFromFeatureSpace(space.Default);
        Assert.Equal(1f, point.Weight, 1e-5f);
        Assert.Equal((1.0, 4, Shape.Round, "b", false, 16, 0),
            (point.Margin, point.Count, point.Shape, point.Text, point.Flag, point.Inner.Size, point.Fixed));
    }

    [Fact]
    public void What_is_not_chosen_is_taken_from_the_default_option()
    {
        var space = new SearchSpace<Point>(new Point { Fixed = 7, Text = "c" });
        Point point = space.SampleFromFeatureSpace(space.Default);
        Assert.Equal((7, "b"), (point.Fixed, point.Text));
    }

    [Fact]
    public void Coordinates_follow_the_names_and_are_linear_logarithmic_or_cut()
    {
        var space = new SearchSpace<Point>();
        Assert.Equal(["Count", "Flag", "Inner", "Margin", "Shape", "Text", "Weight"], space.Keys.Order());
        Assert.Equal(7, space.FeatureSpaceDim);
        Assert.Equal([null, 2, 2, null, 2, 3, null], space.Step);

        Point point = space.SampleFromFeatureSpace([0.99, 0, 0.5, 0.25, 0.5, 0.99, 0.75]);
        Assert.Equal((8, true, 32, 2.0, Shape.Square, "c"),
            (point.Count, point.Flag, point.Inner.Size, point.Margin, point.Shape, point.Text));
        Assert.Equal(10f, point.Weight, 1e-4f);
    }

    [Fact]
    public void Values_and_coordinates_map_to_each_other()
    {
        SearchSpace space = new SearchSpace<Point>();
        double[] coordinates = [0.5, 0.5, 0.5, 0.25, 0.5, 2 / 3.0, 0.25];
        double[] mapped = space.MappingToFeatureSpace(space.SampleFromFeatureSpace(coordinates));
        Assert.All(coordinates.Zip(mapped), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void Parameters_are_values_of_JSON()
    {
        Parameter parameter = Parameter.CreateNestedParameter();
        parameter["A"] = Parameter.FromFloat(0.1f);
        parameter["B"] = Parameter.FromString("x");
        parameter["C"] = Parameter.FromInt(3);
        Assert.Equal("""{"A":0.1,"B":"x","C":3}""", parameter.ToString());
        Assert.Equal((0.1f, "x", 3), (parameter["A"].AsType<float>(), parameter["B"].AsType<string>(), parameter["C"].AsType<int>()));
        Assert.True(parameter["C"].Equals(Parameter.FromLong(3)));
        Assert.Equal(ParameterType.Object, parameter.ParameterType);
        Assert.Equal(3, parameter.Count);
    }

    [Fact]
    public void A_grid_holds_all_choices_and_the_steps_of_a_range_without_its_end_and_begins_again()
    {
        var runner = new Runner(_ => 1);
        Experiment(runner, new SearchSpace<Line>()).SetGridSearchTuner(step: 2).SetMaxModelToExplore(10).Run();
        Assert.Equal([(0.05f, 1f), (0.05f, 2f), (0.1f, 1f), (0.1f, 2f), (0.15f, 1f), (0.15f, 2f), (0.2f, 1f), (0.2f, 2f), (0.05f, 1f),
            (0.05f, 2f)], runner.Points<Line>().Select(line => (line.X, line.Y)));
    }

    [Fact]
    public void A_choice_of_one_shifts_the_coordinates_of_a_grid()
    {
        SearchSpace space = new() { ["a"] = new ChoiceOption("only"), ["b"] = new ChoiceOption(1, 2) };
        var runner = new Runner(_ => 1);
        Experiment(runner, space).SetGridSearchTuner().SetMaxModelToExplore(2).Run();
        Assert.Equal([1, 1], runner.Parameters.Select(parameter => parameter["b"].AsType<int>()));
    }

    [Fact]
    public void A_random_search_draws_each_coordinate_in_turn()
    {
        var runner = new Runner(_ => 1);
        var space = new SearchSpace<Line>();
        Experiment(runner, space).SetRandomSearchTuner(seed: 5).SetMaxModelToExplore(4).Run();
        var random = new Random(5);
        Assert.All(runner.Points<Line>(), line =>
        {
            Line expected = space.SampleFromFeatureSpace([random.NextDouble(), random.NextDouble()]);
            Assert.Equal((expected.X, expected.Y), (line.X, line.Y));
        });
        Assert.Equal(4, runner.Parameters.Count);
    }

    [Fact]
    public void The_cost_frugal_tuner_begins_with_the_default_and_finds_less_loss()
    {
        var runner = new Runner(parameter => Math.Pow(parameter.AsType<Valley>().X - 3, 2));
        TrialResult best = Experiment(runner, new SearchSpace<Valley>()).SetCostFrugalTuner().SetMaxModelToExplore(60).Run();
        Assert.Equal(-4f, runner.Points<Valley>()[0].X, 1e-4f);
        Assert.InRange(best.Loss, 0, 1);
    }

    [Fact]
    public void The_forests_of_SMAC_need_MLNET_and_leave_failures_out()
    {
        var runner = new Runner(trial: i => new TrialResult { Loss = i % 3 == 0 ? double.PositiveInfinity : i });
        AutoMLExperiment experiment = Experiment(runner, new SearchSpace<Valley>());
        if (AutoMLPackage.IsStandIn)
            Assert.Throws<NotSupportedException>(() => experiment.SetSmacTuner());
        else
            Assert.Equal(1, experiment.SetSmacTuner(numberInitialPopulation: 6).SetMaxModelToExplore(14).Run().TrialSettings.TrialId);
    }

    public sealed class Valley
    {
        [Range(-5f, 5f, -4f)] public float X { get; set; }
    }

    [Fact]
    public void The_least_loss_wins_whatever_the_metric()
    {
        double[] losses = [3, double.NaN, 1, double.PositiveInfinity, 1, 2];
        var monitor = new Monitor();
        var runner = new Runner(trial: i => new TrialResult { Loss = losses[i], Metric = 100 - i });
        TrialResult best = Experiment(runner).SetMonitor(monitor).SetRandomSearchTuner().SetMaxModelToExplore(6).Run();
        Assert.Equal(2, best.TrialSettings.TrialId);
        Assert.Equal(
            "running 0, completed 0, best 0, running 1, completed 1, running 2, completed 2, best 2, running 3, completed 3, running 4, "
            + "completed 4, "
            + "running 5, completed 5", monitor.ToString());
    }

    [Fact]
    public void Losses_that_are_no_numbers_never_win()
    {
        double[] losses = [double.NaN, double.PositiveInfinity, double.MaxValue];
        var runner = new Runner(trial: i => new TrialResult { Loss = losses[i] });
        AutoMLExperiment experiment = Experiment(runner).SetRandomSearchTuner().SetMaxModelToExplore(3);
        Assert.IsType<TimeoutException>(Assert.Throws<AggregateException>(() => experiment.Run()).InnerException);
    }

    [Fact]
    public void The_tuner_hears_of_a_trial_before_the_next()
    {
        var tuner = new Tuner();
        Experiment(new Runner(_ => 1)).SetTuner(tuner).SetMaxModelToExplore(2).Run();
        Assert.Equal("propose 0, update 0: 1, propose 1, update 1: 1", string.Join(", ", tuner.Calls));
    }

    [Fact]
    public void A_failure_before_the_first_success_ends_the_run()
    {
        var monitor = new Monitor();
        var runner = new Runner(trial: _ => throw new InvalidDataException("bad"));
        AutoMLExperiment experiment = Experiment(runner).SetMonitor(monitor).SetRandomSearchTuner().SetMaxModelToExplore(3);
        AggregateException thrown = Assert.Throws<AggregateException>(() => experiment.Run());
        Assert.Equal("bad", Assert.IsType<InvalidDataException>(thrown.InnerException).Message);
        Assert.Equal("running 0, failed 0", monitor.ToString());
    }

    [Fact]
    public void A_later_failure_does_not_end_the_run()
    {
        var monitor = new Monitor();
        var tuner = new Tuner();
        var runner = new Runner(trial: i => i == 1 ? throw new InvalidDataException("bad") : new TrialResult { Loss = 5 - i });
        TrialResult best = Experiment(runner).SetMonitor(monitor).SetTuner(tuner).SetMaxModelToExplore(3).Run();
        Assert.Equal(2, best.TrialSettings.TrialId);
        Assert.Contains("running 1, failed 1, running 2", monitor.ToString());
        Assert.Contains(FormattableString.Invariant($"update 1: {double.MaxValue}"), tuner.Calls);
    }

    [Fact]
    public void Without_tuner_there_is_no_run()
    {
        AutoMLExperiment experiment = Experiment(new Runner(_ => 1)).SetMaxModelToExplore(1);
        Assert.IsType<NullReferenceException>(Assert.Throws<AggregateException>(() => experiment.Run()).InnerException);
    }

    [Fact]
    public void A_runner_is_disposed_after_each_trial_and_an_instance_used_again()
    {
        var runner = new Runner(_ => 1);
        Experiment(runner).SetRandomSearchTuner().SetMaxModelToExplore(3).Run();
        Assert.Equal(3, runner.Disposed);
    }

    [Fact]
    public void A_factory_makes_a_runner_for_each_trial_and_one_before()
    {
        int made = 0;
        MLContext? context = null;
        AutoMLExperiment experiment = _ml.Auto().CreateExperiment().AddSearchSpace("space", new SearchSpace<Line>());
        experiment.SetTrialRunner(services =>
        {
            made++;
            context = (MLContext)services.GetService(typeof(MLContext))!;
            return new Runner(_ => 1);
        });
        experiment.SetRandomSearchTuner().SetMaxModelToExplore(3).Run();
        Assert.Equal(4, made);
        Assert.NotNull(context);
        Assert.NotSame(_ml, context);
    }

    [Fact]
    public void A_runner_can_have_the_tuner_of_the_run()
    {
        var tuner = new Tuner();
        var tuners = new HashSet<object?>();
        Experiment(new Runner(_ => 1)).SetTrialRunner(services => new Runner(_ =>
        {
            tuners.Add(services.GetService(typeof(ITuner)));
            return 1;
        })).SetTuner(tuner).SetMaxModelToExplore(3).Run();
        Assert.Equal([tuner], tuners);
    }

    [Theory]
    [InlineData("default", true)]
    [InlineData("cost-frugal", true)]
    [InlineData("random", false)]
    public void Cost_frugal_tuners_are_known_by_name_and_propose_the_first_point_until_they_have_a_result(string search, bool frugal)
    {
        ITuner? tuner = null;
        SweepableEstimator kMeans = _ml.Auto().CreateSweepableEstimator(
            (context, inner) => context.Clustering.Trainers.KMeans("Features", numberOfClusters: inner.Clusters),
            new SearchSpace<KMeansSpace>());
        AutoMLExperiment experiment = _ml.Auto().CreateExperiment()
            .SetPipeline(_ml.Transforms.CopyColumns("Features", "Raw").Append(kMeans));
        string[] ahead = [];
        experiment = search switch
        {
            "cost-frugal" => experiment.SetCostFrugalTuner(),
            "random" => experiment.SetRandomSearchTuner(seed: 1),
            _ => experiment,
        };
        experiment.SetMaxModelToExplore(1).SetTrialRunner(services => new FirstRunner(settings =>
        {
            tuner = (ITuner)services.GetService(typeof(ITuner))!;
            ahead = [.. Enumerable.Range(1, 3)
                .Select(i => tuner.Propose(new TrialSettings { TrialId = i, Parameter = Parameter.CreateNestedParameter() })
                .ToString()).Append(settings.Parameter.ToString())];
        })).Run();
        Assert.Equal(frugal, tuner!.GetType().Name.EndsWith("CostFrugalTuner", StringComparison.Ordinal));
        Assert.Equal(frugal, ahead.Distinct().Count() == 1);
    }

    private sealed class FirstRunner(Action<TrialSettings> meet) : ITrialRunner
    {
        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        {
            meet(settings);
            return Task.FromResult(new TrialResult { TrialSettings = settings, Loss = 1, DurationInMilliseconds = 1 });
        }

        public void Dispose() { }
    }

    [Fact]
    public async Task A_cancelled_run_gives_the_best_so_far()
    {
        using var stop = new CancellationTokenSource();
        var runner = new Runner(trial: i =>
        {
            if (i == 2)
                stop.Cancel();
            stop.Token.ThrowIfCancellationRequested();
            return new TrialResult { Loss = i };
        });
        TrialResult best = await Experiment(runner).SetRandomSearchTuner().SetMaxModelToExplore(10).RunAsync(stop.Token);
        Assert.Equal(0, best.TrialSettings.TrialId);
        Assert.Equal(3, runner.Parameters.Count);
        Assert.True(runner.LastToken.IsCancellationRequested);
    }

    [Fact]
    public async Task A_run_cancelled_before_any_success_has_no_result()
    {
        using var stop = new CancellationTokenSource();
        var runner = new Runner(trial: _ =>
        {
            stop.Cancel();
            throw new OperationCanceledException();
        });
        AutoMLExperiment experiment = Experiment(runner).SetRandomSearchTuner().SetMaxModelToExplore(10);
        await Assert.ThrowsAsync<TimeoutException>(() => experiment.RunAsync(stop.Token));
    }

    [Fact]
    public void A_checkpoint_goes_on_counting()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var runner = new Runner(trial: i => new TrialResult { Loss = i == 0 ? double.PositiveInfinity : 1 });
            Experiment(runner).SetCostFrugalTuner().SetCheckpoint(folder).SetMaxModelToExplore(3).Run();
            TrialResult best = Experiment(runner).SetCostFrugalTuner().SetCheckpoint(folder).SetMaxModelToExplore(2).Run();
            Assert.Equal(3, best.TrialSettings.TrialId);
            Assert.Equal(5, runner.Parameters.Count);
            Assert.Single(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_sweepable_pipeline_is_built_from_what_was_chosen()
    {
        SweepableEstimator kMeans = _ml.Auto().CreateSweepableEstimator(
            (context, inner) =>
            context.Clustering.Trainers.KMeans("Features", numberOfClusters: inner.Clusters), new SearchSpace<KMeansSpace>());
        SweepablePipeline pipeline = _ml.Transforms.CopyColumns("Features", "Raw").Append(kMeans);
        Assert.Equal(["_SCHEMA_", "e0", "e1"], pipeline.SearchSpace.Keys.Order());
        Assert.Same(kMeans, pipeline.Estimators["e1"]);

        var settings = new AutoMLExperiment.AutoMLExperimentSettings();
        var runner = new Runner(_ => 1, key: "_pipeline_");
        // The default tuner of a pipeline begins with the defaults.
        _ml.Auto().CreateExperiment(settings).SetPipeline(pipeline).SetTrialRunner(runner).SetMaxModelToExplore(1).Run();
        Assert.Equal(["_pipeline_"], settings.SearchSpace.Keys);
        Parameter chosen = runner.Parameters.Single();
        Assert.Equal(2, chosen["e1"]["Clusters"].AsType<int>());
        chosen["e1"]["Clusters"] = Parameter.FromInt(3);

        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new Row { Raw = [i % 3, 0] }));
        IDataView clustered = pipeline.BuildFromOption(_ml, chosen).Fit(data).Transform(data);
        Assert.Equal(3, clustered.GetColumn<uint>("PredictedLabel").Distinct().Count());
    }

    public sealed class KMeansSpace
    {
        [Range(2, 5)] public int Clusters { get; set; }
    }

    public sealed class Row
    {
        [VectorType(2)] public float[] Raw { get; set; } = [];
    }

    private AutoMLExperiment Experiment(Runner runner, SearchSpace? space = null) =>
        _ml.Auto().CreateExperiment().AddSearchSpace("space", space ?? new SearchSpace<Line>()).SetTrialRunner(runner);

    /// <summary>Gives the loss of a parameter, or the result of a trial.</summary>
    private sealed class Runner : ITrialRunner
    {
        private readonly Func<Parameter, int, TrialResult> _run;
        private readonly string _key;

        public Runner(Func<Parameter, double> loss, string key = "space") =>
            (_run, _key) = ((parameter, _) => new TrialResult { Loss = loss(parameter), DurationInMilliseconds = 1 }, key);

        public Runner(Func<int, TrialResult> trial) => (_run, _key) = ((_, i) => trial(i), "space");

        public List<Parameter> Parameters { get; } = [];

        public int Disposed { get; private set; }

        public CancellationToken LastToken { get; private set; }

        public T[] Points<T>() => [.. Parameters.Select(parameter => parameter.AsType<T>())];

        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        {
            Parameter parameter = settings.Parameter[_key];
            int trial = Parameters.Count;
            Parameters.Add(parameter);
            LastToken = ct;
            TrialResult result = _run(parameter, trial);
            result.TrialSettings = settings;
            return Task.FromResult(result);
        }

        public void Dispose() => Disposed++;
    }

    private sealed class Tuner : ITuner
    {
        public List<string> Calls { get; } = [];

        public Parameter Propose(TrialSettings settings)
        {
            Calls.Add($"propose {settings.TrialId}");
            Parameter parameter = Parameter.CreateNestedParameter();
            parameter["space"] = Parameter.CreateNestedParameter();
            return parameter;
        }

        public void Update(TrialResult result) =>
            Calls.Add(FormattableString.Invariant($"update {result.TrialSettings.TrialId}: {result.Loss}"));
    }

    private sealed class Monitor : IMonitor
    {
        private readonly List<string> _calls = [];

        public void ReportRunningTrial(TrialSettings settings) => _calls.Add($"running {settings.TrialId}");

        public void ReportCompletedTrial(TrialResult result) => _calls.Add($"completed {result.TrialSettings.TrialId}");

        public void ReportBestTrial(TrialResult result) => _calls.Add($"best {result.TrialSettings.TrialId}");

        public void ReportFailTrial(TrialSettings settings, Exception? exception = null) => _calls.Add($"failed {settings.TrialId}");

        public override string ToString() => string.Join(", ", _calls);
    }
}
