namespace Disentangle.ML.Trainers;

/// <summary>What the covariances of a Gaussian mixture may look like; D is the number of features, K of components.</summary>
public enum CovarianceType
{
    /// <summary>Every component has its own symmetric matrix: ellipsoids of any direction. K D (D + 1) / 2 parameters.</summary>
    Full,

    /// <summary>All components share one symmetric matrix. D (D + 1) / 2 parameters.</summary>
    Tied,

    /// <summary>Every component has one variance a feature: ellipsoids along the axes. K D parameters.</summary>
    Diagonal,

    /// <summary>Every component has one variance: spheres. K parameters.</summary>
    Spherical,
}
