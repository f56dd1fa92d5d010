using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Trains an encoder with a classifier on top of it from rows of which some or all have a label, and gives a transformer that adds the embedding (the
/// output of the layer below the classifier) as a column.
/// </summary>
public sealed class DisentangleEncoderEstimator : IEstimator<DisentangleEncoderTransformer>
{
    internal static class Defaults
    {
        public const string LabelColumnName = "Label";
    }

    private readonly IHost _host;
    private readonly DisentangleEncoderOptions _options;
    private readonly string _output;
    private readonly string _input;
    private readonly string _label;

    /// <summary>An estimator; <c>ml.Transforms.DisentangleEncoder</c> is the usual way to one.</summary>
    /// <param name="environment">The MLContext. Its seed decides the training where the options give none.</param>
    /// <param name="outputColumnName">The embedding: a vector of Single of known size.</param>
    /// <param name="inputColumnName">The features: a vector of Single of known size. Default null: as <paramref name="outputColumnName"/>.</param>
    /// <param name="labelColumnName">A key or Boolean; a missing key is a row without label. Default <c>Label</c>.</param>
    /// <param name="options">Default null: the defaults of <see cref="DisentangleEncoderOptions"/>.</param>
    /// <exception cref="ArgumentException">A setting is out of range; the message lists all that are.</exception>
    public DisentangleEncoderEstimator(IHostEnvironment environment, string outputColumnName, string? inputColumnName = null,
        string labelColumnName = Defaults.LabelColumnName, DisentangleEncoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(labelColumnName);
        _host = environment.Register(nameof(DisentangleEncoderEstimator));
        _options = options ?? new DisentangleEncoderOptions();
        _options.Validate();
        _output = outputColumnName;
        _input = inputColumnName ?? outputColumnName;
        _label = labelColumnName;
        if (_output == _options.ScoreColumnName || _output == _options.PredictedLabelColumnName)
            throw new ArgumentException($"'{_output}' is the embedding's column; the score and the predicted label need other names.", nameof(options));
    }

    /// <summary>The schema after the transformer, for a pipeline to check.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column features = Schemas.Column(inputSchema, _input, "feature");
        bool sized = features.Kind == SchemaShape.Column.VectorKind.Vector;
        bool sequence = _options.Network.StepSize is not null && features.Kind == SchemaShape.Column.VectorKind.VariableVector;
        if (!(sized || sequence) || features.ItemType != NumberDataViewType.Single)
        {
            string actual = features.Kind switch
            {
                SchemaShape.Column.VectorKind.Scalar => $"one {features.ItemType}",
                SchemaShape.Column.VectorKind.Vector => $"a vector of {features.ItemType}",
                _ => $"a vector of {features.ItemType} of unknown size",
            };
            throw Schemas.WrongType(_input, "feature", actual, Schemas.FeatureTypes(_options.Network));
        }
        if (_options.LengthColumnName is { } lengthName)
        {
            SchemaShape.Column length = Schemas.Column(inputSchema, lengthName, "length");
            if (length.Kind != SchemaShape.Column.VectorKind.Scalar || length.IsKey || !LengthColumn.Supports(length.ItemType.RawType))
                throw Schemas.WrongType(lengthName, "length", $"{length.Kind} of {length.ItemType}", LengthColumn.Types);
        }
        SchemaShape.Column label = Schemas.Column(inputSchema, _label, "label");
        if (label.Kind != SchemaShape.Column.VectorKind.Scalar || !(label.IsKey || label.ItemType == BooleanDataViewType.Instance))
            throw Schemas.WrongType(_label, "label", $"{label.Kind} of {label.ItemType}", ClassLabels.LabelTypes);

        var columns = inputSchema.ToDictionary(column => column.Name);
        foreach (SchemaShape.Column added in OutputShape.Create(_output, _options, label))
            columns[added.Name] = added;
        return new SchemaShape(columns.Values);
    }

    /// <summary>Trains the encoder.</summary>
    /// <param name="input">Passed over once.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="ArgumentException">A setting does not fit the data.</exception>
    /// <exception cref="InvalidDataException">A feature is NaN or infinite, there are no rows, or fewer than two classes have rows.</exception>
    /// <exception cref="NonFiniteLossException">A loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public DisentangleEncoderTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        FeatureColumns features = FeatureColumns.Find(input.Schema, _input, _options.LengthColumnName, _options.Network);
        DataViewSchema.Column label = Schemas.Column(input.Schema, _label, "label");
        int size = features.InputSize(_options.Network);
        ClassLabels labels = ClassLabels.Of(label);
        if (labels.Count > Pieces.MaximumWidth)
            throw Schemas.WrongType(_label, "label", $"a key of {labels.Count} classes", $"a key of at most {Pieces.MaximumWidth}");

        using IChannel channel = _host.Start("Training");
        RowStore rows = Read(input, features, label, size, labels);
        int labelled = Enumerable.Range(0, rows.Count).Count(row => rows.Label(row) >= 0);
        channel.Info(MessageSensitivity.None,
            $"{rows.Count} rows of {size} features, {labelled} of them labelled, {labels.Count} classes; minimising {_options.Objective}.");
        (Trainers.Encoder encoder, IReadOnlyList<TrainingProgress> history) = EncoderTrainer.Train(rows, size, labels.Count, _options, _host.Rand.Next(),
            progress => channel.Info(MessageSensitivity.None, progress.ToString()));
        return new DisentangleEncoderTransformer(encoder, new EncoderColumns(_input, _options.LengthColumnName, _output, _options.ScoreColumnName, _options.PredictedLabelColumnName, labels),
            _options, history);
    }

    private RowStore Read(IDataView input, FeatureColumns features, DataViewSchema.Column label, int size, ClassLabels labels)
    {
        if (labels.Count < 2)
            throw new InvalidDataException($"The label column '{_label}' has {labels.Count} class; at least two are needed to learn from.");

        var rows = new RowStore();
        var seen = new HashSet<int>();
        using DataViewRowCursor cursor = input.GetRowCursor([.. features.All, label]);
        Func<int> labelOf = ClassLabels.Reader(cursor, label);
        var reader = new FeatureReader(cursor, features, new InputShape(size, _options.Network.StepSize is not null));
        while (cursor.MoveNext())
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            int value = labelOf();
            if (value >= 0)
                seen.Add(value);
            ReadOnlySpan<float> values = reader.Read();
            values.CopyTo(rows.Add(value, values.Length));
        }
        if (rows.Count == 0)
            throw new InvalidDataException("The data have no rows to train on.");
        if (seen.Count < 2)
        {
            throw new InvalidDataException(seen.Count == 0
                ? $"No row has a label in column '{_label}'; rows of at least two classes are needed to learn from."
                : $"All labelled rows have the same label in column '{_label}'; rows of at least two classes are needed to learn from.");
        }
        return rows;
    }
}
