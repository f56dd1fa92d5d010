using Disentangle.ML.Tensors;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>
/// What training minimises: a weighted sum of losses, L = Σ_t weight_t · loss_t. Combine objectives with + and *:
/// <c>Objective.CrossEntropy() + Objective.RowMargin(weight: 0.3f, margin: 5)</c>,
/// <c>Objective.CrossEntropy() + 0.1f * new Objective(new MyLoss())</c>.
/// </summary>
public sealed class Objective
{
    /// <summary>Creates an objective from weighted losses.</summary>
    public Objective(IReadOnlyList<WeightedLoss> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        for (int i = 0; i < terms.Count; i++)
        {
            if (terms[i]?.Loss is null)
                throw new ArgumentException($"The loss of term {i} (from 0) of the objective is null.", nameof(terms));
        }
        Terms = [.. terms];
    }

    /// <summary>Creates an objective of one loss with weight 1, for example your own.</summary>
    public Objective(ILoss loss) : this([new WeightedLoss(1, loss ?? throw new ArgumentNullException(nameof(loss)))])
    {
    }

    /// <summary>The terms of the sum.</summary>
    public IReadOnlyList<WeightedLoss> Terms { get; }

    /// <summary>The classifier's cross-entropy: binary for two classes, softmax for more.</summary>
    /// <param name="weight">0 or more. Default 1.</param>
    public static Objective CrossEntropy(float weight = 1) => weight * new Objective(new CrossEntropyLoss());

    /// <summary>
    /// Keeps each row close to its neighbours in the input and far from all others; see <see cref="NeighborContrastLoss"/>.
    /// </summary>
    /// <param name="weight">0 or more. Default 1.</param>
    /// <param name="temperature">T, greater than 0. Default 0.5.</param>
    /// <param name="neighbors">
    /// The number of neighbours k, 0 or more; 0 pairs each row with itself and requires a view. Default 15.
    /// </param>
    /// <param name="mutual">Whether only mutual neighbours count. Default true.</param>
    /// <param name="walk">The probability of each of up to 30 further steps from neighbour to neighbour; 0 to 1. Default 0.95.</param>
    /// <param name="otherClasses">The weight of negatives of another class; 1 or more. Default 5.</param>
    /// <param name="view">A random change of both rows of a pair; see <see cref="Views"/>. Default null: none.</param>
    /// <param name="jitter">
    /// Noise on both rows of a pair, as a share of the difference to a neighbour; 0 or more. Default null: 0.7 without a view, 0 with one.
    /// </param>
    public static Objective NeighborContrast(float weight = 1, float temperature = 0.5f, int neighbors = 15, bool mutual = true,
        float walk = 0.95f, float otherClasses = 5, IRowView? view = null, float? jitter = null) =>
        weight * new Objective(new NeighborContrastLoss
        {
            Temperature = temperature,
            OtherClasses = otherClasses,
            Pairs = new RowPairs { Neighbors = neighbors, Mutual = mutual, Walk = walk, View = view, Jitter = jitter },
        });

    /// <summary>The margin between the embedding's weight rows (Forced to Learn, L_single); see <see cref="RowMarginLoss"/>.</summary>
    /// <param name="weight">
    /// 0 or more. The loss sums over all pairs of neurons, so wider layers need a smaller weight. Default 0.3.
    /// </param>
    /// <param name="margin">Greater than 0, in nats. Default 5.</param>
    public static Objective RowMargin(float weight = 0.3f, float margin = 5) =>
        weight * new Objective(new RowMarginLoss { Margin = margin });

    /// <summary>The margin between the embeddings of a batch (Forced Apart, L_multi); see <see cref="SampleMarginLoss"/>.</summary>
    /// <param name="weight">0 or more. Default 1.</param>
    /// <param name="margin">Greater than 0, in nats. Default 0.5.</param>
    /// <param name="supervised">Whether only pairs of the same class count; false needs no labels. Default true.</param>
    public static Objective SampleMargin(float weight = 1, float margin = 0.5f, bool supervised = true) =>
        weight * new Objective(new SampleMarginLoss { Margin = margin, Supervised = supervised });

    /// <summary>Decorrelates neurons; see <see cref="DeCovLoss"/>.</summary>
    /// <param name="weight">0 or more. Default 0.1.</param>
    public static Objective DeCov(float weight = 0.1f) => weight * new Objective(new DeCovLoss());

    /// <summary>
    /// Decorrelates neurons from the predicted labels or, without labels, the halves of the embedding; see <see cref="XCovLoss"/>.
    /// </summary>
    /// <param name="weight">0 or more. Default 1.</param>
    /// <param name="supervised">Whether the predicted labels are used; false needs no labels. Default true.</param>
    public static Objective XCov(float weight = 1, bool supervised = true) =>
        weight * new Objective(new XCovLoss { Supervised = supervised });

    /// <summary>Draws rows of the same class together; see <see cref="SoftNearestNeighborLoss"/>.</summary>
    /// <param name="weight">0 or more. Default 100.</param>
    /// <param name="temperature">Default null: <see cref="Temperature.Annealed"/>.</param>
    /// <param name="distance">Default cosine.</param>
    /// <param name="layers">Default all hidden layers.</param>
    public static Objective SoftNearestNeighbor(
        float weight = 100, Temperature? temperature = null, NeighborDistance distance = NeighborDistance.Cosine,
        LayerChoice layers = LayerChoice.AllHidden) =>
        weight * new Objective(new SoftNearestNeighborLoss
        {
            Temperature = temperature ?? Temperature.Annealed(),
            Distance = distance,
            Layers = layers,
        });

