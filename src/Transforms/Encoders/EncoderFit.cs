using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The part shared by the encoder estimators: checks the columns, reads the rows, trains, and binds the result to its columns.
/// </summary>
internal sealed class EncoderFit
{
    private readonly IHost _host;
    private readonly EncoderOptions _options;
    private readonly EncoderColumns _columns;
    private readonly string? _label;

    /// <param name="environment">The environment.</param>
    /// <param name="name">The estimator's name, for the log.</param>
    /// <param name="columns">The columns that the transformer reads and adds.</param>
    /// <param name="label">The label column; null for none.</param>
    /// <param name="options">The settings.</param>
    public EncoderFit(IHostEnvironment environment, string name, EncoderColumns columns, string? label, EncoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentException.ThrowIfNullOrWhiteSpace(columns.Embedding, "outputColumnName");
        ArgumentException.ThrowIfNullOrWhiteSpace(columns.Input, "inputColumnName");
        if (label is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(label, "labelColumnName");
        options.Validate();
        (int? gpu, bool fallback) = CatalogEnvironment.Gpu(environment);
        _options = options with { Device = options.Device.In(gpu, fallback) };
        if (new[] { columns.Score, columns.PredictedLabel, columns.Reconstruction }.Contains(columns.Embedding))
            throw new ArgumentException($"'{columns.Embedding}' is the embedding column; the other output columns need other names.",
                nameof(options));
        if (label is null && NeedsLabels)
            throw new ArgumentException($"The objective ({options.Objective}) needs labels; name a label column.", nameof(options));
        _host = environment.Register(name);
        _label = label;
        _columns = columns with { Length = options.LengthColumnName };
    }

    private const string WithoutLabels = "Without labels, pass labelColumnName: null; the default objectives need none then.";

    private static InvalidDataException TooFewClasses(string message) => new($"{message} {WithoutLabels}");

    private bool NeedsLabels => (_options.Objective.Needs & (LossNeeds.Labels | LossNeeds.Classifier)) != 0;

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Schemas.RequireFeatures(inputSchema, _columns.Input, _options.Network.StepSize);
        if (_columns.Length is { } lengthName)
        {
            SchemaShape.Column length = Schemas.Column(inputSchema, lengthName, "length");
            if (length.Kind != SchemaShape.Column.VectorKind.Scalar || length.IsKey || !LengthColumn.Supports(length.ItemType.RawType))
                throw Schemas.WrongType(lengthName, "length", $"{length.Kind} of {length.ItemType}", LengthColumn.Types);
        }
        SchemaShape.Column? label = _label is null ? null : Schemas.RequireLabel(inputSchema, _label, WithoutLabels);
        return OutputShape.Append(inputSchema, [_columns.Embedding, _columns.Score, _columns.Reconstruction], _columns.PredictedLabel,
            OutputShape.KeyValuesOf(label), scores: _columns.Score);
    }

    /// <summary>Trains, starting from the weights of a previous model if there is one.</summary>
    public (EncoderColumns Columns, TrainingResult Result) Fit(IDataView input, EncoderTransformer? previous = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_label is not null)
            Schemas.Column(input.Schema, _label, "label", advice: WithoutLabels);
        var source = new DataViewRows(input, _columns.Input, _columns.Length, _label, _options.Network.StepSize);
        ClassLabels? labels = source.Labels;
        if (labels?.Count > Pieces.MaximumWidth)
            throw Schemas.WrongType(_label!, "label", $"a key of {labels.Count} classes", $"a key of at most {Pieces.MaximumWidth}");
        if (NeedsLabels && labels!.Count < 2)
            throw TooFewClasses($"The label column '{_label}' has {labels.Count} class; training needs at least two.");
        if (_columns.Reconstruction is not null && source.InputSize > Pieces.MaximumWidth)
        {
            throw Schemas.WrongType(_columns.Input, "feature", $"a vector of {source.InputSize} values",
                $"a vector of at most {Pieces.MaximumWidth} values to save its reconstruction as a column");
        }

