using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>What tells the classes apart on top of an embedding.</summary>
internal sealed class Classifier
{
    /// <summary>
    /// What embeddings of length 1 are multiplied with for a classifier by products: logits of such short vectors would saturate too slowly.
    /// </summary>
    private const float DirectionScale = 5;

    private readonly Similarity _similarity;
    private readonly bool _directions;
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly Parameter? _logGamma;

    public Classifier(Engine engine, Similarity similarity, int inputs, int classes, bool directions, Random random)
    {
        _directions = directions;
        _similarity = similarity;
        // Two classes need one logit, which speaks for class 1; a similarity needs a point for each.
        LogitCount = similarity.Kind == SimilarityKind.Linear && classes == 2 ? 1 : classes;
        var layer = new Dense(engine, "classifier", inputs, LogitCount, Activation.Identity, WeightInitialization.FanInUniform, random);
        _weight = layer.Weight;
        if (similarity.Kind == SimilarityKind.Linear)
            _bias = layer.Bias;
        if (similarity.LearnGamma)
            _logGamma = engine.CreateParameter("classifier.logGamma", new Shape(1), [MathF.Log(similarity.Gamma)]);
        Parameters = [.. new[] { _weight, _bias, _logGamma }.OfType<Parameter>()];
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    public int LogitCount { get; }

    public Tensor Weight => _weight.Value;

    /// <summary>The similarity of each embedding to each class: [rows x logits].</summary>
    public Tensor Logits(Engine engine, Tensor embedding)
    {
        switch (_similarity.Kind)
        {
            case SimilarityKind.Cosine:
                return engine.Affine(engine.CosineDistances(embedding, _weight.Value), -1, 1);
            case SimilarityKind.Gaussian:
                Tensor distances = engine.SquaredDistances(embedding, _weight.Value);
                return _logGamma is null
                    ? engine.Affine(distances, -_similarity.Gamma, 0)
                    : engine.Multiply(engine.Affine(distances, -1, 0), engine.Exp(_logGamma.Value));
            default:
                if (_directions)
                    embedding = engine.Affine(embedding, DirectionScale, 0);
                return engine.Linear(embedding, _weight.Value, _bias?.Value);
        }
    }

    /// <summary>The probability of each class: [rows x classes], for two classes and one logit [rows x 1], that of class 1.</summary>
    public Tensor Probabilities(Engine engine, Tensor embedding)
    {
        Tensor logits = Logits(engine, embedding);
        return LogitCount == 1 ? engine.Activate(logits, Activation.Sigmoid) : engine.Softmax(logits);
    }
}
