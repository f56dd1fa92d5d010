using Microsoft.ML.Data;
using Microsoft.ML.Hosting;

namespace Microsoft.ML.Transforms;

public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    private readonly (string Output, string Input)[] _columns;
    private readonly DataKind _kind;

    internal TypeConvertingEstimator((string Output, string Input)[] columns, DataKind kind) : base(new TypeConvertingTransformer(columns, kind))
    {
        _columns = columns;
        _kind = kind;
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => Checks.NotNull(inputSchema, nameof(inputSchema)).With(_columns.Select(pair =>
        {
            if (!inputSchema.TryFindColumn(pair.Input, out SchemaShape.Column input))
                throw Checks.MissingColumn(nameof(inputSchema), "input", pair.Input);
            return new SchemaShape.Column(pair.Output, input.Kind, Types.Primitive(_kind), input.IsKey,
                input.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out SchemaShape.Column slots) ? new SchemaShape([slots]) : null);
        }));
}

public sealed class TypeConvertingTransformer : OneToOneTransformerBase
{
    internal const string Loader = "ConvertType";
    private const int Version = 1;

    private readonly DataKind _kind;

    internal TypeConvertingTransformer((string Output, string Input)[] columns, DataKind kind) : base(columns) => _kind = kind;

    private protected override BoundColumn Bind(DataViewSchema.Column input, int pair)
    {
        PrimitiveDataViewType item = Types.Primitive(_kind);
        Type source = input.Type.Item().RawType;
        bool fits = input.Type.Item() is not KeyDataViewType || KeyDataViewType.IsValidDataType(item.RawType);
        if (!fits || !Generic.Call2<bool>(Exists<int, int>, source, item.RawType))
        {
            throw new ArgumentOutOfRangeException("inputSchema",
                $"source column '{input.Name}' with item type '{input.Type}' is not compatible with destination type '{item}'");
        }
        // A key stays a key, and keeps its values where all of its numbers fit the new type.
        var key = input.Type.Item() as KeyDataViewType;
        if (key is not null)
            item = new KeyDataViewType(item.RawType, Math.Min(key.Count, Maximum(item.RawType)));
        bool sameKey = key is not null && ((KeyDataViewType)item).Count == key.Count;
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(input.Annotations, name => name == AnnotationKinds.SlotNames || (sameKey && name == AnnotationKinds.KeyValues));
        return new(input.Type.WithItem(item), annotations.ToAnnotations(),
            row => Generic.Call2<Delegate>(CreateGetter<int, int>, source, item.RawType, row, input));
    }

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.BeginModel(Loader, Version);
        SaveColumns(ctx.Writer);
        ctx.Writer.Write((byte)_kind);
    }

    internal static ITransformer Load(HostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckVersion(ctx.Reader.ReadInt32(), Version);
        return new TypeConvertingTransformer(LoadColumns(ctx.Reader), (DataKind)ctx.Reader.ReadByte());
    }

    private static ulong Maximum(Type unsigned) => unsigned == typeof(byte) ? byte.MaxValue
        : unsigned == typeof(ushort) ? ushort.MaxValue
        : unsigned == typeof(uint) ? uint.MaxValue
        : ulong.MaxValue;

    private static bool Exists<TSource, TResult>() => ValueConverter<TSource, TResult>.Convert is not null;

    private static Delegate CreateGetter<TSource, TResult>(DataViewRow row, DataViewSchema.Column input)
        => ItemMapping.Getter(row, input, ValueConverter<TSource, TResult>.Convert);
}
