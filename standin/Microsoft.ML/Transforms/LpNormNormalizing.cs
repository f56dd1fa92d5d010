using Microsoft.ML.Data;
using Microsoft.ML.Hosting;

namespace Microsoft.ML.Transforms;

public abstract class LpNormNormalizingEstimatorBase : TrivialEstimator<LpNormNormalizingTransformer>
{
    private readonly string _output;
    private readonly string _input;

    private protected LpNormNormalizingEstimatorBase(string output, string input) : base(new LpNormNormalizingTransformer([(output, input)]))
        => (_output, _input) = (output, input);

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        if (!Checks.NotNull(inputSchema, nameof(inputSchema)).TryFindColumn(_input, out SchemaShape.Column input))
            throw Checks.MissingColumn(nameof(inputSchema), "input", _input);
        if (input.Kind != SchemaShape.Column.VectorKind.Vector || input.ItemType != NumberDataViewType.Single)
            throw Checks.SchemaMismatch(nameof(inputSchema), "input", _input, LpNormNormalizingTransformer.ExpectedType, input.TypeName);
        var annotations = new List<SchemaShape.Column> { new(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance) };
        if (input.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out SchemaShape.Column slots))
            annotations.Add(slots);
        return inputSchema.With([new SchemaShape.Column(_output, input.Kind, input.ItemType, false, new SchemaShape(annotations))]);
    }

    public enum NormFunction : byte
    {
        L2 = 0,
        StandardDeviation = 1,
        L1 = 2,
        Infinity = 3,
    }
}

public sealed class LpNormNormalizingEstimator : LpNormNormalizingEstimatorBase
{
    internal LpNormNormalizingEstimator(string output, string input) : base(output, input) { }
}

/// <summary>Divides vectors by their Euclidean length.</summary>
public sealed class LpNormNormalizingTransformer : OneToOneTransformerBase
{
    internal const string Loader = "LpNorm";
    internal const string ExpectedType = "known-size vector of Single";
    private const int Version = 1;

    internal LpNormNormalizingTransformer((string Output, string Input)[] columns) : base(columns) { }

    private protected override BoundColumn Bind(DataViewSchema.Column input, int pair)
    {
        if (input.Type is not VectorDataViewType { Size: > 0, ItemType: NumberDataViewType item } || item != NumberDataViewType.Single)
            throw Checks.SchemaMismatch("inputSchema", "input", input.Name, ExpectedType, input.Type.ToString());
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(input.Annotations, name => name == AnnotationKinds.SlotNames);
        annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        return new(input.Type, annotations.ToAnnotations(), row => CreateGetter(row, input));
    }

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.BeginModel(Loader, Version);
        SaveColumns(ctx.Writer);
    }

    internal static ITransformer Load(HostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckVersion(ctx.Reader.ReadInt32(), Version);
        return new LpNormNormalizingTransformer(LoadColumns(ctx.Reader));
    }

    private static ValueGetter<VBuffer<float>> CreateGetter(DataViewRow row, DataViewSchema.Column input)
    {
        ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(input);
        VBuffer<float> source = default;
        return (ref VBuffer<float> result) =>
        {
            getter(ref source);
            source.CopyTo(ref result);
            var editor = VBufferEditor.CreateFromBuffer(ref result);
            float squares = 0;
            foreach (float value in editor.Values)
                squares += value * value;
            float length = MathF.Sqrt(squares);
            // As in ML.NET, a vector of zeros stays what it is.
            foreach (ref float value in editor.Values)
                value *= length > 0 ? 1 / length : 1;
            result = editor.Commit();
        };
    }
}
