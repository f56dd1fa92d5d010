namespace Microsoft.ML.Data;

/// <summary>Computes new columns from each row, bound to an input schema.</summary>
internal interface IRowMapper
{
    DataViewSchema.DetachedColumn[] OutputColumns { get; }

    /// <summary>The input columns that the active output columns are computed from.</summary>
    IEnumerable<int> GetDependencies(bool[] activeOutputs);

    /// <summary>A getter for each active output column, null for the others.</summary>
    Delegate[] CreateGetters(DataViewRow input, bool[] activeOutputs);
}

/// <summary>A view with the columns of a row mapper added. As a row-to-row mapper it does the same to one row.</summary>
internal sealed class RowMapperView : TransformView, IRowToRowMapper
{
    private readonly IRowMapper _mapper;
    private readonly ColumnBindings _bindings;

    public RowMapperView(IDataView source, IRowMapper mapper) : base(source)
    {
        _mapper = mapper;
        _bindings = new ColumnBindings(source.Schema, mapper.OutputColumns);
    }

    public override DataViewSchema Schema => _bindings.Schema;

    public DataViewSchema InputSchema => Source.Schema;

    public DataViewSchema OutputSchema => _bindings.Schema;

    public override long? GetRowCount() => Source.GetRowCount();

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => InputColumns(Columns.Active(Schema, dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Checks.NotNull(input, nameof(input));
        Checks.State(input.Schema == InputSchema, "Schema of input row must be the same as the schema the mapper is bound to");
        bool[] active = Columns.Active(Schema, activeColumns);
        return new Row(input, this, _mapper.CreateGetters(input, _bindings.Split(active).Added));
    }

    protected override DataViewRowCursor[] GetRowCursorSet(bool[] active, int count, Random random)
    {
        IEnumerable<DataViewSchema.Column> needed = InputColumns(active);
        (_, bool[] added) = _bindings.Split(active);
        DataViewRowCursor[] inputs = count == 1 ? [Source.GetRowCursor(needed, random)] : Source.GetRowCursorSet(needed, count, random);
        if (inputs.Length == 1 && added.Contains(true))
            inputs = ParallelCursors.Split(inputs[0], count);
        return inputs.Select(input => new Cursor(input, this, active, _mapper.CreateGetters(input, added))).ToArray<DataViewRowCursor>();
    }

    private IEnumerable<DataViewSchema.Column> InputColumns(bool[] active)
    {
        (bool[] input, bool[] added) = _bindings.Split(active);
        foreach (int column in _mapper.GetDependencies(added))
            input[column] = true;
        return Columns.Where(InputSchema, input);
    }

    private static ValueGetter<TValue> Resolve<TValue>(RowMapperView view, DataViewRow input, Delegate[] getters, DataViewSchema.Column column)
    {
        int added = view._bindings.Added(column.Index, out int inputColumn);
        if (added < 0)
            return input.GetGetter<TValue>(input.Schema[inputColumn]);
        Checks.State(getters[added] is not null, $"The column '{column.Name}' is not active in this row.");
        return Columns.Cast<TValue>(getters[added], column);
    }

    private sealed class Row(DataViewRow input, RowMapperView view, Delegate[] getters) : DataViewRow
    {
        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => view.Schema;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column)
        {
            int added = view._bindings.Added(column.Index, out int inputColumn);
            return added >= 0 ? getters[added] is not null : input.IsColumnActive(input.Schema[inputColumn]);
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Resolve<TValue>(view, input, getters, column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Cursor(DataViewRowCursor input, RowMapperView view, bool[] active, Delegate[] getters)
        : SynchronizedCursor(input, view.Schema, active)
    {
        protected override ValueGetter<TValue> GetActiveGetter<TValue>(DataViewSchema.Column column)
            => Resolve<TValue>(view, Input, getters, column);
    }
}
