using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Pushes the embeddings of rows apart, as distributions d_i = softmax(h_i). Supervised, L = Σ_s 1/N_s² Σ_{i≠j, y_i=y_j=s} max(0, m -
/// KL(d_i ‖ d_j)), which spreads the rows of each class; unsupervised, L = 1/N² Σ_{i≠j} max(0, m - KL(d_i ‖ d_j)). N is the number of rows
/// in the batch, and N_s the number of those with class s. Romanov and Rumshisky, "Forced Apart" (2018), L_multi.
/// </summary>
public sealed record SampleMarginLoss : ILoss
{
    /// <inheritdoc/>
    public string Name => "sample margin";

    /// <summary>
    /// m, the divergence in nats above which a pair adds nothing to the loss. Greater than 0; the paper uses 0.1 to 1. Default 0.5.
    /// </summary>
    public float Margin { get; init; } = 0.5f;

    /// <summary>Whether to push apart only rows of the same class. Default true; false uses all pairs and needs no labels.</summary>
    public bool Supervised { get; init; } = true;

    /// <summary>The layers whose outputs are pushed apart. Default: the embedding, as in the paper.</summary>
    public LayerChoice Layers { get; init; }

    /// <inheritdoc/>
    public LossNeeds Needs => Supervised ? LossNeeds.Labels : LossNeeds.None;

    /// <inheritdoc/>
    public IEnumerable<string> Faults() => [.. MarginFault.Of(Name, Margin), .. SettingFaults.Defined($"Layers of {Name}", Layers)];

    /// <inheritdoc/>
    public Tensor Compute(LossContext context)
    {
        Engine engine = context.Engine;
        Tensor weights = PairWeights(context);
        return context.SumOver(Layers, layer =>
        {
            Tensor logP = engine.LogSoftmax(layer.Output);
            Tensor p = engine.Exp(logP);
            Tensor negativeEntropies = engine.Sum(p * logP, axis: 1, keepAxis: true);
            Tensor divergences = negativeEntropies - engine.MatMul(p, logP, transposeB: true);
            return engine.Sum(engine.ClampMin(Margin - divergences, 0) * weights);
        });
    }

    /// <summary>1/N_s² (unsupervised 1/N²) for the pairs in the sum, 0 for the others and the diagonal.</summary>
    private Tensor PairWeights(LossContext context)
    {
        int rows = context.Rows;
        ReadOnlySpan<int> labels = context.Labels;
        var sizes = new Dictionary<int, int>();
        foreach (int label in labels)
            sizes[label] = sizes.GetValueOrDefault(label) + 1;
        var weights = new float[rows * rows];
        for (int i = 0; i < rows; i++)
        {
            if (Supervised && labels[i] < 0)
                continue;
            float size = Supervised ? sizes[labels[i]] : rows;
            for (int j = 0; j < rows; j++)
            {
                if (i != j && (!Supervised || labels[i] == labels[j]))
                    weights[i * rows + j] = 1 / (size * size);
            }
        }
        return context.Engine.Constant(new Shape(rows, rows), weights);
    }
}
