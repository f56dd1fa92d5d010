using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Trains joint autoencoders (JADE) on a scarce primary and a plentiful auxiliary set with the same classes. The fitted transformer adds
/// the content of the primary set's rows as a column. See <see cref="JointTrainingOptions"/> for the objective.
/// </summary>
public sealed class JointAutoencoderEstimator : IEstimator<JointAutoencoderTransformer>
{
    private readonly IHost _host;
    private readonly IDataView _auxiliary;
    private readonly JointAutoencoderOptions _options;
    private readonly string _content;
    private readonly string _input;
    private readonly string _label;

    /// <summary>Creates an estimator; <c>ml.Transforms.JointAutoencoder</c> is the usual way to create one.</summary>
    /// <param name="environment">The MLContext. Its seed is used when the options set none.</param>
    /// <param name="outputColumnName">The content: a vector of Single of known size.</param>
    /// <param name="inputColumnName">
    /// The images: a vector of Single of known size. Null: the same as <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="labelColumnName">A key or Boolean; a missing key marks an unlabelled row.</param>
    /// <param name="auxiliary">
    /// The plentiful set. Its columns have the same names unless the options set others. Its label has the type of the primary label and
    /// no additional values; classes are matched by value, in any order.
    /// </param>
    /// <param name="options">Default null: the defaults of <see cref="JointAutoencoderOptions"/>.</param>
    /// <exception cref="ArgumentException">A setting is out of range; the message lists all that are.</exception>
    public JointAutoencoderEstimator(IHostEnvironment environment, string outputColumnName, string? inputColumnName,
        string labelColumnName,
        IDataView auxiliary, JointAutoencoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName ?? outputColumnName, nameof(inputColumnName));
        ArgumentException.ThrowIfNullOrWhiteSpace(labelColumnName);
        ArgumentNullException.ThrowIfNull(auxiliary);
        _options = options ?? new JointAutoencoderOptions();
        _options.Validate();
        (int? gpu, bool fallback) = CatalogEnvironment.Gpu(environment);
        _options = _options with { Device = _options.Device.In(gpu, fallback) };
        string?[] others = [_options.StyleColumnName, _options.ScoreColumnName, _options.PredictedLabelColumnName,
            _options.ReconstructionColumnName];
        if (others.Contains(outputColumnName))
            throw new ArgumentException($"'{outputColumnName}' is the content column; the other output columns need other names.",
                nameof(options));
        _host = environment.Register(nameof(JointAutoencoderEstimator));
        (_content, _input, _label, _auxiliary) = (outputColumnName, inputColumnName ?? outputColumnName, labelColumnName, auxiliary);
    }

    /// <summary>Returns the schema that the fitted transformer produces.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Schemas.RequireFeatures(inputSchema, _input, stepSize: null);
        SchemaShape.Column label = Schemas.RequireLabel(inputSchema, _label);
        return OutputShape.Append(inputSchema, [_content, _options.StyleColumnName, _options.ScoreColumnName,
            _options.ReconstructionColumnName],
            _options.PredictedLabelColumnName, OutputShape.KeyValuesOf(label), scores: _options.ScoreColumnName);
    }

    /// <summary>Trains the autoencoders.</summary>
    /// <param name="input">The primary set. Both sets are read once and kept in memory.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing, of the wrong type or not of the size of its network's images, or the auxiliary label has a class that the
    /// primary label does not have.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// A pixel is NaN, infinite or, in mode <see cref="JointMode.Joint"/>, not between 0 and 1; a set has no rows; or fewer than two
    /// classes have rows.
    /// </exception>
    /// <exception cref="NonFiniteLossException">A loss or its gradient became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled before the first epoch finished.</exception>
    /// <exception cref="TimeoutException">
    /// <see cref="TrainingOptions.MaximumTime"/> was reached before the first epoch finished.
    /// </exception>
    public JointAutoencoderTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewRows primary = Rows(input, JointSide.Primary, _input, _label);
        string auxiliaryInput = _options.AuxiliaryInputColumnName ?? _input, auxiliaryLabel = _options.AuxiliaryLabelColumnName ?? _label;
        DataViewRows auxiliary = Rows(_auxiliary, JointSide.Auxiliary, auxiliaryInput, auxiliaryLabel);
        ClassLabels labels = primary.Labels!;
        if (labels.Count > Pieces.MaximumWidth)
            throw Schemas.WrongType(_label, "label", $"a key of {labels.Count} classes", $"a key of at most {Pieces.MaximumWidth}");
        if (labels.Count < 2)
            throw new InvalidDataException($"The label column '{_label}' has {labels.Count} class; training needs at least two.");
        int[] classes = Match(labels, auxiliary.Labels!, auxiliaryLabel);

        using IChannel channel = _host.Start("Training");
        var data = new JointTrainingData(Read(primary, label => label), Read(auxiliary, label => classes[label]), labels.Count,
            _options.ValidationData is null ? null : primary.ForValidation(_options.ValidationData));
        channel.Info(MessageSensitivity.None,
            $"{data.Primary.Count} primary rows of {primary.InputSize} features, {data.Auxiliary.Count} auxiliary rows of "
            + $"{auxiliary.InputSize}, {labels.Count} classes; mode {_options.Mode}.");
        JointTrainingResult result = JointAutoencoderTrainer.Train(
            data, _options, _host.Rand.Next(), progress => channel.Info(MessageSensitivity.None, progress.ToString()),
            warning => channel.Warning(MessageSensitivity.None, warning), message => channel.Info(MessageSensitivity.None, message));
        channel.InfoEnd(result.History, result.StopReason, result.BestEpoch);
        EncoderColumns columns = JointAutoencoderTransformer.Columns(_input, _content, _options, labels);
        return new JointAutoencoderTransformer(columns, auxiliaryInput, _options, result, JointSide.Primary);
    }

    private DataViewRows Rows(IDataView view, JointSide side, string input, string label)
    {
        var rows = new DataViewRows(view, input, length: null, label, stepSize: null, side == JointSide.Auxiliary ? "auxiliary data"
            : null);
        ImageSize image = _options.Network(side).Image;
        return rows.InputSize == image.Length
            ? rows
            : throw Schemas.WrongType(input, "feature", $"a vector of {rows.InputSize} values",
                $"one of {image.Length}, because {side}.Image is {image} (height x width x channels)");
    }

    /// <summary>Returns, for each auxiliary class, the index of the primary class with the same value.</summary>
    private int[] Match(ClassLabels primary, ClassLabels auxiliary, string auxiliaryLabel)
    {
        if (auxiliary.ValueType != primary.ValueType)
        {
            throw Schemas.WrongType(auxiliaryLabel, "auxiliary label", $"a label of {auxiliary.ValueType.Name}",
                $"of {primary.ValueType.Name}, as the primary label column '{_label}'");
        }
        Dictionary<string, int> indices = primary.Names.Select((name, index) => KeyValuePair.Create(name, index)).ToDictionary();
        return [.. auxiliary.Names.Select(name => indices.TryGetValue(name, out int index)
            ? index
            : throw new ArgumentOutOfRangeException(nameof(auxiliary),
                $"The auxiliary label column '{auxiliaryLabel}' has a class '{name}', "
                + $"which the primary label column '{_label}' does not have; its classes are "
                + $"{string.Join(", ", primary.Names.Take(20))}. Remove such rows before mapping labels to keys."))];
    }

    private RowStore Read(DataViewRows source, Func<int, int> toClass)
    {
        var store = new RowStore();
        using IRowCursor cursor = source.Open();
        while (cursor.MoveNext())
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<float> features = cursor.ReadFeatures();
            int label = cursor.ReadLabel();
            features.CopyTo(store.Add(label < 0 ? -1 : toClass(label), features.Length));
        }
        return store;
    }
}
