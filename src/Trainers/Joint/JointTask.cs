using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Trains joint autoencoders.</summary>
internal sealed class JointTask(
    Engine engine, JointAutoencoder model, JointTrainingData data, JointTrainingOptions options, Action<string>? onMessage = null)
    : ITrainingTask<JointBatch>
{
    /// <summary>Options for the types of <see cref="JointJsonContext"/>.</summary>
    public static JsonSerializerOptions Json { get; } = SettingsJson.KeepDefaults(JointJsonContext.Default);

    private readonly DeviceRows _device = new();
    private JointBatch _batch = null!;
    private RowPartition _partition;
    private JointBatches _batches = null!;

    public IReadOnlyList<Parameter> Parameters => model.Parameters;

    public IReadOnlyList<LossTerm> Terms { get; } = [.. TermsOf(options)];

    public IEnumerable<IRowSource> Rows => [data.Primary, data.Auxiliary];

    public IRowSource? ValidationRows => data.Validation;

    public string Shape => $"{model.ClassCount}";

    public JsonTypeInfo SettingsType => Json.GetTypeInfo(typeof(JointTrainingOptions));

    public IReadOnlyList<LossTerm> ValidationTerms { get; } = [PrimaryClassification(options)];

    public int? BatchesPerEpoch => _batches.Count;

    public bool RowsOnDevice => _device.Any;

    public bool Validates => data.Validation is not null || options.ValidationFraction > 0;

    public void Begin(TrainingState state)
    {
        _partition = new RowPartition(options.ValidationFraction, state.Seed);
        _batches = new JointBatches(data, _partition, options, state.Seed);
        if (options.Mode != JointMode.Single && !_batches.HavePairs)
            throw new InvalidDataException(
                "No class has rows in both sets: the primary training rows and the auxiliary rows share no label.");
        _batch = CreateBatch();
        (int primary, int auxiliary) = (options.Primary.Image.Length, options.Auxiliary.Image.Length);
        IRowSource? usedAuxiliary = options.Mode == JointMode.Single ? null : data.Auxiliary;
        _device.Upload(engine, options, [(data.Primary, primary), (usedAuxiliary, auxiliary), (data.Validation, primary)], obstacle: null,
            onMessage);
    }

    public JointBatch CreateBatch() => new(
        new InputShape(options.Primary.Image.Length, IsSequence: false),
        new InputShape(options.Auxiliary.Image.Length, IsSequence: false), _device);

    public IEnumerable<JointBatch> Epoch(int epoch) => _batches.Epoch(epoch, _batch);

    public IEnumerable<JointBatch> Validation()
    {
        _batch.Clear();
        foreach (RowBatch rows in Batches.Validation(data.Primary, _partition, data.Validation, options.BatchSize, _batch.Primary))
        {
            _batch.Count = rows.Count;
            yield return _batch;
        }
    }

    public Tensor[] Losses(JointBatch batch, int epoch)
    {
        if (options.Mode == JointMode.Joint)
            return JointLosses(batch);
        var primary = Classification(JointSide.Primary, batch.Primary, out _);
        return options.Mode == JointMode.Single ? [primary] : [Classification(JointSide.Auxiliary, batch.Auxiliary, out _), primary];
    }

    public Tensor[] ValidationLosses(JointBatch batch, int epoch, out Tensor? logits) =>
        [Classification(JointSide.Primary, batch.Primary, out logits)];

    private static IEnumerable<LossTerm> TermsOf(JointTrainingOptions options)
    {
        LossTerm[] classification = [new("auxiliary cross-entropy", options.AuxiliaryClassificationWeight),
            PrimaryClassification(options)];
        return options.Mode switch
        {
            JointMode.Single => classification[1..],
            JointMode.Paired => classification,
            _ =>
            [
                new("primary reconstruction", 1), new("auxiliary reconstruction", 1), new("primary style", 1), new("auxiliary style", 1),
                new("auxiliary content", 1), new("content match", 1), .. classification,
            ],
        };
    }

    private static LossTerm PrimaryClassification(JointTrainingOptions options) =>
        new("primary cross-entropy", options.PrimaryClassificationWeight);

    private Tensor[] JointLosses(JointBatch batch)
    {
        SideOutputs? x = Run(JointSide.Primary, batch.Primary), y = Run(JointSide.Auxiliary, batch.Auxiliary);
        Tensor zero = engine.Fill(Tensors.Shape.Scalar, 0);
        Tensor Prior(GaussianCode? code) => code is null ? zero : engine.Mean(GaussianDivergence.FromStandardNormal(engine, code));
        return
        [
            x?.Reconstruction ?? zero, y?.Reconstruction ?? zero, Prior(x?.Code.Style), Prior(y?.Code.Style),
            Prior(y?.Code.Content), x is null ? zero : Match(x.Code.Content, y?.Code.Content, batch.Pairs), y?.CrossEntropy ?? zero,
                x?.CrossEntropy ?? zero,
        ];
    }

    /// <summary>Runs the rows of a side through its autoencoder and the classifier; null if there are none.</summary>
    private SideOutputs? Run(JointSide side, RowBatch rows)
    {
        if (rows.Count == 0)
            return null;
        ConvolutionalVariationalModule module = model.Variational(side);
        Tensor input = rows.ToInput(engine).Values;
        VariationalCode code = module.Encode(engine, input);
        Tensor content = code.Content.Draw(engine);
        Tensor images = module.Decode(engine, code.Style.Draw(engine), content);
        // The operation returns the mean over pixels; the bound uses their sum.
        Tensor reconstruction = images.Shape[1] * engine.BinaryCrossEntropyWithLogits(images, input);
        return new SideOutputs(code, reconstruction, engine.SoftmaxCrossEntropy(model.Logits(engine, content), rows.Labels));
    }

    /// <summary>
    /// The divergence of each primary row's content from that of its partner, which has the same row index, or from N(0, I) without a
    /// partner; averaged over the primary rows.
    /// </summary>
    private Tensor Match(GaussianCode x, GaussianCode? y, int pairs)
    {
        int rows = x.Mean.Shape[0];
        var divergences = new List<Tensor>();
        if (y is not null && pairs > 0)
            divergences.Add(GaussianDivergence.Between(engine, Part(x, 0, pairs), Part(y, 0, pairs)));
        if (pairs < rows)
            divergences.Add(GaussianDivergence.FromStandardNormal(engine, Part(x, pairs, rows - pairs)));
        return divergences.Select(engine.Sum).Aggregate((left, right) => left + right) / rows;
    }

    private GaussianCode Part(GaussianCode code, int start, int rows) => rows == code.Mean.Shape[0]
        ? code
        : new GaussianCode(engine.Slice(code.Mean, 0, start, rows), engine.Slice(code.LogVariance, 0, start, rows));

    /// <summary>The cross-entropy of the classifier, computed on the means of the contents.</summary>
    private Tensor Classification(JointSide side, RowBatch rows, out Tensor? logits)
    {
        logits = null;
        if (rows.Count == 0)
            return engine.Fill(Tensors.Shape.Scalar, 0);
        ContentModule module = model.Content(side);
        logits = model.Logits(engine, module.Mean.Forward(engine, module.Features(engine, rows.ToInput(engine).Values)));
        return engine.SoftmaxCrossEntropy(logits, rows.Labels);
    }

    private sealed record SideOutputs(VariationalCode Code, Tensor Reconstruction, Tensor CrossEntropy);
}
