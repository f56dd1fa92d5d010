using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Decorrelates the neurons of a layer: L = ½ (‖C‖²_F - ‖diag C‖²), where C is the covariance of its output over the batch, with divisor
/// N. Cogswell et al., "Reducing Overfitting in Deep Networks by Decorrelating Representations" (2015).
/// </summary>
public sealed record DeCovLoss : ILoss
{
    /// <inheritdoc/>
    public string Name => "DeCov";

    /// <summary>The layers whose output is decorrelated. Default: the embedding.</summary>
    public LayerChoice Layers { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults() => SettingFaults.Defined($"Layers of {Name}", Layers);

    /// <inheritdoc/>
    public Tensor Compute(LossContext context)
    {
        Engine engine = context.Engine;
        return context.SumOver(Layers, layer =>
        {
            Tensor centred = layer.Output - engine.Mean(layer.Output, axis: 0, keepAxis: true);
            Tensor covariance = engine.MatMul(centred, centred, transposeA: true) / context.Rows;
            Tensor variances = engine.Pick(covariance, Enumerable.Range(0, covariance.Shape[0]).ToArray());
            return 0.5f * (engine.Sum(engine.Square(covariance)) - engine.Sum(engine.Square(variances)));
        });
    }
}
