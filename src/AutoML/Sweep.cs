using System.Diagnostics;
using System.Text.Json;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;

namespace Disentangle.ML.AutoML;

/// <summary>
/// Runs a sweep as an experiment of ML.NET's AutoML: provides the search space and the trial runner, and records the trials.
/// </summary>
internal sealed class Sweep<TSpace, TOptions>
    where TSpace : class, ISweepSpace<TOptions>, new()
    where TOptions : EncoderOptions
{
    private readonly SweepSettings _settings;
    private readonly SweepTraining<TOptions> _training;
    private readonly AutoMLExperiment.AutoMLExperimentSettings _experiment = new();
    private readonly SweepHistory _history;
    private string _pipelineKey = "", _encoderKey = "";
    private SweepTrialResult<TOptions>? _best;

    public Sweep(SweepTraining<TOptions> training, SweepMetric metric, SweepSettings settings)
    {
        (_training, _settings) = (training, settings);
        _history = settings.History ?? new();
        _history.Start(metric);
    }

    /// <summary>
    /// Creates the experiment. It has a pipeline, although only its search space is used: without one ML.NET has no default tuner, and the
    /// usual default tuner cannot be set explicitly.
    /// </summary>
    public AutoMLExperiment CreateExperiment(AutoCatalog catalog, SearchSpace<TSpace> space)
    {
        SweepableEstimator encoder = catalog.CreateSweepableEstimator<TSpace>(
            (context, point) => _training.CreateEstimator(context, point), space);
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
        if (_training.SampleNote is { } note && _history.Trials.Count == 0)
            log.Info(MessageSensitivity.None, note);
        SweepTrialResult<TOptions> result;
        try
        {
            TrainedTrial<TOptions> trained = _training.Run(context, trial, parameter.AsType<TSpace>(), clock, token);
            _history.Add(trained.Trial);
            result = new SweepTrialResult<TOptions>(trained.Trial, _history, trained.Options)
            {
                Metric = trained.Trial.Score!.Value,
                Loss = trained.Loss,
                Model = trained.Model,
            };
        }
        catch (Exception exception)
        {
            bool cancelled = token.IsCancellationRequested;
            trial = trial with
            {
                Outcome = cancelled ? TrialOutcome.Cancelled : TrialOutcome.Failed,
                Failure = cancelled ? "The sweep ended before the trial." : exception.Message,
                Seconds = clock.Elapsed.TotalSeconds,
            };
            _history.Add(trial);
            if (cancelled)
                throw new OperationCanceledException(trial.Failure, exception, token);
            log.Warning(MessageSensitivity.None, $"Trial {trial.Trial} failed: {exception.Message}");
            // An exception before the first success would end the experiment, so a failure is a result that cannot win.
            if (_best is null)
                GiveUpAfterTooMany(exception);
            result = new SweepTrialResult<TOptions>(trial, _history, options: null)
            {
                Loss = double.PositiveInfinity,
                Metric = double.NaN,
            };
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
            // Callers that keep the results should not keep all networks.
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
        throw new InvalidOperationException($"The sweep ended because all {failed.Length} trials failed.{messages}", last);
    }

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

    /// <summary>ML.NET creates a runner for each trial and disposes it afterwards.</summary>
    private sealed class Runner(Sweep<TSpace, TOptions> sweep, MLContext context) : ITrialRunner
    {
        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct) =>
            Task.Run<TrialResult>(() => sweep.Run(context, settings, ct), CancellationToken.None);

        public void Dispose() { }
    }
}