    /// <summary>Cross-entropy plus λ times the <see cref="CenterLoss"/>.</summary>
    /// <param name="lambda">0 or more. Default 0.5.</param>
    /// <param name="alpha">The update rate of the centres; greater than 0 and at most 1. Default 0.5.</param>
    public static Objective Center(float lambda = 0.5f, float alpha = 0.5f) =>
        CrossEntropy() + lambda * new Objective(new CenterLoss { Alpha = alpha });

    /// <summary>Cross-entropy with separate weights for attraction and repulsion; see <see cref="CategoricalCorelLoss"/>.</summary>
    /// <param name="lambda">The weight of attraction, 0 to 1. Default 0.5.</param>
    public static Objective CategoricalCorel(float lambda = 0.5f) => new(new CategoricalCorelLoss { Lambda = lambda });

    /// <summary>Attraction and repulsion by angle; see <see cref="CosineCorelLoss"/>.</summary>
    /// <param name="lambda">The weight of attraction, 0 to 1. Default 0.5.</param>
    public static Objective CosineCorel(float lambda = 0.5f) => new(new CosineCorelLoss { Lambda = lambda });

    /// <summary>Attraction and repulsion by distance; see <see cref="GaussianCorelLoss"/>.</summary>
    /// <param name="lambda">The weight of attraction, 0 to 1. Default 0.5.</param>
    /// <param name="gamma">γ, greater than 0. Default ½.</param>
    /// <param name="learnGamma">Whether γ is learned. Default false.</param>
    public static Objective GaussianCorel(float lambda = 0.5f, float gamma = 0.5f, bool learnGamma = false) =>
        new(new GaussianCorelLoss { Lambda = lambda, Gamma = gamma, LearnGamma = learnGamma });

    /// <summary>The reconstruction error of an autoencoder; see <see cref="ReconstructionLoss"/>.</summary>
    /// <param name="error">
    /// Default: binary cross-entropy if all features of the training rows lie between 0 and 1, otherwise the mean squared error.
    /// </param>
    public static Objective Reconstruction(ReconstructionError error = ReconstructionError.Auto) =>
        new(new ReconstructionLoss { Error = error });

    /// <summary>(1 - α) first + α second.</summary>
    /// <param name="alpha">0 to 1.</param>
    /// <param name="first">For example a reconstruction.</param>
    /// <param name="second">For example a margin.</param>
    public static Objective Mix(float alpha, Objective first, Objective second) => (1 - alpha) * first + alpha * second;

    /// <summary>Adds two objectives: the terms of both.</summary>
    /// <exception cref="ArgumentNullException">One of them is null.</exception>
    public static Objective operator +(Objective left, Objective right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new([.. left.Terms, .. right.Terms]);
    }

    /// <summary>Multiplies all weights by a factor.</summary>
    /// <exception cref="ArgumentNullException">The objective is null.</exception>
    public static Objective operator *(float factor, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return new([.. objective.Terms.Select(term => term with { Weight = factor * term.Weight })]);
    }

    /// <summary>For example <c>1 cross-entropy + 0.01 row margin</c>.</summary>
    public override string ToString() => string.Join(" + ", Terms.Select(term => Invariant($"{term.Weight} {term.Loss.Name}")));

    /// <summary>What the losses use besides the embedding.</summary>
    internal LossNeeds Needs => Terms.Aggregate(LossNeeds.None, (needs, term) => needs | term.Loss.Needs);

    /// <summary>The pairs of rows the losses need; null for none.</summary>
    internal RowPairs? Pairs => Terms.Select(term => term.Loss.Pairs).FirstOrDefault(pairs => pairs is not null);

    /// <summary>Whether a loss compares embeddings by angle.</summary>
    internal bool ComparesByAngle => Terms.Any(term => term.Loss.ComparesByAngle);

    /// <summary>The classifier's similarity.</summary>
    internal Similarity Similarity =>
        Terms.Select(term => term.Loss.Similarity).FirstOrDefault(similarity => similarity is not null) ?? Similarity.Linear;

    internal IEnumerable<string> Faults()
    {
        if (Terms.Count == 0)
            yield return "Objective is empty; it must have at least one loss.";
        else if (Terms.All(term => term.Weight == 0))
            yield return $"Objective ({this}) has no weight greater than 0; nothing would be learned.";
        else if (Terms.All(term => term.Weight == 0 || term.Loss is RowMarginLoss))
            yield return $"Objective ({this}) does not depend on the rows; add a loss that does, for example Objective.CrossEntropy().";
        foreach (WeightedLoss term in Terms)
        {
            if (!(term.Weight >= 0) || float.IsInfinity(term.Weight))
                yield return Invariant($"The weight of {term.Loss.Name} is {term.Weight}; it must be 0 or more.");
            foreach (string fault in term.Loss.Faults())
                yield return fault;
        }
        foreach (var repeated in Terms.GroupBy(term => term.Loss.Name).Where(group => group.Count() > 1))
            yield return $"Objective has {repeated.Count()} terms named '{repeated.Key}'; names must differ.";
        if (Terms.Select(term => term.Loss.Pairs).Where(pairs => pairs is not null).Distinct().Count() > 1)
            yield return "Two losses of the objective have different Pairs; they must be the same.";
        ILoss[] deciding = [.. Terms.Select(term => term.Loss).Where(loss => loss.Similarity is not null)];
        if (deciding.Select(loss => loss.Similarity).Distinct().Count() > 1)
            {
            string names = string.Join(" and ", deciding.Select(loss => loss.Name));
            yield return $"{names} each need a different classifier; use only one of them.";
        }
    }
}
