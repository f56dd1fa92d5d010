using Microsoft.ML.Data;
using Microsoft.ML.Hosting;

namespace Microsoft.ML.Transforms;

public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    private readonly (string Output, string Input)[] _columns;

    internal KeyToValueMappingEstimator(params (string Output, string Input)[] columns) : base(new KeyToValueMappingTransformer(columns)) => _columns = columns;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => Checks.NotNull(inputSchema, nameof(inputSchema)).With(_columns.Select(pair =>
        {
            if (!inputSchema.TryFindColumn(pair.Input, out SchemaShape.Column input))
                throw Checks.MissingColumn(nameof(inputSchema), "input", pair.Input);
            if (!input.IsKey)
                throw Checks.SchemaMismatch(nameof(inputSchema), "input", pair.Input, "key type", input.TypeName);
            if (!input.Annotations.TryFindColumn(AnnotationKinds.KeyValues, out SchemaShape.Column values))
                throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Input column '{pair.Input}' doesn't contain key values annotation");
            input.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out SchemaShape.Column slots);
            return new SchemaShape.Column(pair.Output, input.Kind, values.ItemType, values.IsKey, slots.IsValid ? new SchemaShape([slots]) : null);
        }));
}

public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal const string Loader = "MapKeyToValue";
    private const int Version = 1;

    internal KeyToValueMappingTransformer((string Output, string Input)[] columns) : base(columns) { }

    private protected override BoundColumn Bind(DataViewSchema.Column input, int pair)
    {
        var valuesType = input.Annotations.Schema.GetColumnOrNull(AnnotationKinds.KeyValues)?.Type as VectorDataViewType;
        Checks.State(valuesType is not null, "Metadata KeyValues does not exist");
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(input.Annotations, name => name == AnnotationKinds.SlotNames);
        return new(input.Type.WithItem(valuesType.ItemType), annotations.ToAnnotations(),
            row => Generic.Call2<Delegate>(CreateGetter<int, int>, input.Type.Item().RawType, valuesType.ItemType.RawType, row, input));
    }

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.BeginModel(Loader, Version);
        SaveColumns(ctx.Writer);
    }

    internal static ITransformer Load(HostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckVersion(ctx.Reader.ReadInt32(), Version);
        return new KeyToValueMappingTransformer(LoadColumns(ctx.Reader));
    }

    private static Delegate CreateGetter<TKey, TValue>(DataViewRow row, DataViewSchema.Column input)
    {
        VBuffer<TValue> annotation = default;
        input.GetKeyValues(ref annotation);
        TValue[] values = annotation.DenseValues().ToArray();
        TValue missing = TextParser.Missing<TValue>();
        Func<TKey, ulong> number = ValueConverter<TKey, ulong>.Convert;
        return ItemMapping.Getter<TKey, TValue>(row, input, key =>
        {
            ulong index = number(key);
            return 0 < index && index <= (ulong)values.Length ? values[index - 1] : missing;
        });
    }
}
