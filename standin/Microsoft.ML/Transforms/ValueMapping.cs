using Microsoft.ML.Data;
using Microsoft.ML.Hosting;

namespace Microsoft.ML.Transforms;

public class ValueMappingEstimator : TrivialEstimator<ValueMappingTransformer>
{
    private readonly (string Output, string Input)[] _columns;

    private protected ValueMappingEstimator(ValueTable table, (string Output, string Input)[] columns) : base(new ValueMappingTransformer(columns, table))
        => _columns = columns;

    public sealed override SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => Checks.NotNull(inputSchema, nameof(inputSchema)).With(_columns.Select(pair =>
        {
            if (!inputSchema.TryFindColumn(pair.Input, out SchemaShape.Column input))
                throw Checks.MissingColumn(nameof(inputSchema), "input", pair.Input);
            var output = new DataViewSchema.DetachedColumn(pair.Output, Transformer.Table.ValueType, Transformer.Table.Annotations);
            SchemaShape.Column value = SchemaShape.Create(Columns.ToSchema([output]))[0];
            if (input.Kind == SchemaShape.Column.VectorKind.Scalar)
                return value;
            if (value.Kind != SchemaShape.Column.VectorKind.Scalar)
                throw new NotSupportedException($"Column '{pair.Input}' cannot be mapped to values when the column and the map values are both vector type.");
            return new SchemaShape.Column(pair.Output, input.Kind, value.ItemType, value.IsKey, value.Annotations);
        }));
}

public sealed class ValueMappingEstimator<TKey, TValue> : ValueMappingEstimator
{
    internal ValueMappingEstimator(ValueTable table, params (string Output, string Input)[] columns) : base(table, columns) { }
}

public class ValueMappingTransformer : OneToOneTransformerBase
{
    internal const string Loader = "MapValue";
    private const int Version = 1;

    internal ValueMappingTransformer((string Output, string Input)[] columns, ValueTable table) : base(columns) => Table = table;

    internal ValueTable Table { get; }

    private protected override BoundColumn Bind(DataViewSchema.Column input, int pair)
    {
        if (input.Type.Item().RawType != Table.KeyType.RawType)
            throw Checks.SchemaMismatch("inputSchema", "input", input.Name, Table.KeyType.ToString(), input.Type.ToString());
        DataViewType type = input.Type is VectorDataViewType ? input.Type.WithItem((PrimitiveDataViewType)Table.ValueType) : Table.ValueType;
        return new(type, Table.Annotations, row => Table.CreateGetter(row, input));
    }

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.BeginModel(Loader, Version);
        SaveColumns(ctx.Writer);
        Table.Save(ctx.Writer);
    }

    internal static ITransformer Load(HostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckVersion(ctx.Reader.ReadInt32(), Version);
        return new ValueMappingTransformer(LoadColumns(ctx.Reader), ValueTable.Load(ctx.Reader));
    }
}
