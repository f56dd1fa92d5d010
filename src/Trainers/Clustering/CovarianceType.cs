namespace Disentangle.ML.Trainers;

/// <summary>The form of the covariances of a Gaussian mixture with D features and K components.</summary>
public enum CovarianceType
{
    /// <summary>Every component has its own symmetric matrix: ellipsoids in any direction. K D (D + 1) / 2 parameters.</summary>
    Full,

    /// <summary>All components share one symmetric matrix. D (D + 1) / 2 parameters.</summary>
    Tied,

    /// <summary>Every component has one variance per feature: ellipsoids along the axes. K D parameters.</summary>
    Diagonal,

    /// <summary>Every component has one variance: spheres. K parameters.</summary>
    Spherical,
}
