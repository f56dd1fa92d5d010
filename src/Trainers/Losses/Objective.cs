using Disentangle.ML.Tensors;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>A loss and what its value is multiplied with.</summary>
/// <param name="Weight">0 or more.</param>
/// <param name="Loss">The loss.</param>
public sealed record WeightedLoss(float Weight, ILoss Loss);

/// <summary>
/// What training minimises: a sum of weighted losses, L = Σ_t weight_t · loss_t. Put together with + and *:
/// <c>Objective.CrossEntropy() + Objective.RowMargin(weight: 0.3f, margin: 5)</c>, <c>Objective.CrossEntropy() + 0.1f * new Objective(new MyLoss())</c>.
/// </summary>
public sealed class Objective
{
    /// <summary>An objective of these terms.</summary>
    public Objective(IReadOnlyList<WeightedLoss> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        for (int i = 0; i < terms.Count; i++)
        {
            if (terms[i]?.Loss is null)
                throw new ArgumentException($"Term {i} (counted from 0) of the objective has no loss.", nameof(terms));
        }
        Terms = [.. terms];
    }

    /// <summary>An objective of one loss with weight 1, for example one of your own.</summary>
    public Objective(ILoss loss) : this([new WeightedLoss(1, loss ?? throw new ArgumentNullException(nameof(loss)))])
    {
    }

    /// <summary>The losses it adds up.</summary>
    public IReadOnlyList<WeightedLoss> Terms { get; }

    /// <summary>Cross-entropy of the classifier: binary for two classes, softmax for more.</summary>
    /// <param name="weight">0 or more. Default 1.</param>
    public static Objective CrossEntropy(float weight = 1) => weight * new Objective(new CrossEntropyLoss());

    /// <summary>Each row close to its neighbours in the input and far from all others; see <see cref="NeighborContrastLoss"/>.</summary>
    /// <param name="weight">0 or more. Default 1.</param>
    /// <param name="temperature">T, greater than 0. Default 0.5.</param>
    /// <param name="neighbors">k, 0 or more; 0 pairs each row with itself and needs a view. Default 15.</param>
    /// <param name="mutual">Whether only mutual neighbours count. Default true.</param>
    /// <param name="walk">The probability of each of two further steps from neighbour to neighbour; 0 to 1. Default 0.5.</param>
    /// <param name="otherClasses">How often a row of another class counts among the negatives; 1 or more. Default 5.</param>
    /// <param name="view">How both rows of a pair are changed at random; see <see cref="Views"/>. Default null: not at all.</param>
    public static Objective NeighborContrast(float weight = 1, float temperature = 0.5f, int neighbors = 15, bool mutual = true, float walk = 0.5f,
        float otherClasses = 5, IRowView? view = null) => weight * new Objective(new NeighborContrastLoss
        {
            Temperature = temperature,
            OtherClasses = otherClasses,
            Pairs = new RowPairs { Neighbors = neighbors, Mutual = mutual, Walk = walk, View = view },
        });

    /// <summary>The margin between the embedding's weight rows (Forced to Learn, L_single); see <see cref="RowMarginLoss"/>.</summary>
    /// <param name="weight">0 or more. The loss is a sum over all pairs of neurons, so that the weight is smaller the wider the layer. Default 0.3.</param>
    /// <param name="margin">Greater than 0, in nats. Default 5.</param>
    public static Objective RowMargin(float weight = 0.3f, float margin = 5) => weight * new Objective(new RowMarginLoss { Margin = margin });

    /// <summary>The margin between the embeddings of a batch (Forced Apart, L_multi); see <see cref="SampleMarginLoss"/>.</summary>
    /// <param name="weight">0 or more. Default 1.</param>
    /// <param name="margin">Greater than 0, in nats. Default 0.5.</param>
    /// <param name="supervised">Whether only pairs of one class count; false needs no labels. Default true.</param>
    public static Objective SampleMargin(float weight = 1, float margin = 0.5f, bool supervised = true) =>
        weight * new Objective(new SampleMarginLoss { Margin = margin, Supervised = supervised });

    /// <summary>Decorrelated neurons; see <see cref="DeCovLoss"/>.</summary>
    /// <param name="weight">0 or more. Default 0.1.</param>
    public static Objective DeCov(float weight = 0.1f) => weight * new Objective(new DeCovLoss());

    /// <summary>Neurons decorrelated from the predicted labels; see <see cref="XCovLoss"/>.</summary>
    /// <param name="weight">0 or more. Default 1.</param>
    public static Objective XCov(float weight = 1) => weight * new Objective(new XCovLoss());

    /// <summary>Rows of a class nearest to each other; see <see cref="SoftNearestNeighborLoss"/>.</summary>
    /// <param name="weight">0 or more. Default 100.</param>
    /// <param name="temperature">Default null: <see cref="Temperature.Annealed"/>.</param>
    /// <param name="distance">Default cosine.</param>
    /// <param name="layers">Default all hidden layers.</param>
    public static Objective SoftNearestNeighbor(
        float weight = 100, Temperature? temperature = null, NeighborDistance distance = NeighborDistance.Cosine, LayerChoice layers = LayerChoice.AllHidden) =>
        weight * new Objective(new SoftNearestNeighborLoss { Temperature = temperature ?? Temperature.Annealed(), Distance = distance, Layers = layers });

