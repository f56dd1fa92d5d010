using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Pulls each embedding to the centre of its class: L = 1/(2N) Σ_i |h_i - c_{y_i}|² over the N labelled rows of a batch. The centres start
/// at 0, are not parameters, and are updated after every batch: c_k ← c_k - α Σ_{y_i=k} (c_k - h_i) / (1 + n_k). Use it together with a
/// cross-entropy. Wen et al., "A Discriminative Feature Learning Approach for Deep Face Recognition" (2016).
/// </summary>
public sealed record CenterLoss : ILoss
{
    /// <inheritdoc/>
    public string Name => "center";

    /// <summary>α, the update rate of the centres; greater than 0 and at most 1. Default 0.5.</summary>
    public float Alpha { get; init; } = 0.5f;

    /// <inheritdoc/>
    public LossNeeds Needs => LossNeeds.Labels;

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (!(Alpha > 0 && Alpha <= 1))
            yield return FormattableString.Invariant($"Alpha of the center loss is {Alpha}; it must be greater than 0 and at most 1.");
    }

    /// <inheritdoc/>
    public Tensor Compute(LossContext context)
    {
        Engine engine = context.Engine;
        int[] rows = context.LabelledRows();
        if (rows.Length == 0)
            return engine.Fill(Shape.Scalar, 0);

        int size = context.Embedding.Output.Shape[1];
        Span<float> centres = context.Memory(context.ClassCount * size);
        var targets = new float[rows.Length * size];
        for (int i = 0; i < rows.Length; i++)
            centres.Slice(context.Labels[rows[i]] * size, size).CopyTo(targets.AsSpan(i * size));
        Tensor labelled = engine.GatherRows(context.Embedding.Output, rows);
        Tensor distances = labelled - engine.Constant(new Shape(rows.Length, size), targets);
        MoveCentres(centres, labelled.ToArray(), rows, context.Labels, size);
        return engine.Sum(engine.Square(distances)) / (2 * rows.Length);
    }

    private void MoveCentres(Span<float> centres, float[] embeddings, int[] rows, ReadOnlySpan<int> labels, int size)
    {
        var counts = new Dictionary<int, int>();
        var moves = new Dictionary<int, double[]>();
        for (int i = 0; i < rows.Length; i++)
        {
            int label = labels[rows[i]];
            counts[label] = counts.GetValueOrDefault(label) + 1;
            if (!moves.TryGetValue(label, out double[]? move))
                moves[label] = move = new double[size];
            for (int j = 0; j < size; j++)
                move[j] += centres[label * size + j] - embeddings[i * size + j];
        }
        foreach ((int label, double[] move) in moves)
        {
            for (int j = 0; j < size; j++)
                centres[label * size + j] -= (float)(Alpha * move[j] / (1 + counts[label]));
        }
    }
}
