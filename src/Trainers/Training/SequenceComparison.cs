namespace Disentangle.ML.Trainers;

/// <summary>How sequences of different lengths become vectors of one size, to find the nearest ones.</summary>
public enum SequenceComparison
{
    /// <summary>The steps, interpolated at 32 evenly spaced times.</summary>
    Resampled,

    /// <summary>
    /// The running sums of the steps, interpolated at 32 evenly spaced times and centred: for steps that are differences, such as pen strokes.
    /// </summary>
    Path,

    /// <summary>The mean of the steps: for word vectors.</summary>
    Mean,
}