    /// <summary>Cross-entropy and λ times the <see cref="CenterLoss"/>.</summary>
    /// <param name="lambda">0 or more. Default 0.5.</param>
    /// <param name="alpha">How fast centres follow; more than 0, at most 1. Default 0.5.</param>
    public static Objective Center(float lambda = 0.5f, float alpha = 0.5f) => CrossEntropy() + lambda * new Objective(new CenterLoss { Alpha = alpha });

    /// <summary>Cross-entropy with attraction and repulsion weighted apart; see <see cref="CategoricalCorelLoss"/>.</summary>
    /// <param name="lambda">The share of attraction, 0 to 1. Default 0.5.</param>
    public static Objective CategoricalCorel(float lambda = 0.5f) => new(new CategoricalCorelLoss { Lambda = lambda });

    /// <summary>Attraction and repulsion by angle; see <see cref="CosineCorelLoss"/>.</summary>
    /// <param name="lambda">The share of attraction, 0 to 1. Default 0.5.</param>
    public static Objective CosineCorel(float lambda = 0.5f) => new(new CosineCorelLoss { Lambda = lambda });

    /// <summary>Attraction and repulsion by distance; see <see cref="GaussianCorelLoss"/>.</summary>
    /// <param name="lambda">The share of attraction, 0 to 1. Default 0.5.</param>
    /// <param name="gamma">γ, greater than 0. Default ½.</param>
    /// <param name="learnGamma">Whether γ is learned. Default false.</param>
    public static Objective GaussianCorel(float lambda = 0.5f, float gamma = 0.5f, bool learnGamma = false) =>
        new(new GaussianCorelLoss { Lambda = lambda, Gamma = gamma, LearnGamma = learnGamma });

    /// <summary>What an autoencoder loses; see <see cref="ReconstructionLoss"/>.</summary>
    /// <param name="error">
    /// Default: decided by the training rows, binary cross-entropy where all features lie between 0 and 1, else the mean squared error.
    /// </param>
    public static Objective Reconstruction(ReconstructionError error = ReconstructionError.Auto) =>
        new(new ReconstructionLoss { Error = error });

    /// <summary>(1 - α) first + α second.</summary>
    /// <param name="alpha">0 to 1.</param>
    /// <param name="first">For example a reconstruction.</param>
    /// <param name="second">For example a margin.</param>
    public static Objective Mix(float alpha, Objective first, Objective second) => (1 - alpha) * first + alpha * second;

    /// <summary>The terms of both.</summary>
    /// <exception cref="ArgumentNullException">One of them is null.</exception>
    public static Objective operator +(Objective left, Objective right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new([.. left.Terms, .. right.Terms]);
    }

    /// <summary>All weights times a factor.</summary>
    /// <exception cref="ArgumentNullException">The objective is null.</exception>
    public static Objective operator *(float factor, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return new([.. objective.Terms.Select(term => term with { Weight = factor * term.Weight })]);
    }

    /// <summary>For example <c>1 cross-entropy + 0.01 row margin</c>.</summary>
    public override string ToString() => string.Join(" + ", Terms.Select(term => Invariant($"{term.Weight} {term.Loss.Name}")));

    /// <summary>What its losses look at.</summary>
    internal LossNeeds Needs => Terms.Aggregate(LossNeeds.None, (needs, term) => needs | term.Loss.Needs);

    /// <summary>The pairs of rows that its losses ask for; null for none.</summary>
    internal RowPairs? Pairs => Terms.Select(term => term.Loss.Pairs).FirstOrDefault(pairs => pairs is not null);

    /// <summary>Whether one of its losses compares embeddings by their angle.</summary>
    internal bool ComparesByAngle => Terms.Any(term => term.Loss.ComparesByAngle);

    /// <summary>How its classifier compares embeddings and classes.</summary>
    internal Similarity Similarity => Terms.Select(term => term.Loss.Similarity).FirstOrDefault(similarity => similarity is not null) ?? Similarity.Linear;

    internal IEnumerable<string> Faults()
    {
        if (Terms.Count == 0)
            yield return "Objective has no terms; at least one loss is needed.";
        else if (Terms.All(term => term.Weight == 0))
            yield return $"Objective ({this}) has no weight greater than 0: nothing would be learned.";
        else if (Terms.All(term => term.Weight == 0 || term.Loss is RowMarginLoss))
            yield return $"Objective ({this}) looks at no row; add a loss that does, for example Objective.CrossEntropy().";
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
            yield return "Two losses of the objective ask for different pairs of rows; give both the same.";
        ILoss[] deciding = [.. Terms.Select(term => term.Loss).Where(loss => loss.Similarity is not null)];
        if (deciding.Select(loss => loss.Similarity).Distinct().Count() > 1)
            yield return $"{string.Join(" and ", deciding.Select(loss => loss.Name))} each want a classifier of their own; an objective can have one of them.";
    }
}
