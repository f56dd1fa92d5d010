namespace Disentangle.ML.Trainers;

/// <summary>Which model is trained: JADE, or one of the classifiers it is compared with.</summary>
public enum JointMode
{
    /// <summary>Two variational autoencoders and the shared classifier on their contents.</summary>
    Joint,

    /// <summary>
    /// Both sets' convolutions and the mean of their contents, with the shared classifier; no decoders, no latent noise.
    /// </summary>
    Paired,

    /// <summary>
    /// The primary set's convolutions and the mean of its content, with the classifier; the auxiliary rows only determine the length of an
    /// epoch.
    /// </summary>
    Single,
}
