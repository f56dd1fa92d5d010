using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>Binds a feature transformer to an input schema: which columns it reads and which it adds.</summary>
internal sealed class FeatureBinding
{
    public FeatureBinding(FeatureTransformer transformer, DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Transformer = transformer;
        InputSchema = inputSchema;
        Features = transformer.Input.Find(inputSchema);

        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        // Hidden by the later column of the same name.
        builder.AddColumn(transformer.Outputs[0].Name, UseExportToOnnxOfDisentangleOnnx.Type);
        foreach (FeatureOutput output in transformer.Outputs)
            builder.AddColumn(output.Name, output.Type, output.Annotations);
        OutputSchema = builder.ToSchema();
    }

    public FeatureTransformer Transformer { get; }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>The input columns the transformer reads.</summary>
    public FeatureColumns Features { get; }

    /// <summary>Whether the transformer adds this output column.</summary>
    public bool IsAdded(DataViewSchema.Column column) => column.Index >= InputSchema.Count;

    /// <summary>The input columns needed to compute these output columns.</summary>
    public IEnumerable<DataViewSchema.Column> Dependencies(IEnumerable<DataViewSchema.Column> columns)
    {
        var needed = new HashSet<int>();
        foreach (DataViewSchema.Column column in columns)
            needed.UnionWith(IsAdded(column) ? Features.All.Select(feature => feature.Index) : [column.Index]);
        return needed.Select(index => InputSchema[index]);
    }

    /// <summary>Creates a getter of a column that the transformer adds.</summary>
    /// <param name="column">The column.</param>
    /// <param name="session">The session that computes its values.</param>
    /// <param name="row">Returns the index of the current row in the session.</param>
    public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column, RowSession session, Func<int> row)
    {
        int output = column.Index - InputSchema.Count - 1;
        Delegate getter = output < 0 ? (ValueGetter<UseExportToOnnxOfDisentangleOnnx>)((ref value) => value = default)
            : Transformer.Outputs[output] switch
        {
            { Labels: { } labels } => labels.PredictedLabelGetter(() => session.Class(row())),
            { IsNumber: true } => (ValueGetter<float>)((ref float destination) => destination = session.Vector(output, row())[0]),
            _ => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> destination) =>
                Pieces.Fill(ref destination, session.Vector(output, row()))),
        };
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' is {column.Type}; it cannot be read as {typeof(TValue)}.");
    }
}
