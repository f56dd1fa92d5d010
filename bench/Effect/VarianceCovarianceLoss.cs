using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;

namespace Effect;

/// <summary>
/// Spreads and decorrelates the D coordinates of an embedding h of length 1. With z = h √D and C its covariance over the batch:
/// L = 1/D Σ_j max(0, 1 - √C_jj) + 1/D Σ_{i≠j} C_ij².
/// Bardes, Ponce and LeCun, "VICReg: Variance-Invariance-Covariance Regularization for Self-Supervised Learning" (2022).
/// </summary>
public sealed record VarianceCovarianceLoss : ILoss
{
    public string Name => "variance and covariance";

    public IEnumerable<string> Faults() => [];

    public Tensor Compute(LossContext context)
    {
        Engine engine = context.Engine;
        int size = context.Embedding.Output.Shape[1];
        Tensor z = context.Embedding.Output * MathF.Sqrt(size);
        Tensor centred = z - engine.Mean(z, axis: 0, keepAxis: true);
        Tensor covariance = engine.MatMul(centred, centred, transposeA: true) / context.Rows;
        Tensor variances = engine.Pick(covariance, [.. Enumerable.Range(0, size)]);
        Tensor tooNarrow = engine.Sum(engine.ClampMin(1 - engine.Sqrt(variances + 1e-4f), 0));
        return (tooNarrow + engine.Sum(engine.Square(covariance)) - engine.Sum(engine.Square(variances))) / size;
    }
}
