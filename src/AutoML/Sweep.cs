using System.Text.Json;
using Disentangle.ML.Sweeps;
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
/// <remarks>
/// ML.NET asks for one trial at a time: it proposes trial k, waits for the runner, and tells the tuner the result. To have n trials in
/// flight, the first call asks the tuner for n - 1 more proposals. Every call then starts the trial that ML.NET has just proposed and
/// answers with the oldest one in flight, which has the number that ML.NET expects. The last n - 1 calls only answer.
/// </remarks>
internal sealed class Sweep<TSpace, TOptions>
    where TSpace : class, ISweepSpace<TOptions>, new()
    where TOptions : EncoderOptions
{
    private readonly SweepSettings _settings;
    private readonly SweepTraining<TOptions> _training;
    private readonly SweepMetric _metric;
    private readonly TOptions _options;
    private readonly int? _clusters;
    private readonly AutoMLExperiment.AutoMLExperimentSettings _experiment = new();
    private readonly SweepHistory _history;
    private string _pipelineKey = "", _encoderKey = "";
    private TrialsInFlight? _flight;
    private SweepTrialResult<TOptions>? _best;

    public Sweep(SweepTraining<TOptions> training, TOptions options, int? clusters)
    {
        (_training, _options, _clusters) = (training, options, clusters);
        (_settings, _metric) = (training.Settings, training.Metric);
        _history = _settings.History ?? new();
        _history.Start(_metric);
    }

    /// <summary>
    /// Creates the experiment. It has a pipeline, although only its search space is used: without one ML.NET has no default tuner, and the
    /// usual default tuner cannot be set explicitly.
    /// </summary>
    public AutoMLExperiment CreateExperiment(AutoCatalog catalog, SearchSpace<TSpace> space)
    {
        SweepableEstimator encoder = catalog.CreateSweepableEstimator<TSpace>(
            (context, point) => _training.Create(context, point.Apply(_options)), space);
        SweepablePipeline pipeline = SweepableExtension.Append(_settings.Featurizer ?? new EstimatorChain<ITransformer>(), encoder);
        AutoMLExperiment experiment = catalog.CreateExperiment(_experiment).SetPipeline(pipeline);
        _pipelineKey = _experiment.SearchSpace.Keys.Single();
        _encoderKey = pipeline.Estimators.Single(estimator => estimator.Value == encoder).Key;
        FixedOption.Replace(_experiment.SearchSpace);
        return experiment.SetTrialRunner(services => new Runner(this, services));
    }

    private async Task<TrialResult> RunAsync(IServiceProvider services, TrialSettings request, CancellationToken token)
    {
        var tuner = (ITuner)services.GetService(typeof(ITuner))!;
        if (_flight is null || !_flight.Continues(tuner, request))
            _flight = await TakeOffAsync(services, tuner, request, token).ConfigureAwait(false);
        else if (_flight.HasMore)
            _flight.Start(services, request.Parameter);

        TrialsInFlight flight = _flight;
        using CancellationTokenRegistration stop = token.UnsafeRegister(_ => flight.Stop(), null);
        (FinishedTrial<TOptions> finished, request.Parameter) = await flight.NextAsync().ConfigureAwait(false);
        request.StartedAtUtc = finished.Trial.Started!.Value;
        if (finished.Trial.Outcome == TrialOutcome.Cancelled)
            return await LandAsync(flight, request, finished, token).ConfigureAwait(false);
        if (finished.Error is { } error)
        {
            using IChannel log = ((IChannelProvider)Context(services)).Start("Sweep");
            log.Warning(MessageSensitivity.None, $"Trial {finished.Trial.Trial} failed: {error.Message}");
        }
        SweepTrialResult<TOptions> result = await RecordAsync(finished, request, token).ConfigureAwait(false);
        // An exception before the first success would end the experiment, so a failure is a result that cannot win.
        if (finished.Error is { } last && _best is null && TooManyFailures() is { } reason)
        {
            flight.Stop();
            while (!flight.IsEmpty)
                _history.Add((await flight.NextAsync().ConfigureAwait(false)).Trial.Trial);
            throw new InvalidOperationException(reason, last);
        }
        return result;
    }

    /// <summary>Starts the first trials.</summary>
    private async Task<TrialsInFlight> TakeOffAsync(IServiceProvider services, ITuner tuner, TrialSettings request, CancellationToken token)
    {
        if (_training.SampleNote is { } note && _history.Trials.Count == 0)
        {
            using IChannel log = ((IChannelProvider)Context(services)).Start("Sweep");
            log.Info(MessageSensitivity.None, note);
        }
        ITrialWorker<TOptions> worker = _training.Open();
        int width = _settings.Parallelism ?? await worker.CapacityAsync(token).ConfigureAwait(false);
        var flight = new TrialsInFlight(this, worker, tuner, request.TrialId);
        flight.Start(services, request.Parameter);
        for (int i = 1; i < width + _settings.ProposedAhead && flight.HasMore; i++)
        {
            // Until it has a result, cost-frugal search proposes its first point again. Told that the point is useless, it takes steps from
            // it, and any real result is an improvement.
            if (i == 1 && tuner.GetType().Name.EndsWith("CostFrugalTuner", StringComparison.Ordinal))
                tuner.Update(new TrialResult { TrialSettings = request, Loss = double.PositiveInfinity });
            var settings = new TrialSettings
            {
                TrialId = request.TrialId + i,
                StartedAtUtc = DateTime.UtcNow,
                Parameter = Parameter.CreateNestedParameter(),
            };
            flight.Start(services, tuner.Propose(settings));
        }
        return flight;
    }

    /// <summary>Ends a cancelled sweep: records the trials in flight, of which the best is the result if it is the best of all.</summary>
    private async Task<SweepTrialResult<TOptions>> LandAsync(
        TrialsInFlight flight, TrialSettings request, FinishedTrial<TOptions> cancelled, CancellationToken token)
    {
        _history.Add(cancelled.Trial);
        SweepTrialResult<TOptions>? best = null;
        while (!flight.IsEmpty)
        {
            (FinishedTrial<TOptions> finished, Parameter parameter) = await flight.NextAsync().ConfigureAwait(false);
            if (finished.Trained is null)
            {
                _history.Add(finished.Trial);
                continue;
            }
            var settings = new TrialSettings
            {
                TrialId = finished.Trial.Trial,
                StartedAtUtc = finished.Trial.Started!.Value,
                Parameter = parameter,
            };
            SweepTrialResult<TOptions> result = await RecordAsync(finished, settings, token).ConfigureAwait(false);
            best = _best == result ? result : best;
        }
        // Callbacks of one token run one after the other, and ours may run first. Until the experiment's own has run, it would start
        // further trials.
        await Task.Delay(TimeSpan.FromSeconds(1), token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return best ?? throw new OperationCanceledException(cancelled.Trial.Failure, cancelled.Error, token);
    }

    private async Task<SweepTrialResult<TOptions>> RecordAsync(
        FinishedTrial<TOptions> finished, TrialSettings settings, CancellationToken token)
    {
        SweepTrial trial = finished.Trial;
        double score = trial.Score ?? double.NaN;
        double loss = finished.Trained is null ? double.PositiveInfinity : _metric.MoreIsBetter ? -score : score;
        bool isBest = loss < (_best?.Loss ?? double.MaxValue);
        // Callers that keep the results should not keep all networks.
        ITransformer? model = isBest ? await finished.Trained!.ModelAsync(token).ConfigureAwait(false) : null;
        if (!isBest)
            finished.Trained?.Discard?.Invoke();
        _history.Add(trial);
        var result = new SweepTrialResult<TOptions>(trial, _history, finished.Trained?.Options)
        {
            Metric = score,
            Loss = loss,
            Model = model,
            DurationInMilliseconds = 1000 * trial.Seconds,
            TrialSettings = settings,
        };
        if (isBest)
        {
            if (_best is not null)
                _best.Model = null;
            _best = result;
        }
        return result;
    }

    private string? TooManyFailures()
    {
        SweepTrial[] failed = [.. _history.Trials.Where(trial => trial.Outcome == TrialOutcome.Failed)];
        if (failed.Length < Math.Min(_settings.FailuresToGiveUp, _experiment.MaxModels))
            return null;
        string messages = string.Concat(failed.GroupBy(trial => trial.Failure)
            .Select(same => $"{Environment.NewLine}- {same.Count()} x {same.Key} (first in trial {same.First().Trial})"));
        return $"The sweep ended because all {failed.Length} trials failed.{messages}";
    }

    /// <summary>A new context whose messages reach the log of the experiment's.</summary>
    private static MLContext Context(IServiceProvider services) => (MLContext)services.GetService(typeof(MLContext))!;

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

    /// <summary>The trials of a run of the experiment that have been started and not yet reported, with their parameters.</summary>
    private sealed class TrialsInFlight
    {
        /// <summary>The time limit of an experiment without one.</summary>
        private static readonly uint NoLimit = new AutoMLExperiment.AutoMLExperimentSettings().MaxExperimentTimeInSeconds;

        private readonly Sweep<TSpace, TOptions> _sweep;
        private readonly Queue<Parameter> _parameters = [];
        private readonly TrialQueue<TOptions> _trials;
        private readonly CancellationTokenSource _stop;
        private readonly ITuner _tuner;
        private readonly int _first;
        private int _started, _next;

        public TrialsInFlight(Sweep<TSpace, TOptions> sweep, ITrialWorker<TOptions> worker, ITuner tuner, int first)
        {
            (_sweep, _tuner, _first, _next) = (sweep, tuner, first, first);
            AutoMLExperiment.AutoMLExperimentSettings experiment = sweep._experiment;
            // The experiment may end between two calls of the runner, when no trial has its token.
            _stop = CancellationTokenSource.CreateLinkedTokenSource(experiment.CancellationToken);
            if (experiment.MaxExperimentTimeInSeconds != NoLimit)
                _stop.CancelAfter(TimeSpan.FromSeconds(experiment.MaxExperimentTimeInSeconds));
            _trials = new(worker, _stop.Token);
        }

        public bool IsEmpty => _trials.Count == 0;

        public bool HasMore => _started < _sweep._experiment.MaxModels;

        /// <summary>Whether a call of the runner belongs to this run of the experiment, rather than being the first of another.</summary>
        public bool Continues(ITuner tuner, TrialSettings request) =>
            tuner == _tuner && request.TrialId == _next && (HasMore || !IsEmpty);

        public void Start(IServiceProvider services, Parameter parameter)
        {
            Parameter point = parameter[_sweep._pipelineKey][_sweep._encoderKey];
            var trial = new SweepTrial { Trial = _first + _started++, Parameters = Flatten(point) };
            _parameters.Enqueue(parameter);
            _trials.Start(Context(services), trial, () =>
            {
                TSpace chosen = point.AsType<TSpace>();
                return (chosen.Apply(_sweep._options), chosen.NumberOfClusters ?? _sweep._clusters);
            });
        }

        public async Task<(FinishedTrial<TOptions> Trial, Parameter Parameter)> NextAsync()
        {
            _next++;
            return (await _trials.NextAsync().ConfigureAwait(false), _parameters.Dequeue());
        }

        public void Stop() => _stop.Cancel();
    }

    /// <summary>ML.NET creates a runner for each trial and disposes it afterwards.</summary>
    private sealed class Runner(Sweep<TSpace, TOptions> sweep, IServiceProvider services) : ITrialRunner
    {
        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct) =>
            Task.Run(() => sweep.RunAsync(services, settings, ct), CancellationToken.None);

        public void Dispose() { }
    }
}
