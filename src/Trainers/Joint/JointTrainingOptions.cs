using Disentangle.ML.Tensors;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Training options for joint autoencoders (JADE, Banijamali et al. 2017). With X the primary and Y the auxiliary set, z a sample from a
/// posterior, sums over pixels and latent dimensions, and means over the rows of a batch, training minimises BCE(x, x̂) + BCE(y, ŷ) +
/// KL(style_x ‖ N(0, I)) + KL(style_y ‖ N(0, I)) + KL(content_y ‖ N(0, I)) + KL(content_x ‖ content_y) + w_Y CE(class of y | z of
/// content_y) + w_X CE(class of x | z of content_x), where x and y are a pair of the same class.
/// </summary>
public record JointTrainingOptions : TrainingOptions
{
    private readonly ValueList<int> _classifierHidden = new([500, 500, 500]);

    /// <summary>
    /// Creates options with the paper's settings: 300 epochs, batches of 100 pairs, Adam with β₁ = 0.1, and learning rates 1e-3, 3e-4 and
    /// 1e-4, each for a third of the epochs.
    /// </summary>
    public JointTrainingOptions()
    {
        Epochs = 300;
        BatchSize = 100;
        Optimizer = new AdamOptions { Beta1 = 0.1f };
        Schedule = new LearningRateSchedule { Decay = LearningRateDecay.Stages, Stages = [1, 0.3f, 0.1f] };
    }

    /// <summary>The primary set's network. Default: that of the paper for house numbers, 32 x 32 x 3.</summary>
    public ConvolutionalVariationalAutoencoder Primary { get; init; } = ConvolutionalVariationalAutoencoder.HouseNumbers;

    /// <summary>
    /// The auxiliary set's network, with a content of the same size. Default: that of the paper for handwritten digits, 28 x 28 x 1.
    /// </summary>
    public ConvolutionalVariationalAutoencoder Auxiliary { get; init; } = ConvolutionalVariationalAutoencoder.Digits;

    /// <summary>Which model is trained. Default: JADE.</summary>
    public JointMode Mode { get; init; }

    /// <summary>
    /// w_X, the weight of the primary rows' cross-entropy. 0 or more. The other terms are sums over all pixels, so values from hundreds to
    /// tens of thousands are typical. Default 1000.
    /// </summary>
    public float PrimaryClassificationWeight { get; init; } = 1000;

    /// <summary>w_Y, the weight of the auxiliary rows' cross-entropy. 0 or more. Default 100.</summary>
    public float AuxiliaryClassificationWeight { get; init; } = 100;

    /// <summary>The sizes of the shared classifier's hidden layers, with ReLU; empty for none. Default: three of 500.</summary>
    public IReadOnlyList<int> ClassifierHidden { get => _classifierHidden; init => _classifierHidden = new(value); }

    /// <summary>The dropout after each hidden layer of the classifier; 0 or more, less than 1. Default 0.5.</summary>
    public float ClassifierDropout { get; init; } = 0.5f;

    /// <summary>The network of a side.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="side"/> is not a defined value.</exception>
    public ConvolutionalVariationalAutoencoder Network(JointSide side) => side switch
    {
        JointSide.Primary => Primary,
        JointSide.Auxiliary => Auxiliary,
        _ => throw new ArgumentOutOfRangeException(nameof(side), $"The side is {side}; it must be Primary or Auxiliary."),
    };

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults() =>
    [
        .. base.Faults(),
        .. ArchitectureFaults(),
        .. WeightFaults(nameof(PrimaryClassificationWeight), PrimaryClassificationWeight),
        .. WeightFaults(nameof(AuxiliaryClassificationWeight), AuxiliaryClassificationWeight),
    ];

    /// <summary>Describes what is wrong with the settings that a trained model still needs.</summary>
    internal IEnumerable<string> ArchitectureFaults()
    {
        if (Primary is null)
            yield return "Primary is null; ConvolutionalVariationalAutoencoder.HouseNumbers is the default.";
        if (Auxiliary is null)
            yield return "Auxiliary is null; ConvolutionalVariationalAutoencoder.Digits is the default.";
        foreach (string fault in (IEnumerable<string>)
        [
            .. Primary?.Faults(nameof(Primary)) ?? [],
            .. Auxiliary?.Faults(nameof(Auxiliary)) ?? [],
            .. SettingFaults.Defined(nameof(Mode), Mode),
            .. SettingFaults.LayerSizes(nameof(ClassifierHidden), ClassifierHidden),
            .. SettingFaults.DropoutRate(nameof(ClassifierDropout), ClassifierDropout),
        ])
        {
            yield return fault;
        }
        if (Primary is not null && Auxiliary is not null && Primary.Content != Auxiliary.Content)
            yield return $"Primary.Content is {Primary.Content} and Auxiliary.Content is {Auxiliary.Content}; "
                + "one classifier reads both, so they must agree.";
    }

    private static IEnumerable<string> WeightFaults(string name, float weight)
    {
        if (!(weight >= 0) || float.IsInfinity(weight))
            yield return Invariant($"{name} is {weight}; it must be 0 or more.");
    }
}
