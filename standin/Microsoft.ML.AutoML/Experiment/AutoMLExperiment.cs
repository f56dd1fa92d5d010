using System.Reflection;
using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

/// <summary>
/// Runs trials one by one until the time limit, the number of trials or the token ends the experiment; the lowest loss wins.
/// </summary>
public class AutoMLExperiment
{
    internal const string PipelineSearchSpaceName = "_pipeline_";

    private readonly MLContext _context;
    private readonly IServiceProvider _services;
    private Func<IServiceProvider, ITrialRunner> _runner;
    private Func<IServiceProvider, ITuner> _tuner;
    private IMonitor _monitor;
    private ITuner _running;
    private TimeSpan? _time;
    private TrialResult _best;

    public AutoMLExperiment(MLContext context, AutoMLExperimentSettings settings)
    {
        _context = context;
        Settings = settings;
        settings.Seed ??= SeedOf(context);
        settings.SearchSpace ??= [];
        _services = new Services(this);
    }

    internal AutoMLExperimentSettings Settings { get; }

    internal SweepablePipeline Pipeline { get; set; }

    /// <summary>The checkpoint folder; null for none.</summary>
    internal string CheckpointFolder { get; set; }

    internal TrialFile Checkpoint { get; private set; }

    public AutoMLExperiment SetTrainingTimeInSeconds(uint trainingTimeInSeconds)
    {
        Settings.MaxExperimentTimeInSeconds = trainingTimeInSeconds;
        _time = TimeSpan.FromSeconds(trainingTimeInSeconds);
        return this;
    }

    public AutoMLExperiment SetMaxModelToExplore(int maxModel)
    {
        Settings.MaxModels = maxModel;
        return this;
    }

    public AutoMLExperiment AddSearchSpace(string key, SearchSpace.SearchSpace searchSpace)
    {
        Settings.SearchSpace[key] = searchSpace;
        return this;
    }

    public AutoMLExperiment SetMonitor<TMonitor>(TMonitor monitor)
        where TMonitor : class, IMonitor
    {
        _monitor = monitor;
        return this;
    }

    public AutoMLExperiment SetTrialRunner<TTrialRunner>(TTrialRunner runner)
        where TTrialRunner : class, ITrialRunner => SetTrialRunner(_ => runner);

    public AutoMLExperiment SetTrialRunner<TTrialRunner>(Func<IServiceProvider, TTrialRunner> factory)
        where TTrialRunner : class, ITrialRunner
    {
        _runner = factory;
        return this;
    }

    public AutoMLExperiment SetTuner<TTuner>(TTuner proposer)
        where TTuner : class, ITuner => SetTuner(_ => proposer);

    public AutoMLExperiment SetTuner<TTuner>(Func<IServiceProvider, TTuner> factory)
        where TTuner : class, ITuner
    {
        _tuner = factory;
        return this;
    }

    public TrialResult Run() => RunAsync().Result;

    public async Task<TrialResult> RunAsync(CancellationToken ct = default)
    {
        Settings.CancellationToken = ct;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (_time is { } time)
            stop.CancelAfter(time);
        Checkpoint = CheckpointFolder is null ? null : new TrialFile(CheckpointFolder, Settings.SearchSpace);
        // ML.NET creates a runner before the first trial, and one per trial.
        _runner?.Invoke(_services);
        // ML.NET fails in the same way: only SetPipeline sets a default tuner.
        ITuner tuner = _running = _tuner?.Invoke(_services) ?? throw new NullReferenceException("No tuner is set.");
        int first = Checkpoint?.NextTrial ?? 0;
        for (int trial = first; trial - first < Settings.MaxModels && !stop.IsCancellationRequested; trial++)
        {
            var settings = new TrialSettings
            {
                TrialId = trial,
                StartedAtUtc = DateTime.UtcNow,
                Parameter = Parameter.CreateNestedParameter(),
            };
            settings.Parameter = tuner.Propose(settings);
            _monitor?.ReportRunningTrial(settings);
            try
            {
                using ITrialRunner runner = _runner(_services);
                TrialResult result = await runner.RunAsync(settings, stop.Token);
                result.TrialSettings.EndedAtUtc = DateTime.UtcNow;
                _monitor?.ReportCompletedTrial(result);
                Keep(tuner, result);
                if (result.Loss < (_best?.Loss ?? double.MaxValue))
                {
                    _best = result;
                    _monitor?.ReportBestTrial(result);
                }
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                settings.EndedAtUtc = DateTime.UtcNow;
                _monitor?.ReportFailTrial(settings, exception);
                Keep(tuner, new TrialResult { TrialSettings = settings, Loss = double.MaxValue });
                if (_best is null && exception is not (OperationCanceledException or OutOfMemoryException))
                    throw;
            }
        }
        Checkpoint?.Save(Settings.SearchSpace);
        return _best ?? throw new TimeoutException("Training time finished without completing a successful trial. "
            + "Either no trial completed or the metric for all completed trials are NaN or Infinity");
    }

    /// <summary>The seed of a context, which is internal to ML.NET.</summary>
    private static int? SeedOf(MLContext context)
    {
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        object environment = typeof(MLContext).GetField("_env", Any).GetValue(context);
        return (int?)environment.GetType().GetProperty("Seed", Any).GetValue(environment);
    }

    private void Keep(ITuner tuner, TrialResult result)
    {
        tuner.Update(result);
        Checkpoint?.Add(result);
    }

    public class AutoMLExperimentSettings : ExperimentSettings
    {
        public int? Seed { get; set; }

        public SearchSpace.SearchSpace SearchSpace { get; set; }
    }

    private sealed class Services(AutoMLExperiment experiment) : IServiceProvider
    {
        public object GetService(Type serviceType) =>
            serviceType == typeof(MLContext) ? ChildContext()
            : serviceType == typeof(AutoMLExperimentSettings) ? experiment.Settings
            : serviceType == typeof(IMonitor) ? experiment._monitor
            : serviceType == typeof(ITuner) ? experiment._running
            : null;

        /// <summary>A context with the same seed that forwards its messages to the log of the experiment's context.</summary>
        private MLContext ChildContext()
        {
            IChannel log = ((IChannelProvider)experiment._context).Start(nameof(AutoMLExperiment));
            var context = new MLContext(SeedOf(experiment._context));
            context.Log += (_, message) =>
            {
                switch (message.Kind)
                {
                    case ChannelMessageKind.Trace: log.Trace(MessageSensitivity.Unknown, message.RawMessage); break;
                    case ChannelMessageKind.Info: log.Info(MessageSensitivity.Unknown, message.RawMessage); break;
                    case ChannelMessageKind.Warning: log.Warning(MessageSensitivity.Unknown, message.RawMessage); break;
                    default: log.Error(MessageSensitivity.Unknown, message.RawMessage); break;
                }
            };
            return context;
        }
    }
}
