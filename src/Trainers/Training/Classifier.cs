using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>The classifier on top of an embedding.</summary>
internal sealed class Classifier
{
    /// <summary>
    /// The factor applied to unit-length embeddings before an inner-product classifier: logits of such short vectors would saturate too
    /// slowly.
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
        // Two classes need only one logit, that of class 1; a similarity needs a point for each class.
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

    /// <summary>Copies the weights of the classes that another classifier was trained on.</summary>
    /// <param name="other">The other classifier, with the same similarity.</param>
    /// <param name="classes">For each class, its index in the other classifier, or -1 to keep its weights.</param>
    /// <param name="engine">The engine of the parameters.</param>
    public void CopyFrom(Classifier other, IReadOnlyList<int> classes, Engine engine)
    {
        int inputs = _weight.Value.Shape[1];
        float[][] weights = PerClass(_weight, inputs), knownWeights = PerClass(other._weight, inputs);
        float[][] biases = PerClass(_bias, 1), knownBiases = PerClass(other._bias, 1);
        for (int c = 0; c < classes.Count; c++)
        {
            if (classes[c] < 0)
                continue;
            weights[c] = knownWeights[classes[c]];
            if (_bias is not null)
                biases[c] = knownBiases[classes[c]];
        }
        SetPerClass(_weight, weights);
        SetPerClass(_bias, biases);
        if (_logGamma is not null)
            engine.SetValues(_logGamma, other._logGamma!.Value.ToArray());

        void SetPerClass(Parameter? parameter, float[][] rows)
        {
            if (parameter is null)
                return;
            engine.SetValues(parameter, LogitCount == 1 ? [.. rows[1].Zip(rows[0], (one, zero) => one - zero)]
                : [.. rows.SelectMany(row => row)]);
        }
    }

    /// <summary>Returns the values of each class. A single logit is split: half of it for class 1, minus half for class 0.</summary>
    private static float[][] PerClass(Parameter? parameter, int size)
    {
        float[][] rows = [.. (parameter?.Value.ToArray() ?? []).Chunk(size)];
        return rows.Length == 1 ? [[.. rows[0].Select(value => -value / 2)], [.. rows[0].Select(value => value / 2)]] : rows;
    }

    /// <summary>The probability of each class: [rows x classes], for two classes and one logit [rows x 1], that of class 1.</summary>
    public Tensor Probabilities(Engine engine, Tensor embedding)
    {
        Tensor logits = Logits(engine, embedding);
        return LogitCount == 1 ? engine.Activate(logits, Activation.Sigmoid) : engine.Softmax(logits);
    }
}
