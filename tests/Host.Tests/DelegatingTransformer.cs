using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Host.Tests;

/// <summary>A third party's estimator: its transformer works by itself, with a view, cursors and a row mapper of its own.</summary>
internal sealed class DelegatingEstimator(MLContext ml) : IEstimator<DelegatingTransformer>
{
    public DelegatingTransformer Fit(IDataView input)
        => new(new TransformerChain<ITransformer>(
            ml.Transforms.CustomMapping(new CustomMappingTests.Doubling().GetMapping(), CustomMappingTests.Doubling.Contract).Fit(input)));

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape added = ml.Transforms.CustomMapping<Nothing, Output>((_, _) => { }, null).GetOutputSchema(new SchemaShape([]));
        return new SchemaShape(inputSchema.Concat(added));
    }

    private sealed class Nothing;

    private sealed class Output
    {
        public float Twice { get; set; }
    }
}

/// <summary>It adds the column Twice, and saves itself as a stock chain that does the same.</summary>
internal sealed class DelegatingTransformer(TransformerChain<ITransformer> equivalent) : ITransformer
{
    public bool IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumn("Twice", NumberDataViewType.Single);
        return builder.ToSchema();
    }

    public IDataView Transform(IDataView input) => new View(input, GetOutputSchema(input.Schema));

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new Mapper(inputSchema, GetOutputSchema(inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)equivalent).Save(ctx);

    private static IEnumerable<DataViewSchema.Column> InputColumns(DataViewSchema input, IEnumerable<DataViewSchema.Column> output)
        => output.Select(column => column.Index < input.Count ? input[column.Index] : input["Number"]).DistinctBy(column => column.Index).ToArray();

    private static ValueGetter<TValue> Getter<TValue>(DataViewRow input, DataViewSchema.Column column)
    {
        if (column.Index < input.Schema.Count)
            return input.GetGetter<TValue>(input.Schema[column.Index]);
        ValueGetter<float> number = input.GetGetter<float>(input.Schema["Number"]);
        return (ValueGetter<TValue>)(Delegate)(ValueGetter<float>)((ref float value) =>
        {
            number(ref value);
            value *= 2;
        });
    }

    private sealed class View(IDataView input, DataViewSchema schema) : IDataView
    {
        public bool CanShuffle => input.CanShuffle;

        public DataViewSchema Schema => schema;

        public long? GetRowCount() => input.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
            => new Cursor(input.GetRowCursor(InputColumns(input.Schema, columnsNeeded), rand), schema, columnsNeeded);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
            => input.GetRowCursorSet(InputColumns(input.Schema, columnsNeeded), n, rand)
                .Select(cursor => (DataViewRowCursor)new Cursor(cursor, schema, columnsNeeded)).ToArray();
    }

    private sealed class Mapper(DataViewSchema input, DataViewSchema output) : IRowToRowMapper
    {
        public DataViewSchema InputSchema => input;

        public DataViewSchema OutputSchema => output;

        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) => InputColumns(input, dependingColumns);

        public DataViewRow GetRow(DataViewRow row, IEnumerable<DataViewSchema.Column> activeColumns) => new Row(row, output, activeColumns);
    }

    private sealed class Row(DataViewRow input, DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns) : DataViewRow
    {
        private readonly HashSet<int> _active = columns.Select(column => column.Index).ToHashSet();

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => schema;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => IsColumnActive(column) ? Getter<TValue>(input, column) : throw new InvalidOperationException($"The column '{column.Name}' is not active.");
    }

    private sealed class Cursor(DataViewRowCursor input, DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns) : DataViewRowCursor
    {
        private readonly HashSet<int> _active = columns.Select(column => column.Index).ToHashSet();

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => schema;

        public override bool MoveNext() => input.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => IsColumnActive(column) ? Getter<TValue>(input, column) : throw new InvalidOperationException($"The column '{column.Name}' is not active.");

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}
