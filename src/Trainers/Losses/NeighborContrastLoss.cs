using Disentangle.ML.Tensors;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Contrasts each row with one of its neighbours in the input: rows that are close in the input stay close in the embedding, all others
/// move apart. For a batch of N pairs with embeddings z_a (the row) and z'_a (its neighbour), u = z/|z|, v = z'/|z'|:
/// s_ab = u_a · v_b / T + [y_a ≠ y_b] log c, L = ½ (1/N Σ_a -log softmax_b(s_ab)_a + 1/N Σ_b -log softmax_a(s_ab)_b).
/// Negatives of another class have weight c, which keeps the classes apart; a row without label counts as any row's class.
/// </summary>
/// <remarks>
/// Neighbours are found before training starts, among the rows of the same class and those without label (see <see cref="RowPairs"/>).
/// Related: InfoNCE (van den Oord et al. 2018), NT-Xent (SimCLR, Chen et al. 2020), NNCLR (Dwibedi et al. 2021), SCAN (Van Gansbeke et al.
/// 2020), parametric UMAP (Sainburg et al. 2021).
/// </remarks>
public sealed record NeighborContrastLoss : ILoss
{
    /// <inheritdoc/>
    public string Name => "neighbour contrast";

    /// <summary>T, greater than 0. Default 0.5; much smaller values hurt.</summary>
    public float Temperature { get; init; } = 0.5f;

    /// <summary>c, the weight of negatives of another class; 1 or more. Default 5.</summary>
    public float OtherClasses { get; init; } = 5;

    /// <summary>
    /// How alike two embeddings are. With <see cref="PairKernel.Cauchy"/>, s_ab = -log(1 + |z_a - z'_b|²), without temperature, as in
    /// t-SimCNE (Böhm et al. 2023). Default: by their angle.
    /// </summary>
    public PairKernel Kernel { get; init; }

    /// <summary>How the second row of each pair is drawn.</summary>
    public RowPairs Pairs { get; init; } = new();

    /// <inheritdoc/>
    public bool ComparesByAngle => Kernel == PairKernel.Angle;

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (!(Temperature > 0) || float.IsInfinity(Temperature))
            yield return Invariant($"Temperature of {Name} is {Temperature}; it must be greater than 0.");
        if (!(OtherClasses >= 1) || float.IsInfinity(OtherClasses))
            yield return Invariant($"OtherClasses of {Name} is {OtherClasses}; it must be 1 or more.");
        foreach (string fault in SettingFaults.Defined(nameof(Kernel), Kernel))
            yield return fault;
        foreach (string fault in Pairs?.Faults() ?? ["Pairs is null; new RowPairs() is the default."])
            yield return fault;
    }

    /// <inheritdoc/>
    public Tensor Compute(LossContext context)
    {
        Engine engine = context.Engine;
        int pairs = context.PairCount;
        Tensor rows = Kernel == PairKernel.Angle ? engine.NormalizeRows(context.Embedding.Output) : context.Embedding.Output;
        Tensor first = engine.Slice(rows, 0, 0, pairs), second = engine.Slice(rows, 0, pairs, pairs);
        Tensor scores = Kernel == PairKernel.Angle
            ? engine.Affine(engine.MatMul(first, second, transposeB: true), 1 / Temperature, 0)
            : engine.Affine(engine.Log(engine.Affine(engine.SquaredDistances(first, second), 1, 1)), -1, 0);
        if (OtherClasses > 1)
            scores += engine.Constant(scores.Shape, Offsets(context.Labels, pairs));

        var diagonal = new int[pairs];
        for (int i = 0; i < pairs; i++)
            diagonal[i] = i;
        Tensor positives = engine.Mean(engine.Pick(scores, diagonal));
        Tensor normalizers = engine.Mean(engine.LogSumExp(scores, axis: 0)) + engine.Mean(engine.LogSumExp(scores, axis: 1));
        return 0.5f * normalizers - positives;
    }

    /// <summary>log c where the labels of the pair differ, 0 elsewhere.</summary>
    private float[] Offsets(ReadOnlySpan<int> labels, int pairs)
    {
        var offsets = new float[pairs * pairs];
        float offset = MathF.Log(OtherClasses);
        for (int a = 0; a < pairs; a++)
        {
            for (int b = 0; b < pairs; b++)
            {
                if (labels[a] >= 0 && labels[pairs + b] >= 0 && labels[a] != labels[pairs + b])
                    offsets[a * pairs + b] = offset;
            }
        }
        return offsets;
    }
}
