using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Expresses a feature transformer as a chain of stock transformers. ML.NET does not let third parties write to its model files or
/// register a loader, so a transformer is saved as this chain: convert the features to a private column, look up the payload, compute with
/// a custom mapping that decodes the payload once, concatenate the pieces of the result, and drop the private columns. The file names the
/// assembly of the custom mappings, so <c>ml.Model.Load</c> finds them without registration.
/// </summary>
internal static class StockChain
{
    /// <summary>The name prefix of columns that exist only inside the chain.</summary>
    public const string Prefix = "__Disentangle.";

    private const string NoClassKey = Prefix + "NoClassKey";
    private const string NoClassFlag = Prefix + "NoClassFlag";

    public static TransformerChain<ITransformer> Create(FeatureTransformer transformer)
    {
        FeatureInput input = transformer.Input;
        var ml = new MLContext();
        var payload = KeyValuePair.Create(PayloadKey.Value, ModelPayload.Write(transformer.Save()));
        var steps = new EstimatorChain<ITransformer>()
            // Columns of another type are converted or rejected here, where ML.NET's message names the user's column, not a private one.
            .Append(ml.Transforms.Conversion.ConvertType(Prefix + "Features", input.Name, DataKind.Single))
            .Append(ml.Transforms.CustomMapping(new PayloadKeyFactory().GetMapping(), PayloadKeyFactory.Contract))
            .Append<ITransformer>(ml.Transforms.Conversion.MapValue(Prefix + "Payload", [payload], Prefix + "Key"))
            // Turns a single number into a vector of one value.
            .Append<ITransformer>(ml.Transforms.Concatenate(Prefix + "Features", Prefix + "Features"));
        if (input.Length is not null)
            steps = steps.Append<ITransformer>(ml.Transforms.Conversion.ConvertType(Prefix + "Length", input.Length, DataKind.Double));
        if (input.Label is { } label)
        {
            // The class is appended to the features.
            steps = steps.Append(label.ToVector(ml, Prefix + "Class"))
                .Append(ml.Transforms.Concatenate(Prefix + "Features", Prefix + "Features", Prefix + "Class"))
                .Append<ITransformer>(ml.Transforms.DropColumns(Prefix + "Class"));
        }
        steps = steps.Append<ITransformer>(ml.Transforms.CustomMapping(new ComputeFactory().GetMapping(), ComputeFactory.Contract));
        int vectors = 0;
        foreach (FeatureOutput output in transformer.Outputs)
        {
            steps = steps.Append(output switch
            {
                { Labels: { } labels } => labels.MapFromClass(
                    ml, output.Name, Prefix + nameof(ComputedPieces.ClassNumber), Prefix + nameof(ComputedPieces.ClassBoolean)),
                { IsNumber: true } => ml.Transforms.CopyColumns(output.Name, Prefix + nameof(ComputedPieces.Number)),
                _ => ml.Transforms.Concatenate(output.Name, Pieces.Names(vectors++, output.Size)),
            });
        }
        steps = steps.Append<ITransformer>(
            ml.Transforms.DropColumns([Prefix + "Features", Prefix + "Length", Prefix + "Key", Prefix + "Payload", .. Pieces.AllNames]));

        SchemaDefinition schema = SchemaDefinition.Create(typeof(FeatureRow));
        schema[nameof(FeatureRow.Features)].ColumnType = input.Shape.IsSequence
            ? new VectorDataViewType(NumberDataViewType.Single)
            : new VectorDataViewType(NumberDataViewType.Single, input.Shape.Width);
        schema[nameof(FeatureRow.Length)].ColumnName = input.Length ?? Prefix + "NoLength";
        schema[nameof(FeatureRow.Features)].ColumnName = input.Name;
        if (input.Label is { Labels.Type: var type, Name: var name })
        {
            SchemaDefinition.Column column = schema[type is BooleanDataViewType ? NoClassFlag : NoClassKey];
            (column.ColumnName, column.ColumnType) = (name, type);
        }
        return steps.Fit(ml.Data.LoadFromEnumerable(Array.Empty<FeatureRow>(), schema));
    }

    /// <summary>Restores the transformer of a chain, or returns null if the chain was not created here.</summary>
    public static FeatureTransformer? Open(IEnumerable<ITransformer> chain)
    {
        ITransformer[] steps = [.. chain];
        if (steps.Length < 3 || steps[1] is not CustomMappingTransformer<NoColumns, PayloadKey>)
            return null;

        IDataView oneRow = new MLContext().Data.LoadFromEnumerable([new FeatureRow()]);
        IDataView looked = steps[2].Transform(steps[1].Transform(oneRow));
        if (looked.Schema.GetColumnOrNull(Prefix + "Payload") is not { Type: TextDataViewType } column)
            return null;
        ReadOnlyMemory<char> payload = looked.GetColumn<ReadOnlyMemory<char>>(column).Single();
        return ModelPayload.ReadTransformer(payload.Span);
    }

    private sealed class FeatureRow
    {
        public VBuffer<float> Features { get; set; }
        public int Length { get; set; }

        [ColumnName(NoClassKey)]
        public uint ClassKey { get; set; }

        [ColumnName(NoClassFlag)]
        public bool ClassFlag { get; set; }
    }
}
