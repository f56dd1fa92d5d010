namespace Disentangle.ML.Trainers;

/// <summary>
/// How features are scaled before training and encoding. Scaling affects which rows are neighbours and what the network reads. It is
/// fitted on the training rows and saved with the model. The columns of the data are not changed.
/// </summary>
/// <param name="Kind">The kind of scaling.</param>
/// <param name="Components">The number of principal components; 0 for all other kinds.</param>
public sealed record FeatureScaling(FeatureScalingKind Kind, int Components = 0)
{
    /// <summary>Chosen from the training rows; see <see cref="FeatureScalingKind.Auto"/>.</summary>
    public static FeatureScaling Auto { get; } = new(FeatureScalingKind.Auto);

    /// <summary>No scaling.</summary>
    public static FeatureScaling AsGiven { get; } = new(FeatureScalingKind.AsGiven);

    /// <summary>Centred, and divided by one number for all features.</summary>
    public static FeatureScaling Common { get; } = new(FeatureScalingKind.Common);

    /// <summary>Every feature with mean 0 and variance 1.</summary>
    public static FeatureScaling Standardized { get; } = new(FeatureScalingKind.Standardized);

    /// <summary>Every feature between 0 and 1.</summary>
    public static FeatureScaling MinMax { get; } = new(FeatureScalingKind.MinMax);

    /// <summary>Principal components.</summary>
    /// <param name="count">The number of components. At least 1; capped at the number of features.</param>
    public static FeatureScaling PrincipalComponents(int count) => new(FeatureScalingKind.PrincipalComponents, count);

    /// <summary>For example <c>Standardized</c> or <c>PrincipalComponents 50</c>.</summary>
    public override string ToString() => Kind == FeatureScalingKind.PrincipalComponents ? $"{Kind} {Components}" : Kind.ToString();

    internal IEnumerable<string> Faults()
    {
        foreach (string fault in SettingFaults.Defined("Scaling", Kind))
            yield return fault;
        if (!Enum.IsDefined(Kind))
            yield break;
        if (Kind == FeatureScalingKind.PrincipalComponents ? Components < 1 : Components != 0)
        {
            yield return Kind == FeatureScalingKind.PrincipalComponents
                ? $"Scaling asks for {Components} principal components; it must be at least 1."
                : $"Scaling is {Kind} with {Components} components; only PrincipalComponents has a number of components.";
        }
    }
}
