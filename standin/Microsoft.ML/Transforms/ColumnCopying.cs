using Microsoft.ML.Data;
using Microsoft.ML.Hosting;

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    private readonly (string Output, string Input)[] _columns;

    internal ColumnCopyingEstimator(params (string Output, string Input)[] columns) : base(new ColumnCopyingTransformer(columns)) => _columns = columns;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => Checks.NotNull(inputSchema, nameof(inputSchema)).With(_columns.Select(pair => inputSchema.TryFindColumn(pair.Input, out SchemaShape.Column input)
            ? new SchemaShape.Column(pair.Output, input.Kind, input.ItemType, input.IsKey, input.Annotations)
            : throw Checks.MissingColumn(nameof(inputSchema), "input", pair.Input)));
}

public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal const string Loader = "CopyColumns";
    private const int Version = 1;

    internal ColumnCopyingTransformer((string Output, string Input)[] columns) : base(columns) { }

    private protected override BoundColumn Bind(DataViewSchema.Column input, int pair)
        => new(input.Type, input.Annotations, row => Columns.GetGetter(row, input));

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.BeginModel(Loader, Version);
        SaveColumns(ctx.Writer);
    }

    internal static ITransformer Load(HostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckVersion(ctx.Reader.ReadInt32(), Version);
        return new ColumnCopyingTransformer(LoadColumns(ctx.Reader));
    }
}
