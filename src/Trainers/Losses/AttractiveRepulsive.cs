using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// The common part of the attractive-repulsive losses: L = 1/N Σ_i [λ att(h_i, w_{y_i}) + (1-λ) rep(h_i, W)] over the N labelled rows.
/// Kenyon-Dean et al., "Clustering-Oriented Representation Learning with Attractive-Repulsive Loss" (2019).
/// </summary>
internal static class AttractiveRepulsive
{
    public static IEnumerable<string> Faults(string name, float lambda)
    {
        if (!(lambda >= 0 && lambda <= 1))
            yield return FormattableString.Invariant($"Lambda of {name} is {lambda}; it must be between 0 and 1.");
    }

    /// <summary>
    /// att = -s(h_i, w_{y_i}), rep = log Σ_k exp s(h_i, w_k), computed with a max-shifted log-sum-exp. λ = ½ is half the softmax
    /// cross-entropy of s.
    /// </summary>
    public static Tensor Softmax(LossContext context, float lambda) => Mix(context, lambda,
        attraction: (similarities, labels) => -context.Engine.Pick(similarities, labels),
        repulsion: (similarities, _) => context.Engine.LogSumExp(similarities, axis: 1));

    /// <summary>The mean over the labelled rows of λ · attraction + (1-λ) · repulsion.</summary>
    public static Tensor Mix(LossContext context, float lambda, Func<Tensor, int[], Tensor> attraction,
        Func<Tensor, int[], Tensor> repulsion)
    {
        Engine engine = context.Engine;
        int[] rows = context.LabelledRows();
        if (rows.Length == 0)
            return engine.Fill(Shape.Scalar, 0);
        Tensor similarities = rows.Length == context.Rows ? context.Logits : engine.GatherRows(context.Logits, rows);
        var labels = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            labels[i] = context.Labels[rows[i]];
        return engine.Mean(lambda * attraction(similarities, labels) + (1 - lambda) * repulsion(similarities, labels));
    }
}
