using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>What is done to features of different scales.</summary>
public enum FeatureScalingKind
{
    /// <summary>
    /// Decided by the training rows: <see cref="AsGiven"/> where all values lie between -1 and 1; <see cref="Common"/> where the range of no feature is more than
    /// three times the median range, as for pixels, spectra or scores of one kind; <see cref="Standardized"/> otherwise, as for tables of mixed columns.
    /// Ranges are those of the features that are not constant.
    /// </summary>
    Auto,

    /// <summary>Nothing.</summary>
    AsGiven,

    /// <summary>x - mean of the feature, divided by one number for all: the root of the mean variance. Proportions of distances stay.</summary>
    Common,

    /// <summary>(x - mean) / standard deviation of the feature; 0 where the feature is constant.</summary>
    Standardized,

    /// <summary>(x - minimum) / (maximum - minimum) of the feature; 0 where the feature is constant.</summary>
    MinMax,

    /// <summary>The leading principal components of the features, each divided by the deviation of the first.</summary>
    PrincipalComponents,
}

/// <summary>
/// How features are scaled before anything else sees them. It decides which rows are neighbours, and what the network reads; the scale is fitted on the training
/// rows and saved with the model. The columns of the data stay as they are.
/// </summary>
/// <param name="Kind">What is done.</param>
/// <param name="Components">The number of principal components; 0 for all other kinds.</param>
public sealed record FeatureScaling(FeatureScalingKind Kind, int Components = 0)
{
    /// <summary>Decided by the training rows; see <see cref="FeatureScalingKind.Auto"/>.</summary>
    public static FeatureScaling Auto { get; } = new(FeatureScalingKind.Auto);

    /// <summary>Features as they are given.</summary>
    public static FeatureScaling AsGiven { get; } = new(FeatureScalingKind.AsGiven);

    /// <summary>Centred, and divided by one number for all features.</summary>
    public static FeatureScaling Common { get; } = new(FeatureScalingKind.Common);

    /// <summary>Every feature with mean 0 and variance 1.</summary>
    public static FeatureScaling Standardized { get; } = new(FeatureScalingKind.Standardized);

    /// <summary>Every feature between 0 and 1.</summary>
    public static FeatureScaling MinMax { get; } = new(FeatureScalingKind.MinMax);

    /// <summary>Principal components.</summary>
    /// <param name="count">How many; at least 1. No more than there are features are used.</param>
    public static FeatureScaling PrincipalComponents(int count) => new(FeatureScalingKind.PrincipalComponents, count);

    /// <summary>For example <c>Standardized</c> or <c>PrincipalComponents 50</c>.</summary>
    public override string ToString() => Kind == FeatureScalingKind.PrincipalComponents ? $"{Kind} {Components}" : Kind.ToString();

    internal IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Kind))
            yield return Invariant($"Scaling is {(int)Kind}, which is no kind of scaling.");
        else if (Kind == FeatureScalingKind.PrincipalComponents ? Components < 1 : Components != 0)
        {
            yield return Kind == FeatureScalingKind.PrincipalComponents
                ? $"Scaling asks for {Components} principal components; it must be at least 1."
                : $"Scaling is {Kind} with {Components} components; only principal components have a number.";
        }
    }
}
