using System.Text.Json.Serialization.Metadata;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Trains an encoder.</summary>
/// <param name="engine">The engine.</param>
/// <param name="encoder">The encoder to train.</param>
/// <param name="data">The rows, scaled as the encoder scales them.</param>
/// <param name="options">The settings.</param>
/// <param name="pair">Builds the pairs of rows in memory; null if the objective needs none.</param>
/// <param name="startHash">The hash of the start weights; null if they are random.</param>
/// <param name="onMessage">Receives log messages.</param>
internal sealed class EncoderTask(
    Engine engine, Encoder encoder, TrainingData data, EncoderTrainingOptions options, Func<RowStore, int[], PairSampler>? pair,
    string? startHash, Action<string>? onMessage) : ITrainingTask<RowBatch>
{
    private readonly IReadOnlyList<WeightedLoss> _losses = options.Objective.Terms;
    private readonly bool _decodes = options.Objective.Needs.HasFlag(LossNeeds.Decoder);
    private readonly DeviceRows _device = new();
    private RowBatch _batch = null!;
    private TrainingState _state = null!;
    private RowPartition _partition;
    private Batches _batches = null!;
    private PairedRows? _validation;

    public IReadOnlyList<Parameter> Parameters { get; } = WarmStart.Trainable(encoder, options.FrozenLayers);

    public IReadOnlyList<LossTerm> Terms { get; } = [.. options.Objective.Terms.Select(term => new LossTerm(term.Loss.Name, term.Weight))];

    public IEnumerable<IRowSource> Rows => [data.Rows];

    public IRowSource? ValidationRows => data.Validation;

    public string Shape => $"{encoder.Input.Width} {encoder.ClassCount}{(startHash is null ? "" : " " + startHash)}";

    public JsonTypeInfo SettingsType => SettingsJson.Options.GetTypeInfo(typeof(EncoderTrainingOptions));

    public JsonTypeInfo StoredSettingsType => SettingsJson.Options.GetTypeInfo(typeof(StoredEncoderOptions));

    public string PreparedHash { get; private set; } = "";

    public IReadOnlyList<LossTerm> ValidationTerms => Terms;

    public int? BatchesPerEpoch => _batches.Count;

    public bool RowsOnDevice => _device.Any;

    public bool Validates => data.Validation is not null || options.ValidationFraction > 0;

    public void Begin(TrainingState state)
    {
        _state = state;
        _partition = new RowPartition(options.ValidationFraction, state.Seed);
        _batch = CreateBatch();
        PairSampler? sampler = null;
        if (pair is not null)
        {
            var rows = (RowStore)data.Rows;
            sampler = pair(rows, _partition.TrainingRows(rows.Count));
            PreparedHash = sampler.Hash;
            if (Validates)
                _validation = PairValidation(pair);
        }
        _batches = Batches.Create(data.Rows, _partition, options, sampler, state.Seed);
        string? obstacle = data.Rows is not RowStore ? "the rows are streamed"
            : encoder.ScaledInput.IsSequence ? "sequences may differ in length"
            : sampler is { ChangesRows: true } ? "the objective changes the rows of each batch at random"
            : null;
        IRowSource? validation = sampler is null ? data.Validation : _validation?.Sampler.Rows;
        int width = encoder.ScaledInput.Width;
        _device.Upload(engine, options, [(data.Rows, width), (validation, width)], obstacle, onMessage);
    }

    public RowBatch CreateBatch() => new(encoder.ScaledInput, _device);

    public IEnumerable<RowBatch> Epoch(int epoch) => _batches.Epoch(epoch, _batch);

    public IEnumerable<RowBatch> Validation() => _validation?.InOrder(options.BatchSize, _batch)
        ?? Batches.Validation(data.Rows, _partition, data.Validation, options.BatchSize, _batch);

    public Tensor[] Losses(RowBatch batch, int epoch) => Losses(batch, epoch, training: true, out _);

    public Tensor[] ValidationLosses(RowBatch batch, int epoch, out Tensor? logits)
    {
        Tensor[] losses = Losses(batch, epoch, training: false, out logits);
        // Second rows of pairs are not evaluated: they also occur as first rows.
        if (logits is not null && batch.PairCount > 0)
            logits = engine.Slice(logits, 0, 0, batch.PairCount);
        return losses;
    }

    private Tensor[] Losses(RowBatch batch, int epoch, bool training, out Tensor? logits)
    {
        NetworkInput input = batch.ToInput(engine);
        IReadOnlyList<LayerOutput> layers = encoder.Forward(engine, input);
        logits = encoder.Classifier?.Logits(engine, layers[^1].Output);
        Reconstruction? reconstruction = _decodes ? ((AutoencoderModule)encoder.Module).Decode(engine, layers[^1].Output, input) : null;
        var context = new LossContext(
            engine, batch, input.Values, layers, logits, encoder.Classifier?.Weight, reconstruction, data.ClassCount, epoch);
        return [.. _losses.Select((term, t) =>
            LossContext.OneNumber(term.Loss, term.Loss.Compute(context.For(_state.MemoryOf(t, writable: training)))))];
    }

    /// <summary>Pairs the validation rows, in memory, with each other.</summary>
    private PairedRows PairValidation(Func<RowStore, int[], PairSampler> pair)
    {
        var rows = new RowStore();
        foreach (RowBatch single in Batches.Validation(data.Rows, _partition, data.Validation, batchSize: 1, _batch))
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            single.Values.CopyTo(rows.Add(single.Labels[0], single.Values.Length));
        }
        int[] members = [.. Enumerable.Range(0, rows.Count)];
        return new PairedRows(members, pair(rows, members));
    }
}
