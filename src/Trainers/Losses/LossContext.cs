using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>The input of a loss: one batch and what the network computed for it.</summary>
public sealed class LossContext
{
    private readonly RowBatch _batch;
    private Func<int, float[]> _memory = length => new float[length];

    internal LossContext(
        Engine engine, RowBatch batch, Tensor input, IReadOnlyList<LayerOutput> layers, Tensor? logits, Tensor? classWeights,
        Reconstruction? reconstruction, int classCount, int epoch)
    {
        Engine = engine;
        _batch = batch;
        Input = input;
        Layers = layers;
        LogitsOrNull = logits;
        ClassWeightsOrNull = classWeights;
        ReconstructionOrNull = reconstruction;
        ClassCount = classCount;
        Epoch = epoch;
    }

    /// <summary>
    /// The engine to compute with. It throws when used on a thread other than the one that calls <see cref="ILoss.Compute"/>.
    /// </summary>
    public Engine Engine { get; }

    /// <summary>The number of rows in the batch.</summary>
    public int Rows => _batch.Count;

    /// <summary>
    /// The number of pairs if a loss sets <see cref="ILoss.Pairs"/>, otherwise 0. Rows i and i + PairCount form a pair for i = 0, ...,
    /// PairCount - 1, and <see cref="Rows"/> is 2 PairCount.
    /// </summary>
    public int PairCount => _batch.PairCount;

    /// <summary>The class of each row: 0, 1, ..., or -1 for a row without label.</summary>
    public ReadOnlySpan<int> Labels => _batch.Labels;

    /// <summary>The number of classes; 0 when training without labels.</summary>
    public int ClassCount { get; }

    /// <summary>
    /// The features as the network reads them: [rows x features], for sequences [steps of all rows x step size]. Use it to compute with
    /// features; they are on the device already.
    /// </summary>
    public Tensor Input { get; }

    /// <summary>The features, row after row.</summary>
    public ReadOnlySpan<float> Features => _batch.Values;

    /// <summary>The network's layers in order; the embedding is last.</summary>
    public IReadOnlyList<LayerOutput> Layers { get; }

    /// <summary>The layer whose output is the embedding.</summary>
    public LayerOutput Embedding => Layers[^1];

    /// <summary>All hidden layers: the network's, followed by the decoder's for an autoencoder.</summary>
    public IEnumerable<LayerOutput> HiddenLayers => ReconstructionOrNull is null ? Layers : Layers.Concat(ReconstructionOrNull.Layers);

    /// <summary>
    /// The classifier's output before sigmoid or softmax: [rows x classes], or [rows x 1] for a linear classifier of two classes, where it
    /// is the logit of class 1. For a similarity classifier, the similarity to each class.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// There is no classifier; a loss that uses one declares it in <see cref="ILoss.Needs"/>.
    /// </exception>
    public Tensor Logits => LogitsOrNull ?? throw NoClassifier();

    /// <summary>The classifier's weights [classes x embedding]; row k belongs to class k.</summary>
    /// <exception cref="InvalidOperationException">There is no classifier.</exception>
    public Tensor ClassWeights => ClassWeightsOrNull ?? throw NoClassifier();

    /// <summary>The decoder's output.</summary>
    /// <exception cref="InvalidOperationException">
    /// The network is not an autoencoder; a loss that uses a decoder declares it in <see cref="ILoss.Needs"/>.
    /// </exception>
    public Reconstruction Reconstruction =>
        ReconstructionOrNull ?? throw new InvalidOperationException(
            "There is no decoder; a loss that uses one must include LossNeeds.Decoder in Needs.");

    /// <summary>The number of finished passes over the data; 0 in the first.</summary>
    public int Epoch { get; }

    private Tensor? LogitsOrNull { get; }

    private Tensor? ClassWeightsOrNull { get; }

    private Reconstruction? ReconstructionOrNull { get; }

    /// <summary>
    /// Values this loss keeps from batch to batch, initially 0; checkpoints include them. Changes are kept only in training steps.
    /// </summary>
    /// <param name="length">The number of values; the same in every call.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public Span<float> Memory(int length)
    {
        if (length < 0)
            throw new ArgumentOutOfRangeException(nameof(length), $"The memory of a loss is {length} values; it must be 0 or more.");
        return _memory(length);
    }

    /// <summary>This context with the memory of another loss.</summary>
    internal LossContext For(Func<int, float[]> memory)
    {
        _memory = memory;
        return this;
    }

    /// <summary>The indices of the rows with a label.</summary>
    internal int[] LabelledRows()
    {
        ReadOnlySpan<int> labels = Labels;
        var rows = new List<int>(labels.Length);
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= 0)
                rows.Add(i);
        }
        return [.. rows];
    }

    /// <summary>Checks that a loss computed a scalar.</summary>
    /// <exception cref="InvalidOperationException">The result is null or not a scalar.</exception>
    internal static Tensor OneNumber(ILoss loss, Tensor? computed) => computed is { Shape.Length: 1 }
        ? computed
        : throw new InvalidOperationException(
            $"The loss '{loss.Name}' returned {(computed is null ? "null" : $"a tensor of shape {computed.Shape}")}; "
            + "Compute must return a scalar, for example from Engine.Mean.");

    private static InvalidOperationException NoClassifier() =>
        new("There is no classifier; a loss that uses one must include LossNeeds.Classifier in Needs.");
}
