using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Gaussians with diagonal covariance, one per row.</summary>
/// <param name="Mean">[rows x d].</param>
/// <param name="LogVariance">[rows x d].</param>
public sealed record GaussianCode(Tensor Mean, Tensor LogVariance)
{
    /// <summary>A sample in a training step, differentiable in mean and log-variance; otherwise the mean.</summary>
    public Tensor Draw(Engine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return engine.IsTraining ? engine.SampleGaussian(Mean, LogVariance) : Mean;
    }
}
