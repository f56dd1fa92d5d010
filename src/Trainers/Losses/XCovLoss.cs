using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Decorrelates the embedding from the predicted labels: L = ½ Σ_ab [1/N Σ_n (ŷ_na - ȳ_a)(h_nb - h̄_b)]², where ŷ are the classifier's
/// probabilities. The embedding then captures what the label does not. Cheung et al., "Discovering Hidden Factors of Variation in Deep
/// Networks" (2014). Unsupervised, the first half of a layer's neurons takes the place of ŷ, and the second that of h.
/// </summary>
public sealed record XCovLoss : ILoss
{
    /// <inheritdoc/>
    public string Name => "XCov";

    /// <summary>The layers whose output is decorrelated. Default: the embedding.</summary>
    public LayerChoice Layers { get; init; }

    /// <summary>
    /// Whether the layers are decorrelated from the predicted labels. If false, the two halves of each layer are decorrelated from each
    /// other, of an odd number of neurons the smaller half first; this needs no labels, so autoencoders can use it. Default true.
    /// </summary>
    public bool Supervised { get; init; } = true;

    /// <inheritdoc/>
    public LossNeeds Needs => Supervised ? LossNeeds.Labels | LossNeeds.Classifier : LossNeeds.None;

    /// <inheritdoc/>
    public IEnumerable<string> Faults() => SettingFaults.Defined($"Layers of {Name}", Layers);

    /// <inheritdoc/>
    public Tensor Compute(LossContext context)
    {
        Engine engine = context.Engine;
        if (!Supervised)
            return context.SumOver(Layers, layer => BetweenHalves(Centred(layer.Output)));
        Tensor predicted = Centred(context.Logits.Shape[1] == 1 ? engine.Activate(context.Logits, Activation.Sigmoid)
            : engine.Softmax(context.Logits));
        return context.SumOver(Layers, layer => Between(predicted, Centred(layer.Output)));

        Tensor Centred(Tensor x) => x - engine.Mean(x, axis: 0, keepAxis: true);

        Tensor BetweenHalves(Tensor x)
        {
            int neurons = x.Shape[1], half = neurons / 2;
            return half == 0
                ? engine.Fill(Shape.Scalar, 0)
                : Between(engine.Slice(x, 1, 0, half), engine.Slice(x, 1, half, neurons - half));
        }

        Tensor Between(Tensor a, Tensor b) =>
            0.5f * engine.Sum(engine.Square(engine.MatMul(a, b, transposeA: true) / context.Rows));
    }
}
