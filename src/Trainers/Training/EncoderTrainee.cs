using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>An encoder in training.</summary>
internal sealed class EncoderTrainee(Engine engine, Encoder encoder, TrainingData data, EncoderTrainingOptions options) : ITrainee<RowBatch>
{
    private readonly IReadOnlyList<WeightedLoss> _losses = options.Objective.Terms;
    private readonly bool _decodes = options.Objective.Needs.HasFlag(LossNeeds.Decoder);
    private readonly RowBatch _batch = new(encoder.Input);
    private TrainingState _state = null!;
    private RowPartition _partition;
    private Batches _batches = null!;

    public IReadOnlyList<Parameter> Parameters => encoder.Parameters;

    public IReadOnlyList<LossTerm> Terms { get; } = [.. options.Objective.Terms.Select(term => new LossTerm(term.Loss.Name, term.Weight))];

    public IEnumerable<IRowSource> Rows => [data.Rows];

    public string Shape => $"{encoder.Input.Width} {encoder.ClassCount}";

    public IReadOnlyList<LossTerm> ValidationTerms => Terms;

    public int? BatchesPerEpoch => _batches.Count;

    public bool Validates => data.Validation is not null || options.ValidationFraction > 0;

    public void Begin(TrainingState state)
    {
        _state = state;
        _partition = new RowPartition(options.ValidationFraction, state.Seed);
        _batches = Batches.Create(data.Rows, _partition, options, state.Seed);
    }

    public IEnumerable<RowBatch> Epoch(int epoch) => _batches.Epoch(epoch, _batch);

    public IEnumerable<RowBatch> Validation() => Batches.Validation(data.Rows, _partition, data.Validation, options.BatchSize, _batch);

    public Tensor[] Losses(RowBatch batch, int epoch) => Losses(batch, epoch, training: true, out _);

    public Tensor[] ValidationLosses(RowBatch batch, int epoch, out Tensor? logits) => Losses(batch, epoch, training: false, out logits);

    private Tensor[] Losses(RowBatch batch, int epoch, bool training, out Tensor? logits)
    {
        NetworkInput input = batch.ToInput(engine);
        IReadOnlyList<Layer> layers = encoder.Module.Forward(engine, input);
        logits = encoder.Classifier?.Logits(engine, layers[^1].Output);
        Reconstruction? reconstruction = _decodes ? ((AutoencoderModule)encoder.Module).Decode(engine, layers[^1].Output, input) : null;
        var context = new LossContext(engine, batch, layers, logits, encoder.Classifier?.Weight, reconstruction, data.ClassCount, epoch);
        return [.. _losses.Select((term, t) =>
            LossContext.OneNumber(term.Loss, term.Loss.Compute(context.For(_state.MemoryOf(t, writable: training)))))];
    }
}
