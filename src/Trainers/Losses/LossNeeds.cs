namespace Disentangle.ML.Trainers;

/// <summary>What a loss uses besides the embedding.</summary>
[Flags]
public enum LossNeeds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Labels.</summary>
    Labels = 1,

    /// <summary>A classifier on top of the embedding.</summary>
    Classifier = 2,

    /// <summary>A decoder; only autoencoders have one.</summary>
    Decoder = 4,
}
