namespace Disentangle.ML.Trainers;

/// <summary>
/// How the learning rate decays over training. It is multiplied with a linear warm-up. For streamed rows, whose number is unknown during
/// the first epoch, linear and cosine decay begin after that epoch.
/// </summary>
public enum LearningRateDecay
{
    /// <summary>Constant.</summary>
    Constant,

    /// <summary>Linear decay to 0 at the end of the last epoch.</summary>
    Linear,

    /// <summary>Half a cosine wave to 0 at the end of the last epoch.</summary>
    Cosine,

    /// <summary>Multiplied by a factor every few epochs.</summary>
    Step,

    /// <summary>A list of factors, each for an equal share of training.</summary>
    Stages,
}
