using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.MLNetAssumptions.Tests;

/// <summary>A third party's transformer: it has a row mapper of its own, and saves itself as a stock chain that does the same.</summary>
internal sealed class DelegatingTransformer(TransformerChain<ITransformer> equivalent) : ITransformer
{
    public bool IsRowToRowMapper => true;

    /// <summary>The number of rows its own mapper has computed.</summary>
    public int Rows { get; private set; }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumn("Twice", NumberDataViewType.Single);
        return builder.ToSchema();
    }

    public IDataView Transform(IDataView input) => equivalent.Transform(input);

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new Mapper(this, inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)equivalent).Save(ctx);

    private sealed class Mapper(DelegatingTransformer transformer, DataViewSchema input) : IRowToRowMapper
    {
        public DataViewSchema InputSchema => input;

        public DataViewSchema OutputSchema { get; } = transformer.GetOutputSchema(input);

        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
            dependingColumns.Select(column => column.Index < input.Count ? input[column.Index] : input["Number"])
                .DistinctBy(column => column.Index);

        public DataViewRow GetRow(DataViewRow row, IEnumerable<DataViewSchema.Column> activeColumns) =>
            new Row(transformer, row, OutputSchema, activeColumns);
    }

    private sealed class Row(DelegatingTransformer transformer, DataViewRow input, DataViewSchema schema,
        IEnumerable<DataViewSchema.Column> columns)
        : DataViewRow
    {
        private readonly HashSet<int> _active = [.. columns.Select(column => column.Index)];

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => schema;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new InvalidOperationException($"The column '{column.Name}' is not active.");
            if (column.Index < input.Schema.Count)
                return input.GetGetter<TValue>(input.Schema[column.Index]);
            ValueGetter<float> number = input.GetGetter<float>(input.Schema["Number"]);
            return (ValueGetter<TValue>)(Delegate)(ValueGetter<float>)((ref float value) =>
            {
                transformer.Rows++;
                number(ref value);
                value *= 2;
            });
        }
    }
}
