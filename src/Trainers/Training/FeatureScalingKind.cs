namespace Disentangle.ML.Trainers;

/// <summary>The kind of feature scaling.</summary>
public enum FeatureScalingKind
{
    /// <summary>
    /// Chosen from the training rows: <see cref="AsGiven"/> if all values lie between -1 and 1; <see cref="Common"/> if no feature's range
    /// is more than three times the median range, as for pixels, spectra or similar scores; <see cref="Standardized"/> otherwise, as for
    /// tables of mixed columns. Constant features are ignored.
    /// </summary>
    Auto,

    /// <summary>Features are not scaled.</summary>
    AsGiven,

    /// <summary>
    /// x - mean of the feature, divided by one number for all features, the root of the mean variance. Ratios of distances are preserved.
    /// </summary>
    Common,

    /// <summary>(x - mean) / standard deviation of the feature; 0 if the feature is constant.</summary>
    Standardized,

    /// <summary>(x - minimum) / (maximum - minimum) of the feature; 0 if the feature is constant.</summary>
    MinMax,

    /// <summary>The leading principal components of the features, each divided by the standard deviation of the first.</summary>
    PrincipalComponents,
}
