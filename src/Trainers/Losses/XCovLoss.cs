using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Decorrelates the embedding from the predicted labels: L = ½ Σ_ab [1/N Σ_n (ŷ_na - ȳ_a)(h_nb - h̄_b)]², where ŷ are the classifier's
/// probabilities. The embedding then captures what the label does not. Cheung et al., "Discovering Hidden Factors of Variation in Deep
/// Networks" (2014).
/// </summary>
public sealed record XCovLoss : ILoss
{
    /// <inheritdoc/>
    public string Name => "XCov";

    /// <summary>The layers whose output is decorrelated. Default: the embedding.</summary>
    public LayerChoice Layers { get; init; }

    /// <inheritdoc/>
    public LossNeeds Needs => LossNeeds.Labels | LossNeeds.Classifier;

    /// <inheritdoc/>
    public IEnumerable<string> Faults() => SettingFaults.Defined($"Layers of {Name}", Layers);

    /// <inheritdoc/>
    public Tensor Compute(LossContext context)
    {
        Engine engine = context.Engine;
        Tensor predicted = context.Logits.Shape[1] == 1 ? engine.Activate(context.Logits, Activation.Sigmoid)
            : engine.Softmax(context.Logits);
        Tensor centredPrediction = predicted - engine.Mean(predicted, axis: 0, keepAxis: true);
        return context.SumOver(Layers, layer =>
        {
            Tensor centred = layer.Output - engine.Mean(layer.Output, axis: 0, keepAxis: true);
            Tensor crossCovariance = engine.MatMul(centredPrediction, centred, transposeA: true) / context.Rows;
            return 0.5f * engine.Sum(engine.Square(crossCovariance));
        });
    }
}
