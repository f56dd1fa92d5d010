using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Disentangle.ML.Sweeps;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;
using Orleans.Runtime.Placement;

namespace Disentangle.ML.Orleans;

/// <summary>Has the trials of a sweep trained by the silos of a cluster.</summary>
internal sealed class ClusterTrials<TOptions>(IGrainFactory grains, ClusterSweepOptions cluster, SweepTraining<TOptions> training)
    : ITrialWorker<TOptions>
    where TOptions : EncoderOptions
{
    /// <summary>A call without an answer for this long is repeated; a trial answers within 2 seconds.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly IClusterGrain _cluster = grains.GetGrain<IClusterGrain>(0);
    private readonly string _name = cluster.Name ?? Guid.NewGuid().ToString("N");
    private readonly ConcurrentDictionary<string, Lazy<(SentData Train, SentData Validation)>> _data = new();

    public async Task<int> CapacityAsync(CancellationToken token)
    {
        var contact = Stopwatch.StartNew();
        while (true)
        {
            SiloReport[] silos = await PersistAsync(() => _cluster.GetSilosAsync(), contact, token).ConfigureAwait(false);
            if (Own(silos).Sum(silo => silo.Capacity) is > 0 and var capacity)
                return capacity;
            ThrowUnlessPatient(silos, contact);
            await Task.Delay(Pause, token).ConfigureAwait(false);
        }
    }

    public async Task<TrainedTrial<TOptions>> RunAsync(
        MLContext context, SweepTrial trial, TOptions options, int? numberOfClusters, CancellationToken token)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, options.CancellationToken);
        var clock = Stopwatch.StartNew();
        (SentData Train, SentData Validation) data = await Task.Run(() => Data(options.LengthColumnName), token).ConfigureAwait(false);
        TrialRequest request = Request(options, numberOfClusters, data.Train.Hash, data.Validation.Hash);
        string key = $"{_name}/{request.Hash()}";
        TrialReply reply = await AskAsync(key, request, data, either.Token).ConfigureAwait(false);
        SweepTrial scored = reply.Scores!.Complete(trial) with { Seconds = clock.Elapsed.TotalSeconds };
        return new(scored, (TOptions)(options with { Seed = reply.Scores.Seed }), stop => ModelAsync(context, key, request, data, stop),
            () => End(key));
    }

    /// <summary>The model of a trial; if it was lost, the trial is trained again. The model of a named sweep is stored too.</summary>
    private async Task<ITransformer> ModelAsync(
        MLContext context, string key, TrialRequest request, (SentData Train, SentData Validation) data, CancellationToken token)
    {
        byte[] model = (await AskAsync(key, request with { NeedsModel = true }, data, token).ConfigureAwait(false)).Model!;
        if (cluster.Name is not null)
        {
            await PersistAsync(async () =>
            {
                await grains.GetGrain<ITrialGrain>(key).KeepAsync(model).ConfigureAwait(false);
                return true;
            }, Stopwatch.StartNew(), token).ConfigureAwait(false);
        }
        End(key);
        using var file = new MemoryStream(model);
        ITransformer opened = DisentangleModel.Open(context.Model.Load(file, out _)).Transformer;
        return new TransformerChain<ITransformer>(
            [training.Data.Featurizer, .. opened is IEnumerable<ITransformer> chain ? chain : [opened]]);
    }

    /// <summary>Ends a trial, or frees the memory of a finished one.</summary>
    private void End(string key) => grains.GetGrain<ITrialGrain>(key).EndAsync().Ignore();

    /// <summary>Has a trial trained.</summary>
    /// <exception cref="InvalidOperationException">The trial failed or was refused.</exception>
    private async Task<TrialReply> AskAsync(
        string key, TrialRequest request, (SentData Train, SentData Validation) data, CancellationToken token)
    {
        bool succeeded = false;
        try
        {
            TrialReply reply = await AskAsync(grains.GetGrain<ITrialGrain>(key), key, request, data, token).ConfigureAwait(false);
            succeeded = reply.State == TrialState.Succeeded;
            return succeeded ? reply : throw new InvalidOperationException(reply.Message);
        }
        finally
        {
            if (!succeeded)
                End(key);
            _cluster.ReleaseAsync(key).Ignore();
        }
    }

    /// <summary>Asks a silo with room for the trial until it is finished; another one if the silo is lost.</summary>
    private async Task<TrialReply> AskAsync(ITrialGrain grain, string key, TrialRequest request, (SentData Train, SentData Validation) data,
        CancellationToken token)
    {
        var contact = Stopwatch.StartNew();
        SiloAddress? silo = null;
        while (true)
        {
            try
            {
                // A model is fetched from the silo that has it, whether or not that has room for another trial.
                if (!request.NeedsModel)
                    silo ??= await _cluster.ReserveAsync(key, request.Version).WaitAsync(Silence, token).ConfigureAwait(false);
                if (silo is null && !request.NeedsModel)
                {
                    SiloReport[] silos = await _cluster.GetSilosAsync().WaitAsync(Silence, token).ConfigureAwait(false);
                    if (Own(silos).Any())
                        contact.Restart();
                    else
                        ThrowUnlessPatient(silos, contact);
                    await Task.Delay(Pause, token).ConfigureAwait(false);
                    continue;
                }
                if (silo is not null)
                    RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
                TrialReply reply = await grain.RunAsync(request).WaitAsync(Silence, token).ConfigureAwait(false);
                contact.Restart();
                if (reply.State == TrialState.NeedsData)
                {
                    SentData missing = reply.Message == data.Train.Hash ? data.Train : data.Validation;
                    foreach (DataChunk chunk in missing.Chunks())
                    {
                        await grain.PushAsync(chunk).WaitAsync(Silence, token).ConfigureAwait(false);
                        contact.Restart();
                    }
                }
                else if (reply.State != TrialState.Running)
                {
                    return reply;
                }
            }
            catch (Exception exception) when (IsLoss(exception))
            {
                ThrowUnlessPatient(exception, contact);
                silo = null;
                await Task.Delay(Pause, token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Repeats a call until it is answered.</summary>
    private async Task<T> PersistAsync<T>(Func<Task<T>> call, Stopwatch contact, CancellationToken token)
    {
        while (true)
        {
            try
            {
                return await call().WaitAsync(Silence, token).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsLoss(exception))
            {
                ThrowUnlessPatient(exception, contact);
                await Task.Delay(Pause, token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether an exception says that a silo or the network is lost, rather than that a trial failed.</summary>
    private static bool IsLoss(Exception exception) => exception is OrleansException or TimeoutException;

    private void ThrowUnlessPatient(Exception last, Stopwatch contact)
    {
        if (contact.Elapsed > cluster.Patience)
            throw new InvalidOperationException(
                $"The cluster has not answered for {contact.Elapsed.TotalSeconds:F0} s: {last.Message}", last);
    }

    private void ThrowUnlessPatient(SiloReport[] silos, Stopwatch contact)
    {
        if (silos.Length > 0)
        {
            throw new InvalidOperationException(ClusterVersion.Mismatch(
                ClusterVersion.Current, string.Join(", ", silos.Select(silo => silo.Version).Distinct())));
        }
        if (contact.Elapsed > cluster.Patience)
        {
            throw new InvalidOperationException(
                "The cluster has no silo that trains trials; call AddDisentangleSweeps where the silos are configured.");
        }
    }

    private static IEnumerable<SiloReport> Own(SiloReport[] silos) => silos.Where(silo => silo.Version == ClusterVersion.Current);

    private TrialRequest Request(TOptions options, int? numberOfClusters, string train, string validation) => new()
    {
        Version = ClusterVersion.Current,
        Kind = options is DisentangleEncoderOptions ? EncoderKind.Encoder : EncoderKind.Autoencoder,
        Options = SentOptions.Write(options),
        NumberOfClusters = numberOfClusters,
        Sweep = new()
        {
            Train = train,
            Validation = validation,
            Features = training.Data.Features,
            Label = training.Data.Label,
            EmbeddingColumnName = training.Settings.EmbeddingColumnName,
            Seeds = string.Join(',', training.Settings.Seeds!.Select(seed => seed.ToString(CultureInfo.InvariantCulture))),
            KMeansRestarts = training.Settings.KMeansRestarts,
            Metric = MetricDescription.Of(training.Metric),
        },
    };

    /// <summary>The data with the columns that trials use, written once.</summary>
    private (SentData Train, SentData Validation) Data(string? lengthColumnName) => _data.GetOrAdd(lengthColumnName ?? "", _ => new(() =>
    {
        string?[] columns = [training.Data.Features, training.Data.Label, training.Metric.JudgeColumnName, lengthColumnName];
        return (new(training.Data.Train, columns.OfType<string>(), cluster.DataFolder),
            new(training.Data.Validation, columns.OfType<string>(), cluster.DataFolder));
    })).Value;
}
