using Microsoft.ML.Data;
using Microsoft.ML.Hosting;

namespace Microsoft.ML.Transforms;

public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly (string Output, string Input)[] _columns;
    private readonly int _maximumNumberOfKeys;
    private readonly KeyOrdinality _ordinality;
    private readonly bool _valuesAsText;
    private readonly IDataView _keyData;

    internal ValueToKeyMappingEstimator((string Output, string Input)[] columns, int maximumNumberOfKeys, KeyOrdinality ordinality, bool valuesAsText,
        IDataView keyData)
    {
        Checks.Param(keyData is null || keyData.Schema.Count == 1, nameof(keyData),
            $"If specified, this data view should contain only a single column containing the terms to map, but this had {keyData?.Schema.Count} columns.");
        Checks.Param(maximumNumberOfKeys > 0, nameof(maximumNumberOfKeys), "Must be positive");
        _columns = columns;
        _maximumNumberOfKeys = maximumNumberOfKeys;
        _ordinality = ordinality;
        _valuesAsText = valuesAsText;
        _keyData = keyData;
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        Checks.NotNull(input, nameof(input));
        IEnumerable<KeyMap> maps = _columns.Select(pair =>
        {
            DataViewSchema.Column column = input.Schema.GetColumnOrNull(pair.Input) ?? throw Checks.MissingColumn(nameof(input), "input", pair.Input);
            if (_keyData is null)
                return KeyMap.Train(input, column, _maximumNumberOfKeys, _ordinality, _valuesAsText);
            if (!_keyData.Schema[0].Type.Item().Equals(column.Type.Item()))
                throw Checks.SchemaMismatch(nameof(input), "key data", pair.Input, column.Type.Item().ToString(), _keyData.Schema[0].Type.ToString());
            return KeyMap.Train(_keyData, _keyData.Schema[0], int.MaxValue, _ordinality, _valuesAsText);
        });
        return new ValueToKeyMappingTransformer(_columns, maps.ToArray());
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => Checks.NotNull(inputSchema, nameof(inputSchema)).With(_columns.Select(pair =>
        {
            if (!inputSchema.TryFindColumn(pair.Input, out SchemaShape.Column input))
                throw Checks.MissingColumn(nameof(inputSchema), "input", pair.Input);
            DataViewType valueType = _valuesAsText ? TextDataViewType.Instance : input.ItemType;
            var annotations = new List<SchemaShape.Column>();
            if (input.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out SchemaShape.Column slots))
                annotations.Add(slots);
            annotations.Add(new SchemaShape.Column(AnnotationKinds.KeyValues, SchemaShape.Column.VectorKind.Vector, valueType, input.IsKey && !_valuesAsText));
            return new SchemaShape.Column(pair.Output, input.Kind, NumberDataViewType.UInt32, true, new SchemaShape(annotations));
        }));

    public enum KeyOrdinality : byte
    {
        ByOccurrence = 0,
        ByValue = 1,
    }
}

public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    internal const string Loader = "MapValueToKey";
    private const int Version = 1;

    private readonly KeyMap[] _maps;

    internal ValueToKeyMappingTransformer((string Output, string Input)[] columns, KeyMap[] maps) : base(columns) => _maps = maps;

    private protected override BoundColumn Bind(DataViewSchema.Column input, int pair) => _maps[pair].Bind(input);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.BeginModel(Loader, Version);
        SaveColumns(ctx.Writer);
        foreach (KeyMap map in _maps)
            map.Save(ctx.Writer);
    }

    internal static ITransformer Load(HostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckVersion(ctx.Reader.ReadInt32(), Version);
        (string, string)[] columns = LoadColumns(ctx.Reader);
        return new ValueToKeyMappingTransformer(columns, columns.Select(_ => KeyMap.Load(ctx.Reader)).ToArray());
    }
}
