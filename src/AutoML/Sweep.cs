using System.Diagnostics;
using System.Text.Json;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;

namespace Disentangle.ML.AutoML;

/// <summary>Runs the trials of a sweep: trains an encoder, clusters its embedding, scores the clusters, notes what came out.</summary>
internal sealed class Sweep<TSpace, TOptions>
    where TSpace : class, ISweepSpace<TOptions>, new()
    where TOptions : EncodingOptions
{
    private readonly SweepData _data;
    private readonly SweepMetric _metric;
    private readonly SweepSettings _settings;
    private readonly TOptions _options;
    private readonly int? _clusters;
    private readonly EncoderFactory<TOptions> _create;
    private readonly AutoMLExperiment.AutoMLExperimentSettings _experiment = new();
    private readonly SweepHistory _history;
    private string _pipelineKey = "", _encoderKey = "";
    private SweepTrialResult<TOptions>? _best;

    public Sweep(SweepData data, SweepMetric metric, SweepSettings settings, TOptions options, int? clusters, EncoderFactory<TOptions> create)
    {
        (_data, _metric, _settings, _options, _clusters, _create) = (data, metric, settings, options, clusters, create);
        _history = settings.History ?? new();
        _history.Start(metric);
    }

    /// <summary>
    /// The experiment. It gets a pipeline, though only the search space of it is used: without one ML.NET has no default tuner, and the tuner that is the
    /// default otherwise cannot be chosen.
    /// </summary>
    public AutoMLExperiment CreateExperiment(AutoCatalog catalog, SearchSpace<TSpace> space)
    {
        SweepableEstimator encoder = catalog.CreateSweepableEstimator<TSpace>(
            (context, point) => _create(context, _settings.EmbeddingColumnName, _data.Features, _data.Label, point.Apply(_options)), space);
        SweepablePipeline pipeline = SweepableExtension.Append(_settings.Featurizer ?? new EstimatorChain<ITransformer>(), encoder);
        AutoMLExperiment experiment = catalog.CreateExperiment(_experiment).SetPipeline(pipeline);
        _pipelineKey = _experiment.SearchSpace.Keys.Single();
        _encoderKey = pipeline.Estimators.Single(estimator => estimator.Value == encoder).Key;
        FixedOption.Replace(_experiment.SearchSpace);
        return experiment.SetTrialRunner(services => new Runner(this, (MLContext)services.GetService(typeof(MLContext))!));
    }

    private SweepTrialResult<TOptions> Run(MLContext context, TrialSettings settings, CancellationToken token)
    {
        var clock = Stopwatch.StartNew();
        Parameter parameter = settings.Parameter[_pipelineKey][_encoderKey];
        var trial = new SweepTrial { Trial = settings.TrialId, Parameters = Flatten(parameter) };
        using IChannel log = ((IChannelProvider)context).Start("Sweep");
        if (_data.Graph is { IsSample: true } graph && _history.Trials.Count == 0)
            log.Info(MessageSensitivity.None, $"{_metric.Name}: {graph}.");
        SweepTrialResult<TOptions> result;
        try
        {
            result = Train(context, trial, parameter.AsType<TSpace>(), clock, token);
        }
        catch (Exception exception)
        {
            bool cancelled = token.IsCancellationRequested;
            trial = trial with
            {
                Outcome = cancelled ? TrialOutcome.Cancelled : TrialOutcome.Failed,
                Failure = cancelled ? "The sweep was ended before the trial was." : exception.Message,
                Seconds = clock.Elapsed.TotalSeconds,
            };
            _history.Add(trial);
            if (cancelled)
                throw new OperationCanceledException(trial.Failure, exception, token);
            log.Warning(MessageSensitivity.None, $"Trial {trial.Trial} failed: {exception.Message}");
            // An exception before the first success would end the run; a failure is a result that cannot win.
            if (_best is null)
                GiveUpAfterTooMany(exception);
            result = new SweepTrialResult<TOptions>(trial, _history, options: null) { Loss = double.PositiveInfinity, Metric = double.NaN };
        }
        result.TrialSettings = settings;
        result.DurationInMilliseconds = clock.Elapsed.TotalMilliseconds;
        if (result.Loss < (_best?.Loss ?? double.MaxValue))
        {
            if (_best is not null)
                _best.Model = null;
            _best = result;
        }
        else
        {
            // Whoever keeps the results must not keep all the networks.
            result.Model = null;
        }
        return result;
    }

    private void GiveUpAfterTooMany(Exception last)
    {
        SweepTrial[] failed = [.. _history.Trials.Where(trial => trial.Outcome == TrialOutcome.Failed)];
        if (failed.Length < Math.Min(_settings.FailuresToGiveUp, _experiment.MaxModels))
            return;
        string messages = string.Concat(failed.GroupBy(trial => trial.Failure)
            .Select(same => $"{Environment.NewLine}- {same.Count()} x {same.Key} (first in trial {same.First().Trial})"));
        throw new InvalidOperationException($"The sweep ended: none of its {failed.Length} trials succeeded.{messages}", last);
    }

    private SweepTrialResult<TOptions> Train(MLContext context, SweepTrial trial, TSpace point, Stopwatch clock, CancellationToken token)
    {
        TOptions options = point.Apply(_options);
        int? clusters = point.NumberOfClusters ?? _clusters;
        SeedRun[] runs = [.. _settings.Seeds!.Select(seed => Train(context, options, clusters, seed, token))];
        if (_metric.IsUnsupervised)
            AddUnsupervised(runs);
        double[] scores = [.. runs.Select(run => run.Scores.TryGetValue(_metric.Name, out double score) && !double.IsNaN(score) ? score : throw NoScore())];
        ScoreSummary summary = ScoreSummary.Of(scores, _metric.MoreIsBetter);
        trial = trial with
        {
            Score = summary.Mean,
            Deviation = summary.StandardDeviation,
            SeedScores = scores,
            Scores = runs[0].Scores.Keys.Where(name => runs.All(run => run.Scores.ContainsKey(name)))
                .ToDictionary(name => name, name => runs.Average(run => run.Scores[name])),
            NumberOfClusters = clusters,
            Seconds = clock.Elapsed.TotalSeconds,
        };
        _history.Add(trial);
        int best = Array.IndexOf(scores, summary.Best);
        return new SweepTrialResult<TOptions>(trial, _history, (TOptions)(options with { Seed = _settings.Seeds![best] }))
        {
            Metric = summary.Mean,
            Loss = _metric.MoreIsBetter ? -summary.Mean : summary.Mean,
            Model = runs[best].Model,
        };
    }

    private SeedRun Train(MLContext context, TOptions options, int? clusters, int seed, CancellationToken token)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, options.CancellationToken);
        options = (TOptions)(options with { Seed = seed, CancellationToken = either.Token });
        bool validates = options.ValidationData is not null || options.ValidationFraction > 0;
        if (_metric.IsLabelAccuracy || (options.EarlyStopping is not null && !validates))
            options = (TOptions)(options with { ValidationData = _data.Validation, ValidationFraction = 0 });
        string embedding = _settings.EmbeddingColumnName;
        EncodingTransformer encoder = _create(context, embedding, _data.Features, _data.Label, options).Fit(_data.Train);
        token.ThrowIfCancellationRequested();

        var scores = new Dictionary<string, double>();
        if (encoder.History[encoder.BestEpoch - 1].Validation?.Accuracy is { } accuracy)
            scores.Add(nameof(SweepMetric.LabelAccuracy), accuracy);
        if (clusters is null)
            return new(scores, [], new TransformerChain<ITransformer>(_data.Featurizer, encoder));

        IDataView encoded = context.Data.Cache(encoder.Transform(_data.Train), embedding);
        ITransformer kMeans = Cluster(encoded, clusters.Value, seed, token);
        IDataView clustered = kMeans.Transform(encoder.Transform(_data.Validation));
        var model = new TransformerChain<ITransformer>(_data.Featurizer, encoder, kMeans);
        if (_metric.IsUnsupervised)
            return new(scores, UnsupervisedEvaluator.Labels(clustered, SweepData.ClusterColumn), model);
        // Without a label to judge by, the clusters stand in for it; the scores that compare them with themselves mean nothing.
        ClusteringQuality quality = ClusteringEvaluator.Evaluate(clustered, _metric.JudgeColumnName ?? SweepData.ClusterColumn, SweepData.ClusterColumn,
            _metric.Separation is null ? null : embedding, _metric.Separation ?? new());
        foreach (ClusteringScore score in ClusteringScore.All)
        {
            if (score.Value(quality) is { } value && (_metric.JudgeColumnName is not null || SweepMetric.IsOfSeparation(score)))
                scores.Add(score.Name, value);
        }
        return new(scores, [], model);
    }

    /// <summary>Adds the scores that compare the clusterings of all seeds.</summary>
    private void AddUnsupervised(SeedRun[] runs)
    {
        var evaluation = UnsupervisedEvaluation.Create([.. runs.Select(run => run.Clusters)], _data.Classes, _data.Graph);
        foreach ((SeedRun run, UnsupervisedQuality quality) in runs.Zip(evaluation.Clusterings))
        {
            foreach (UnsupervisedScore score in UnsupervisedScore.All)
            {
                if (score.Value(quality) is { } value)
                    run.Scores.Add(score.Name, value);
            }
        }
    }

    /// <summary>The run of KMeans with the least inertia.</summary>
    private ITransformer Cluster(IDataView encoded, int clusters, int seed, CancellationToken token)
    {
        (ITransformer? Model, double Inertia) least = (null, double.PositiveInfinity);
        for (int restart = 0; restart < _settings.KMeansRestarts; restart++)
        {
            // One thread, so that the same seed gives the same clusters.
            var run = KMeansRestarts.Fit(encoded, _settings.EmbeddingColumnName, clusters, seed + restart, options => options.NumberOfThreads = 1);
            token.ThrowIfCancellationRequested();
            if (least.Model is null || run.Inertia < least.Inertia)
                least = run;
        }
        return least.Model!;
    }

    private InvalidOperationException NoScore() => new(_metric.IsLabelAccuracy
        ? "There is no LabelAccuracy: it needs an objective with a classifier, such as cross-entropy, and labelled validation rows."
        : $"There is no {_metric.Name}: the clusters of the validation rows have none, or it is NaN.");

    private static Dictionary<string, JsonElement> Flatten(Parameter parameter)
    {
        var flat = new Dictionary<string, JsonElement>();
        Add("", JsonSerializer.SerializeToElement(parameter));
        return flat;

        void Add(string prefix, JsonElement element)
        {
            foreach (JsonProperty property in element.EnumerateObject())
            {
                if (property.Value.ValueKind == JsonValueKind.Object)
                    Add($"{prefix}{property.Name}.", property.Value);
                else
                    flat.Add(prefix + property.Name, property.Value);
            }
        }
    }

    /// <summary>What a seed gave; the clusters of the validation rows only where they are compared.</summary>
    private sealed record SeedRun(Dictionary<string, double> Scores, int[] Clusters, ITransformer Model);

    /// <summary>ML.NET makes one for each trial and disposes it after.</summary>
    private sealed class Runner(Sweep<TSpace, TOptions> sweep, MLContext context) : ITrialRunner
    {
        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct) =>
            Task.Run<TrialResult>(() => sweep.Run(context, settings, ct), CancellationToken.None);

        public void Dispose() { }
    }
}