        using IChannel channel = _host.Start("Training");
        (IRowSource rows, string counts, OccurringClasses? classes) = Read(source);
        channel.Info(MessageSensitivity.None, $"{counts}; minimising {_options.Objective}.");
        IRowSource? validation = _options.ValidationData is null ? null : source.ForValidation(_options.ValidationData);
        var warnings = new List<string>();
        if (classes is not null)
        {
            rows = classes.Renumber(rows);
            validation = validation is null ? null : classes.Renumber(validation);
            Warn($"The label column '{_label}' has {classes.Count} classes, of which {classes.Indices.Count} have rows. "
                + "The others are not learned and never predicted.");
        }
        var data = new TrainingData(rows, source.InputSize, classes?.Indices.Count ?? labels?.Count ?? 0, validation);
        WarmStart? start = previous is null ? null : new WarmStart(previous.Encoder, SameClasses(labels, classes, previous.Columns));
        TrainingResult result = EncoderTrainer.Train(data, _options, _host.Rand.Next(), start,
            progress => channel.Info(MessageSensitivity.None, progress.ToString()),
            message => channel.Info(MessageSensitivity.None, message), Warn);
        channel.InfoEnd(result.History, result.StopReason, result.BestEpoch);
        EncoderColumns columns = result.Encoder.ClassCount == 0 ? _columns : _columns with { Labels = labels, Classes = classes };
        return (columns, result with { Warnings = warnings });

        void Warn(string warning)
        {
            warnings.Add(warning);
            channel.Warning(MessageSensitivity.None, warning);
        }
    }

    /// <summary>For each learned class, the index of the class of the same name in the previous model, or -1.</summary>
    private static int[] SameClasses(ClassLabels? labels, OccurringClasses? classes, EncoderColumns previous)
    {
        string[] known = Learned(previous.Labels, previous.Classes);
        return [.. Learned(labels, classes).Select(name => Array.IndexOf(known, name))];

        static string[] Learned(ClassLabels? all, OccurringClasses? some)
        {
            string[] names = [.. all?.Names ?? []];
            return some is null ? names : [.. some.Indices.Select(index => names[index])];
        }
    }

    /// <summary>Reads the rows once to count and check them, and stores them if they are kept in memory.</summary>
    private (IRowSource Rows, string Counts, OccurringClasses? Classes) Read(DataViewRows source)
    {
        RowStore? store = _options.CacheInMemory ? new RowStore() : null;
        var seen = new HashSet<int>();
        long rows = 0, labelled = 0;
        using (IRowCursor cursor = source.Open())
        {
            for (; cursor.MoveNext(); rows++)
            {
                _options.CancellationToken.ThrowIfCancellationRequested();
                int label = cursor.ReadLabel();
                if (label >= 0)
                {
                    labelled++;
                    seen.Add(label);
                }
                ReadOnlySpan<float> features = cursor.ReadFeatures();
                if (store is not null)
                    features.CopyTo(store.Add(label, features.Length));
            }
        }
        if (rows == 0)
            throw new InvalidDataException("There are no training rows.");
        if (NeedsLabels && seen.Count < 2)
        {
            throw TooFewClasses(seen.Count == 0
                ? $"No row has a label in column '{_label}'; training needs rows of at least two classes."
                : $"All labelled rows have the same label in column '{_label}'; training needs rows of at least two classes.");
        }
        string classes = source.Labels is null ? "" : $", {labelled} of them labelled, {source.Labels.Count} classes";
        OccurringClasses? occurring = NeedsLabels && seen.Count < source.Labels!.Count
            ? new OccurringClasses([.. seen.Order()], source.Labels.Count)
            : null;
        return (store ?? (IRowSource)source, $"{rows} rows of {source.InputSize} features{classes}", occurring);
    }
}
