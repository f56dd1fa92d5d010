using Microsoft.ML.Data;
using Microsoft.ML.Hosting;

namespace Microsoft.ML.Transforms;

public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(string[] keep, string[] drop, bool keepHidden) : base(new ColumnSelectingTransformer(keep, drop, keepHidden)) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Transformer.CheckNames(Checks.NotNull(inputSchema, nameof(inputSchema)).Select(column => column.Name), nameof(inputSchema));
        return new SchemaShape(inputSchema.Where(column => Transformer.Keeps(column.Name)));
    }
}

public sealed class ColumnSelectingTransformer : ITransformer
{
    internal const string Loader = "SelectColumns";
    private const int Version = 1;

    private readonly string[] _names;
    private readonly bool _keep;
    private readonly bool _keepHidden;

    internal ColumnSelectingTransformer(string[] keep, string[] drop, bool keepHidden)
    {
        Checks.State(keep is { Length: > 0 } || drop is { Length: > 0 }, "Neither keepColumns and dropColumns is set. Exactly one must be specified.");
        _keep = keep is { Length: > 0 };
        _names = _keep ? keep : drop;
        _keepHidden = keepHidden;
    }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => CreateView(new EmptyView(Checks.NotNull(inputSchema, nameof(inputSchema)))).Schema;

    public IDataView Transform(IDataView input) => CreateView(Checks.NotNull(input, nameof(input)));

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => CreateView(new EmptyView(Checks.NotNull(inputSchema, nameof(inputSchema))));

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.BeginModel(Loader, Version);
        ctx.Writer.Write(_keep);
        ctx.Writer.Write(_keepHidden);
        ctx.Writer.WriteStrings(_names);
    }

    internal static ITransformer Load(HostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckVersion(ctx.Reader.ReadInt32(), Version);
        bool keep = ctx.Reader.ReadBoolean(), keepHidden = ctx.Reader.ReadBoolean();
        string[] names = ctx.Reader.ReadStrings();
        return new ColumnSelectingTransformer(keep ? names : null, keep ? null : names, keepHidden);
    }

    internal bool Keeps(string name) => _names.Contains(name) == _keep;

    internal void CheckNames(IEnumerable<string> input, string parameter)
    {
        string[] missing = _names.Except(input).ToArray();
        if (missing.Length > 0)
            throw Checks.MissingColumn(parameter, "input", string.Join(",", missing));
    }

    private ColumnSelectionView CreateView(IDataView input)
    {
        CheckNames(input.Schema.Select(column => column.Name), "inputSchema");
        IEnumerable<DataViewSchema.Column> columns = input.Schema.Where(column => Keeps(column.Name));
        // Columns to keep come in the order they are named. What is not dropped keeps its order, and its hidden columns.
        if (_keep)
            columns = columns.Where(column => _keepHidden || !column.IsHidden).OrderBy(column => Array.IndexOf(_names, column.Name));
        return new ColumnSelectionView(input, columns.Select(column => column.Index).ToArray());
    }
}

/// <summary>A view on some columns of a source.</summary>
internal sealed class ColumnSelectionView(IDataView source, int[] columns) : TransformView(source), IRowToRowMapper
{
    public override DataViewSchema Schema { get; } = Columns.ToSchema(columns.Select(column => new DataViewSchema.DetachedColumn(source.Schema[column])));

    public DataViewSchema InputSchema => Source.Schema;

    public DataViewSchema OutputSchema => Schema;

    public override long? GetRowCount() => Source.GetRowCount();

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => dependingColumns.Select(column => InputSchema[columns[column.Index]]).ToArray();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Checks.State(Checks.NotNull(input, nameof(input)).Schema == InputSchema, "Schema of input row must be the same as the schema the mapper is bound to");
        return new Row(input, this, columns);
    }

    protected override DataViewRowCursor[] GetRowCursorSet(bool[] active, int count, Random random)
    {
        DataViewSchema.Column[] needed = columns.Where((_, i) => active[i]).Select(column => InputSchema[column]).ToArray();
        DataViewRowCursor[] inputs = count == 1 ? [Source.GetRowCursor(needed, random)] : Source.GetRowCursorSet(needed, count, random);
        return inputs.Select(input => new Cursor(input, Schema, active, columns)).ToArray<DataViewRowCursor>();
    }

    private sealed class Row(DataViewRow input, ColumnSelectionView view, int[] columns) : DataViewRow
    {
        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => view.Schema;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(input.Schema[columns[column.Index]]);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(input.Schema[columns[column.Index]]);
    }

    private sealed class Cursor(DataViewRowCursor input, DataViewSchema schema, bool[] active, int[] columns) : SynchronizedCursor(input, schema, active)
    {
        protected override ValueGetter<TValue> GetActiveGetter<TValue>(DataViewSchema.Column column)
            => Input.GetGetter<TValue>(Input.Schema[columns[column.Index]]);
    }
}
