namespace Disentangle.ML.Evaluators;

/// <summary>What an <see cref="UnsupervisedScore"/> needs besides a clustering.</summary>
[Flags]
public enum UnsupervisedNeeds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Other clusterings of the same rows, for example with other seeds.</summary>
    OtherClusterings = 1,

    /// <summary>A coarse label of the rows, for example the training label of the encoder.</summary>
    CoarseClasses = 2,

    /// <summary>The mutual neighbours of the rows in the input.</summary>
    Neighbors = 4,
}
