using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Storage;

namespace Disentangle.ML.Orleans;

/// <summary>Trains a trial on its silo, and keeps the scores in grain storage if there is one.</summary>
[Reentrant, GrainType("disentangle-trial")]
internal sealed partial class TrialGrain(SweepSilo silo, IServiceProvider services, ILogger<TrialGrain> logger) : Grain, ITrialGrain
{
    /// <summary>How long a call waits for the end of the trial: shorter than the time after which a driver suspects the silo.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    private readonly IGrainStorage? _storage = services.GetKeyedService<IGrainStorage>(silo.Options.StorageName);
    private readonly GrainState<StoredTrial> _stored = new() { State = new() };
    private readonly CancellationTokenSource _end = new();
    private Task<TrialReply>? _run;
    private Func<byte[]>? _saveModel;

    private string Key => this.GetPrimaryKeyString();

    private StoredTrial Stored => _stored.State!;

    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        _storage?.ReadStateAsync("trial", this.GetGrainId(), _stored) ?? Task.CompletedTask;

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        await _end.CancelAsync();

    public async Task<TrialReply> RunAsync(TrialRequest request)
    {
        if (request.Version != ClusterVersion.Current)
            return Reply(TrialState.Refused, ClusterVersion.Mismatch(request.Version, ClusterVersion.Current));
        StoredTrial stored = Stored;
        if (_run is null && stored.Trial is { } trial && stored.Version == request.Version
            && (stored.Model is not null || !request.NeedsModel))
            return Succeeded(new() { Trial = trial, Seed = stored.Seed }, stored.Model);
        if (_run is null)
        {
            foreach (string hash in new[] { request.Sweep.Train, request.Sweep.Validation })
            {
                if (await Task.Run(() => silo.Data.Find(hash)) is not null)
                    continue;
                if (silo.Data.Claim(hash))
                    return Reply(TrialState.NeedsData, hash);
                await Task.Delay(TimeSpan.FromMilliseconds(100));
                return Reply(TrialState.Running, null);
            }
            // Another call may have come first while this one looked for the data.
            _run ??= TrainAsync(request);
        }
        await Task.WhenAny(_run, Task.Delay(Wait));
        if (!_run.IsCompleted)
            return Reply(TrialState.Running, null);
        TrialReply reply = await _run;
        return request.NeedsModel && _saveModel is { } save ? await Task.Run(() => WithModel(reply, save)) : reply;
    }

    public Task PushAsync(DataChunk chunk) => Task.Run(() => silo.Data.Write(chunk));

    public async Task KeepAsync(byte[] model)
    {
        if (Stored.Trial is null)
            return;
        Stored.Model = model;
        await StoreAsync();
    }

    public async Task EndAsync()
    {
        await _end.CancelAsync();
        DeactivateOnIdle();
    }

    private async Task<TrialReply> TrainAsync(TrialRequest request)
    {
        try
        {
            TrainingOutcome outcome = await silo.TrainAsync(Key, request, _end.Token);
            _stored.State = new() { Trial = outcome.Scores.Trial, Seed = outcome.Scores.Seed, Version = request.Version };
            await StoreAsync();
            _saveModel = outcome.SaveModel;
            return Succeeded(outcome.Scores, null);
        }
        catch (Exception exception)
        {
            if (!_end.IsCancellationRequested)
                LogFailure(exception, Key);
            return Reply(TrialState.Failed, exception.Message);
        }
    }

    private static TrialReply WithModel(TrialReply reply, Func<byte[]> save)
    {
        try
        {
            return reply with { Model = save() };
        }
        catch (Exception exception)
        {
            return Reply(TrialState.Failed, exception.Message);
        }
    }

    private async Task StoreAsync()
    {
        if (_storage is null)
            return;
        try
        {
            await _storage.WriteStateAsync("trial", this.GetGrainId(), _stored);
        }
        catch (Exception exception)
        {
            // The result is good; only a sweep that resumes has to train the trial again.
            LogNotStored(exception, Key);
        }
    }

    private static TrialReply Succeeded(TrialScores scores, byte[]? model) =>
        new() { Version = ClusterVersion.Current, State = TrialState.Succeeded, Scores = scores, Model = model };

    private static TrialReply Reply(TrialState state, string? message) =>
        new() { Version = ClusterVersion.Current, State = state, Message = message };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Trial {Key} could not be stored.")]
    private partial void LogNotStored(Exception exception, string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Trial {Key} failed.")]
    private partial void LogFailure(Exception exception, string key);
}
