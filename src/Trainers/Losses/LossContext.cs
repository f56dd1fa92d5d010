using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>What a loss may look at: one batch on its way through the network.</summary>
public sealed class LossContext
{
    private readonly int[] _labels;

    internal LossContext(Engine engine, IReadOnlyList<Layer> layers, Tensor logits, int[] labels, int rows, int epoch)
    {
        Engine = engine;
        Layers = layers;
        Logits = logits;
        _labels = labels;
        Rows = rows;
        Epoch = epoch;
    }

    /// <summary>The engine to compute with.</summary>
    public Engine Engine { get; }

    /// <summary>The network's layers in order, the embedding last.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The layer whose output is the embedding.</summary>
    public Layer Embedding => Layers[^1];

    /// <summary>
    /// The classifier's output before sigmoid or softmax: [rows x classes], or [rows x 1] for two classes, where it speaks for class 1.
    /// </summary>
    public Tensor Logits { get; }

    /// <summary>The class of each row, 0, 1, ...; -1 where the row has no label.</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Rows);

    /// <summary>The number of rows in the batch.</summary>
    public int Rows { get; }

    /// <summary>The number of finished passes over the data; 0 in the first.</summary>
    public int Epoch { get; }
}
