using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// The networks of two sets and their shared classifier, with weights. Encoding does not modify it, so any number of
/// <see cref="JointEncoderSession"/>s may share it.
/// </summary>
public sealed class JointAutoencoder
{
    private readonly (ContentModule Content, ConvolutionalVariationalModule? Whole)[] _sides;
    private readonly DenseStack _classifier;
    private readonly JointTrainingOptions _options;

    /// <summary>Creates networks with random weights.</summary>
    /// <param name="engine">The engine that creates the parameters.</param>
    /// <param name="options">The architecture and the mode.</param>
    /// <param name="classCount">The number of classes, at least 2.</param>
    /// <param name="seed">The seed of the weights.</param>
    public JointAutoencoder(Engine engine, JointTrainingOptions options, int classCount, int seed = 0)
        : this(engine, options, classCount, new Random(seed))
    {
    }

    private JointAutoencoder(Engine engine, JointTrainingOptions options, int classCount, Random random)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        _options = options;
        Mode = options.Mode;
        ClassCount = classCount;
        ContentSize = options.Primary.Content;
        Networks = Mode == JointMode.Single ? [options.Primary] : [options.Primary, options.Auxiliary];
        _sides = [.. Networks.Select(network => Build(engine, network, random))];
        DenseSettings[] layers = [.. DenseStack.Hidden(options.ClassifierHidden, Activation.ReLU),
            new("logits", classCount, Activation.Identity)];
        _classifier = new DenseStack(engine, ContentSize, layers, options.Primary.Initialization, random, options.ClassifierDropout);
        Parameters =
        [
            .. _sides.SelectMany((side, i) => Named((JointSide)i, side.Whole?.Parameters ?? side.Content.Parameters)),
            .. Named("classifier", _classifier.Parameters),
        ];
    }

    /// <summary>Which parts are trained.</summary>
    public JointMode Mode { get; }

    /// <summary>The number of classes.</summary>
    public int ClassCount { get; }

    /// <summary>The number of values in a content.</summary>
    public int ContentSize { get; }

    /// <summary>The weights and biases of both networks and the classifier, in a fixed order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Copies the model to another engine.</summary>
    /// <param name="engine">The engine that creates the parameters.</param>
    public JointAutoencoder On(Engine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var copy = new JointAutoencoder(engine, _options, ClassCount, WeightStore.NoRandom());
        WeightStore.Copy(Parameters, engine, copy.Parameters);
        return copy;
    }

    /// <summary>The networks of the sides; only the primary one in mode <see cref="JointMode.Single"/>.</summary>
    internal IReadOnlyList<ConvolutionalVariationalAutoencoder> Networks { get; }

    /// <summary>The shape of a side's rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The model does not have this side, because <see cref="Mode"/> is <see cref="JointMode.Single"/>.
    /// </exception>
    public InputShape Input(JointSide side) => new(Network(side).Image.Length, IsSequence: false);

    /// <summary>The number of values in a style; 0 unless the mode is <see cref="JointMode.Joint"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The model does not have this side, because <see cref="Mode"/> is <see cref="JointMode.Single"/>.
    /// </exception>
    public int StyleSize(JointSide side) => Mode == JointMode.Joint ? Network(side).Style : 0;

    /// <summary>The layers of a side up to the mean of the content.</summary>
    internal ContentModule Content(JointSide side) => _sides[(int)side].Content;

    /// <summary>All layers of a side; only in mode <see cref="JointMode.Joint"/>.</summary>
    internal ConvolutionalVariationalModule Variational(JointSide side) => _sides[(int)side].Whole
        ?? throw new InvalidOperationException($"The model was trained in mode {Mode}, which has no style and no reconstruction.");

    /// <summary>Maps [rows x content] to [rows x classes], before the softmax.</summary>
    internal Tensor Logits(Engine engine, Tensor content) => _classifier.Forward(engine, content, []);

    private ConvolutionalVariationalAutoencoder Network(JointSide side)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((int)side, Networks.Count, nameof(side));
        return Networks[(int)side];
    }

    private (ContentModule, ConvolutionalVariationalModule?) Build(Engine engine, ConvolutionalVariationalAutoencoder network,
        Random random)
    {
        if (Mode != JointMode.Joint)
            return (network.BuildContent(engine, network.Image.Length, random), null);
        ConvolutionalVariationalModule whole = network.Build(engine, network.Image.Length, random);
        return (whole.Content, whole);
    }

    /// <summary>Prefixes parameter names, which are the same in both networks.</summary>
    private static IEnumerable<Parameter> Named<T>(T owner, IEnumerable<Parameter> parameters) =>
        parameters.Select(parameter => new Parameter($"{owner}.{parameter.Name}", parameter.Value));
}
