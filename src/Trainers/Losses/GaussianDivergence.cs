using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Kullback-Leibler divergences of Gaussians with diagonal covariance, in nats, one per row; each is 0 or more.</summary>
public static class GaussianDivergence
{
    /// <summary>KL(N(m, σ²) ‖ N(0, I)) = ½ Σ_d [m² + σ² - 1 - log σ²].</summary>
    /// <param name="engine">The engine to compute with.</param>
    /// <param name="p">[rows x d].</param>
    /// <returns>[rows].</returns>
    public static Tensor FromStandardNormal(Engine engine, GaussianCode p)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(p);
        Tensor sum = engine.Add(engine.Square(p.Mean), engine.Subtract(engine.Exp(p.LogVariance), p.LogVariance));
        return engine.Affine(engine.Sum(sum, 1), 0.5f, -0.5f * p.Mean.Shape[1]);
    }

    /// <summary>
    /// KL(N(m_p, σ_p²) ‖ N(m_q, σ_q²)) = ½ Σ_d [σ_p²/σ_q² + (m_p - m_q)²/σ_q² - 1 + log σ_q² - log σ_p²]. Gradients flow to both.
    /// </summary>
    /// <param name="engine">The engine to compute with.</param>
    /// <param name="p">[rows x d].</param>
    /// <param name="q">[rows x d].</param>
    /// <returns>[rows].</returns>
    public static Tensor Between(Engine engine, GaussianCode p, GaussianCode q)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(q);
        // The log ratio of the variances stays finite where only one of them is extreme.
        Tensor logRatio = engine.Subtract(p.LogVariance, q.LogVariance);
        Tensor distance = engine.Multiply(engine.Square(engine.Subtract(p.Mean, q.Mean)), engine.Exp(engine.Affine(q.LogVariance, -1, 0)));
        Tensor sum = engine.Add(engine.Subtract(engine.Exp(logRatio), logRatio), distance);
        return engine.Affine(engine.Sum(sum, 1), 0.5f, -0.5f * p.Mean.Shape[1]);
    }
}
