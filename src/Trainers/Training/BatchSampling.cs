namespace Disentangle.ML.Trainers;

/// <summary>How batches are drawn.</summary>
public enum BatchSampling
{
    /// <summary>In shuffled order.</summary>
    Shuffled,

    /// <summary>
    /// In shuffled order, and every batch is filled up to two labelled rows of each class that has two, taken in turn: for losses that
    /// compare rows of a class when few rows are labelled. Batches become slightly larger, and these rows are seen more often. Requires
    /// rows in memory.
    /// </summary>
    TwoOfEachClass,
}
