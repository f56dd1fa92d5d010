using Disentangle.ML.Trainers;
using Microsoft.ML;

namespace Disentangle.ML.Transforms;

/// <summary>An encoder bound to the schema of its input: which column it reads and which it adds.</summary>
internal sealed class EncoderBinding
{
    private readonly EncoderOutput[] _added;

    public EncoderBinding(EncodingTransformer transformer, DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Transformer = transformer;
        InputSchema = inputSchema;
        Features = FeatureColumns.Find(inputSchema, Columns.Input, Columns.Length, Encoder.Network);
        if (!Encoder.Input.IsSequence && Encoder.Input.Fault(Features.InputSize(Encoder.Network)) is { } fault)
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"The feature column '{Columns.Input}' has {fault}");

        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        var added = Columns.Added(Encoder).ToArray();
        foreach (var column in added)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        OutputSchema = builder.ToSchema();
        _added = [.. added.Select(column => column.Output)];
    }

    public EncodingTransformer Transformer { get; }

    public Encoder Encoder => Transformer.Encoder;

    public EncoderColumns Columns => Transformer.Columns;

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>The columns of the input that it reads.</summary>
    public FeatureColumns Features { get; }

    /// <summary>Whether a column of the output is one that the encoder adds.</summary>
    public bool IsAdded(DataViewSchema.Column column) => column.Index >= InputSchema.Count;

    /// <summary>The columns of the input that are needed for these columns of the output.</summary>
    public IEnumerable<DataViewSchema.Column> Dependencies(IEnumerable<DataViewSchema.Column> columns)
    {
        var needed = new HashSet<int>();
        foreach (DataViewSchema.Column column in columns)
            needed.UnionWith(IsAdded(column) ? Features.All.Select(feature => feature.Index) : [column.Index]);
        return needed.Select(index => InputSchema[index]);
    }

    /// <summary>A getter of a column that the encoder adds, from the results of the current row.</summary>
    public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column, Func<EncodedValues> current)
    {
        Delegate getter = _added[column.Index - InputSchema.Count] switch
        {
            EncoderOutput.Embedding => EncodedValues.VectorGetter(() => current().Embedding),
            EncoderOutput.Score => EncodedValues.VectorGetter(() => current().Probabilities),
            EncoderOutput.Reconstruction => EncodedValues.VectorGetter(() => current().Reconstruction),
            _ => Columns.Labels!.PredictedLabelGetter(() => current().PredictedClass),
        };
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' is {column.Type}; it cannot be read as {typeof(TValue)}.");
    }
}
