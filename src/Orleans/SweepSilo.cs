using System.Collections.Concurrent;
using Disentangle.ML.Sweeps;
using Disentangle.ML.Transforms;
using Microsoft.Extensions.Options;
using Microsoft.ML;

namespace Disentangle.ML.Orleans;

/// <summary>What the trials of a silo share: room, data and options.</summary>
internal sealed class SweepSilo : IDisposable
{
    /// <summary>The sweeps whose rows are kept in memory.</summary>
    private const int SweepsInMemory = 2;

    private readonly SemaphoreSlim _room;
    private readonly ConcurrentDictionary<string, byte> _running = new();
    private readonly List<(SweepDescription Sweep, Lazy<SweepData> Data)> _sweeps = [];
    private int _trained;

    public SweepSilo(IOptions<SweepSiloOptions> options)
    {
        Options = options.Value;
        Options.Validate();
        _room = new(Options.Capacity);
        Data = new(Options.DataFolder, Options.MaximumDataBytes);
    }

    public SweepSiloOptions Options { get; }

    public DataFolder Data { get; }

    /// <summary>The keys of the trials that are being trained or wait for room.</summary>
    public string[] Running => [.. _running.Keys];

    /// <summary>The number of trials that were trained to their end.</summary>
    public int Trained => _trained;

    /// <summary>Trains a trial as soon as there is room.</summary>
    public async Task<TrainingOutcome> TrainAsync(string key, TrialRequest request, CancellationToken token)
    {
        _running.TryAdd(key, 0);
        try
        {
            await _room.WaitAsync(token).ConfigureAwait(false);
            try
            {
                return await Task.Factory.StartNew(() => request.Kind switch
                {
                    EncoderKind.Encoder => Train<DisentangleEncoderOptions>(request, EncoderFactories.Encoder, token),
                    EncoderKind.Autoencoder => Train<DisentangleAutoencoderOptions>(request, EncoderFactories.Autoencoder, token),
                    _ => throw new InvalidDataException($"{request.Kind} is not a kind of encoder."),
                }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            }
            finally
            {
                _room.Release();
            }
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }

    public void Dispose() => _room.Dispose();

    private TrainingOutcome Train<TOptions>(TrialRequest request, EncoderFactory<TOptions> create, CancellationToken token)
        where TOptions : EncoderOptions
    {
        TOptions options = SentOptions.Read<TOptions>(request.Options);
        SweepDescription sweep = request.Sweep;
        SweepData data = Open(sweep);
        var settings = Settings(sweep);
        var training = new SweepTraining<TOptions>(data, data.Metric, settings, create);
        var context = new MLContext(seed: settings.Seeds![0]);
        var trial = new SweepTrial { Trial = 0, Parameters = new Dictionary<string, System.Text.Json.JsonElement>() };
        TrainedTrial<TOptions> trained = training.Run(context, trial, options, request.NumberOfClusters, Options.ThreadsPerTrial, token);
        ITransformer model = trained.ModelAsync(token).GetAwaiter().GetResult();
        Interlocked.Increment(ref _trained);
        return new(TrialScores.Of(trained.Trial, trained.Options.Seed!.Value), () => Save(context, model, data.Train.Schema));
    }

    private byte[] Save(MLContext context, ITransformer model, DataViewSchema schema)
    {
        using var file = new MemoryStream();
        context.Model.Save(model, schema, file);
        return file.Length <= Options.MaximumModelBytes
            ? file.ToArray()
            : throw new InvalidOperationException($"The model has {file.Length} bytes; the silo sends at most {Options.MaximumModelBytes} "
                + "(SweepSiloOptions.MaximumModelBytes).");
    }

    /// <summary>The rows of a sweep, read once for the trials of the silo.</summary>
    private SweepData Open(SweepDescription sweep)
    {
        Lazy<SweepData> data;
        lock (_sweeps)
        {
            int found = _sweeps.FindIndex(known => known.Sweep == sweep);
            data = found >= 0 ? _sweeps[found].Data : new Lazy<SweepData>(() => Read(sweep));
            if (found >= 0)
                _sweeps.RemoveAt(found);
            _sweeps.Insert(0, (sweep, data));
            if (_sweeps.Count > SweepsInMemory)
                _sweeps.RemoveAt(SweepsInMemory);
        }
        try
        {
            return data.Value;
        }
        catch
        {
            // The next trial reads the rows anew.
            lock (_sweeps)
                _sweeps.RemoveAll(known => known.Data == data);
            throw;
        }
    }

    private SweepData Read(SweepDescription sweep)
    {
        DataOperationsCatalog loader = new MLContext().Data;
        IDataView Load(string hash)
        {
            IDataView rows = loader.LoadFromBinary(
                Data.Find(hash) ?? throw new FileNotFoundException("The data were deleted while the trial waited."));
            if (RowHash.Of(rows) == hash)
                return rows;
            Data.Delete(hash);
            throw new InvalidDataException(
                $"The rows in {DataFolder.NameOf(hash)} do not have the hash in its name; the file was deleted.");
        }
        return new(Load(sweep.Train), Load(sweep.Validation), sweep.Features, sweep.Label,
            sweep.Metric.Metric(Options.ThreadsPerTrial), Settings(sweep));
    }

    private static SweepSettings Settings(SweepDescription sweep) => new()
    {
        EmbeddingColumnName = sweep.EmbeddingColumnName,
        KMeansRestarts = sweep.KMeansRestarts,
        Seeds = [.. sweep.Seeds.Split(',').Select(seed => int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture))],
    };
}
