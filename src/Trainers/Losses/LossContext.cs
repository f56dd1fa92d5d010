using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>What a loss may look at: one batch on its way through the network.</summary>
public sealed class LossContext
{
    private readonly RowBatch _batch;
    private Func<int, float[]> _memory = length => new float[length];

    internal LossContext(
        Engine engine, RowBatch batch, IReadOnlyList<Layer> layers, Tensor? logits, Tensor? classWeights, Reconstruction? reconstruction, int classCount,
        int epoch)
    {
        Engine = engine;
        _batch = batch;
        Layers = layers;
        LogitsOrNull = logits;
        ClassWeightsOrNull = classWeights;
        ReconstructionOrNull = reconstruction;
        ClassCount = classCount;
        Epoch = epoch;
    }

    /// <summary>The engine to compute with, on the thread that calls <see cref="ILoss.Compute"/>: from another one it throws.</summary>
    public Engine Engine { get; }

    /// <summary>The number of rows in the batch.</summary>
    public int Rows => _batch.Count;

    /// <summary>
    /// The number of pairs, where a loss asks for them by <see cref="ILoss.Pairs"/>: row i and row i + PairCount belong together, i = 0, ..., PairCount - 1, and
    /// <see cref="Rows"/> is twice as many. 0 without pairs.
    /// </summary>
    public int PairCount => _batch.PairCount;

    /// <summary>The class of each row, 0, 1, ...; -1 where the row has no label.</summary>
    public ReadOnlySpan<int> Labels => _batch.Labels;

    /// <summary>The number of classes; 0 where training has no labels.</summary>
    public int ClassCount { get; }

    /// <summary>The features, row after row.</summary>
    public ReadOnlySpan<float> Features => _batch.Values;

    /// <summary>The network's layers in order, the embedding last.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The layer whose output is the embedding.</summary>
    public Layer Embedding => Layers[^1];

    /// <summary>All hidden layers: the network's, and for an autoencoder the decoder's too.</summary>
    public IEnumerable<Layer> HiddenLayers => ReconstructionOrNull is null ? Layers : Layers.Concat(ReconstructionOrNull.Layers);

    /// <summary>
    /// The classifier's output before sigmoid or softmax: [rows x classes], or [rows x 1] for two classes and the linear classifier, where it speaks for
    /// class 1. For a similarity classifier, the similarity to each class.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no classifier; a loss says in <see cref="ILoss.Needs"/> that it needs one.</exception>
    public Tensor Logits => LogitsOrNull ?? throw NoClassifier();

    /// <summary>The classifier's weights [classes x embedding]; row k belongs to class k.</summary>
    /// <exception cref="InvalidOperationException">There is no classifier.</exception>
    public Tensor ClassWeights => ClassWeightsOrNull ?? throw NoClassifier();

    /// <summary>The decoder's output.</summary>
    /// <exception cref="InvalidOperationException">The network is no autoencoder; a loss says in <see cref="ILoss.Needs"/> that it needs one.</exception>
    public Reconstruction Reconstruction =>
        ReconstructionOrNull ?? throw new InvalidOperationException("There is no decoder; the loss has to say in Needs that it looks at one.");

    /// <summary>The number of finished passes over the data; 0 in the first.</summary>
    public int Epoch { get; }

    private Tensor? LogitsOrNull { get; }

    private Tensor? ClassWeightsOrNull { get; }

    private Reconstruction? ReconstructionOrNull { get; }

    /// <summary>
    /// Numbers that this loss keeps from batch to batch, zeros at first; they are part of a checkpoint. What is written counts only in training steps.
    /// </summary>
    /// <param name="length">How many; the same in every call.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public Span<float> Memory(int length)
    {
        if (length < 0)
            throw new ArgumentOutOfRangeException(nameof(length), $"A loss asks for {length} numbers of memory; it must be 0 or more.");
        return _memory(length);
    }

    /// <summary>The same context with the memory of another loss.</summary>
    internal LossContext For(Func<int, float[]> memory)
    {
        _memory = memory;
        return this;
    }

    /// <summary>The numbers of the rows that have a label.</summary>
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

    /// <summary>What a loss computed, if it is one number.</summary>
    /// <exception cref="InvalidOperationException">It is null or another tensor.</exception>
    internal static Tensor OneNumber(ILoss loss, Tensor? computed) => computed is { Shape.Length: 1 }
        ? computed
        : throw new InvalidOperationException(
            $"The loss '{loss.Name}' computed {(computed is null ? "null" : $"a tensor of shape {computed.Shape}")}; "
            + "Compute must return one number, for example by Engine.Mean.");

    private static InvalidOperationException NoClassifier() => new("There is no classifier; the loss has to say in Needs that it looks at one.");
}
