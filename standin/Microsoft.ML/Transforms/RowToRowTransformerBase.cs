namespace Microsoft.ML.Data;

/// <summary>A transformer that computes columns of a row from that row.</summary>
public abstract class RowToRowTransformerBase : ITransformer
{
    private protected RowToRowTransformerBase() { }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => View(inputSchema).Schema;

    public IDataView Transform(IDataView input)
    {
        Checks.NotNull(input, nameof(input));
        return new RowMapperView(input, MakeMapper(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => View(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => Save(ctx);

    private protected abstract void Save(ModelSaveContext ctx);

    private protected abstract IRowMapper MakeMapper(DataViewSchema inputSchema);

    private RowMapperView View(DataViewSchema inputSchema)
    {
        Checks.NotNull(inputSchema, nameof(inputSchema));
        return new RowMapperView(new EmptyView(inputSchema), MakeMapper(inputSchema));
    }
}

/// <summary>A transformer that computes each new column from one column.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected OneToOneTransformerBase((string Output, string Input)[] columnPairs) => ColumnPairs = columnPairs;

    private protected (string Output, string Input)[] ColumnPairs { get; }

    private protected sealed override IRowMapper MakeMapper(DataViewSchema inputSchema)
    {
        var inputs = new DataViewSchema.Column[ColumnPairs.Length];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = inputSchema.GetColumnOrNull(ColumnPairs[i].Input) ?? throw Checks.MissingColumn(nameof(inputSchema), "input", ColumnPairs[i].Input);
        return new Mapper(ColumnPairs, inputs, inputs.Select(Bind).ToArray());
    }

    /// <summary>Binds the computation of one pair to its input column.</summary>
    private protected abstract BoundColumn Bind(DataViewSchema.Column input, int pair);

    private protected void SaveColumns(BinaryWriter writer) => writer.WriteStrings(ColumnPairs.SelectMany(pair => new[] { pair.Output, pair.Input }).ToArray());

    private protected static (string Output, string Input)[] LoadColumns(BinaryReader reader)
        => reader.ReadStrings().Chunk(2).Select(pair => (pair[0], pair[1])).ToArray();

    internal sealed record BoundColumn(DataViewType Type, DataViewSchema.Annotations Annotations, Func<DataViewRow, Delegate> CreateGetter);

    private sealed class Mapper((string Output, string Input)[] pairs, DataViewSchema.Column[] inputs, BoundColumn[] columns) : IRowMapper
    {
        public DataViewSchema.DetachedColumn[] OutputColumns { get; } =
            pairs.Zip(columns, (pair, column) => new DataViewSchema.DetachedColumn(pair.Output, column.Type, column.Annotations)).ToArray();

        public IEnumerable<int> GetDependencies(bool[] activeOutputs) => inputs.Where((_, i) => activeOutputs[i]).Select(input => input.Index);

        public Delegate[] CreateGetters(DataViewRow input, bool[] activeOutputs)
            => columns.Select((column, i) => activeOutputs[i] ? column.CreateGetter(input) : null).ToArray();
    }
}
