using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>
/// What training minimises: a sum of weighted losses, L = Σ_t weight_t · loss_t. Put together with +:
/// <c>Objective.CrossEntropy() + Objective.RowMargin(weight: 0.01f, margin: 5)</c>.
/// </summary>
public sealed class Objective
{
    /// <summary>An objective of these terms; one of your own losses alone is <c>new Objective([loss])</c>.</summary>
    public Objective(IReadOnlyList<ILossTerm> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        Terms = [.. terms];
    }

    /// <summary>The losses it adds up.</summary>
    public IReadOnlyList<ILossTerm> Terms { get; }

    /// <summary>Cross-entropy of the classifier: binary for two classes, softmax for more.</summary>
    /// <param name="weight">0 or more. Default 1.</param>
    public static Objective CrossEntropy(float weight = 1) => new([new CrossEntropyLoss { Weight = weight }]);

    /// <summary>The margin between the embedding's weight rows (Forced to Learn, L_single); see <see cref="RowMarginLoss"/>.</summary>
    /// <param name="weight">0 or more. The loss is a sum over all pairs of neurons, so small weights are usual. Default 0.01.</param>
    /// <param name="margin">Greater than 0, in nats. Default 5.</param>
    public static Objective RowMargin(float weight = 0.01f, float margin = 5) => new([new RowMarginLoss { Weight = weight, Margin = margin }]);

    /// <summary>The terms of both.</summary>
    public static Objective operator +(Objective left, Objective right) => new([.. left.Terms, .. right.Terms]);

    /// <summary>For example <c>1 cross-entropy + 0.01 row margin</c>.</summary>
    public override string ToString() => string.Join(" + ", Terms.Select(term => Invariant($"{term.Weight} {term.Name}")));

    internal IEnumerable<string> Faults()
    {
        if (Terms.Count == 0)
            yield return "Objective has no terms; at least one loss is needed.";
        foreach (ILossTerm term in Terms)
        {
            if (!(term.Weight >= 0) || float.IsInfinity(term.Weight))
                yield return Invariant($"The weight of {term.Name} is {term.Weight}; it must be 0 or more.");
            foreach (string fault in term.Faults())
                yield return fault;
        }
        foreach (var repeated in Terms.GroupBy(term => term.Name).Where(group => group.Count() > 1))
            yield return $"Objective has {repeated.Count()} terms named '{repeated.Key}'; names must differ.";
    }
}
