using System.Globalization;
using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Disentangle.ML.Transforms;

/// <summary>
/// An encoder as a chain of stock transformers. ML.NET lets nobody else write into its model files or register a loader, so a saved encoder is this chain:
/// copy the features to a private name, look the payload up, encode by a custom mapping that decodes the payload once, put the pieces of the result together,
/// drop the private columns. The file names the assembly of the custom mappings, so that <c>ml.Model.Load</c> finds them without registration.
/// </summary>
internal static class EncoderChain
{
    /// <summary>Begins the names of the columns that exist only inside the chain.</summary>
    public const string Prefix = "__Disentangle.";

    public static TransformerChain<ITransformer> Create(EncodingTransformer transformer)
    {
        EncoderColumns columns = transformer.Columns;
        var ml = new MLContext();
        var payload = KeyValuePair.Create(PayloadKey.Value, ModelPayload.Write(transformer));
        var steps = new EstimatorChain<ITransformer>()
            .Append(ml.Transforms.CopyColumns(Prefix + "Features", columns.Input))
            .Append(ml.Transforms.CustomMapping(new PayloadKeyFactory().GetMapping(), PayloadKeyFactory.Contract))
            .Append<ITransformer>(ml.Transforms.Conversion.MapValue(Prefix + "Payload", [payload], Prefix + "Key"));
        if (columns.Length is not null)
            steps = steps.Append<ITransformer>(ml.Transforms.Conversion.ConvertType(Prefix + "Length", columns.Length, DataKind.Double));
        steps = steps.Append(ml.Transforms.CustomMapping(new EncodeFactory().GetMapping(), EncodeFactory.Contract))
            .Append<ITransformer>(ml.Transforms.Concatenate(columns.Embedding, Pieces.Names(Pieces.Embedding, transformer.Encoder.EmbeddingSize)));
        if (columns.Score is not null)
            steps = steps.Append<ITransformer>(ml.Transforms.Concatenate(columns.Score, Pieces.Names(Pieces.Score, transformer.Encoder.ClassCount)));
        if (columns.PredictedLabel is not null)
        {
            steps = steps.Append(columns.Labels!.MapFromClass(
                ml, columns.PredictedLabel, Prefix + nameof(EncodedPieces.ClassNumber), Prefix + nameof(EncodedPieces.ClassBoolean)));
        }
        if (columns.Reconstruction is not null)
        {
            steps = steps.Append<ITransformer>(
                ml.Transforms.Concatenate(columns.Reconstruction, Pieces.Names(Pieces.Reconstruction, transformer.Encoder.Input.Width)));
        }
        steps = steps.Append<ITransformer>(
            ml.Transforms.DropColumns([Prefix + "Features", Prefix + "Length", Prefix + "Key", Prefix + "Payload", .. Pieces.AllNames]));

        SchemaDefinition schema = SchemaDefinition.Create(typeof(FeatureRow));
        schema[nameof(FeatureRow.Features)].ColumnType = transformer.Encoder.Input.IsSequence
            ? new VectorDataViewType(NumberDataViewType.Single)
            : new VectorDataViewType(NumberDataViewType.Single, transformer.Encoder.Input.Width);
        schema[nameof(FeatureRow.Length)].ColumnName = columns.Length ?? Prefix + "NoLength";
        schema[nameof(FeatureRow.Features)].ColumnName = columns.Input;
        return steps.Fit(ml.Data.LoadFromEnumerable(Array.Empty<FeatureRow>(), schema));
    }

    /// <summary>The encoder whose chain this is, or null if it is the chain of something else.</summary>
    public static EncodingTransformer? Open(IEnumerable<ITransformer> chain)
    {
        ITransformer[] steps = [.. chain];
        if (steps.Length < 3 || steps[1] is not CustomMappingTransformer<NoColumns, PayloadKey>)
            return null;

        IDataView oneRow = new MLContext().Data.LoadFromEnumerable([new FeatureRow()]);
        IDataView looked = steps[2].Transform(steps[1].Transform(oneRow));
        ReadOnlyMemory<char> payload = looked.GetColumn<ReadOnlyMemory<char>>(looked.Schema[Prefix + "Payload"]).Single();
        return ModelPayload.Read(payload.Span);
    }

    private sealed class FeatureRow
    {
        public VBuffer<float> Features { get; set; }
        public int Length { get; set; }
    }
}

/// <summary>The columns of <see cref="EncodedPieces"/> that make up a vector: one for every power of two in its length, the greatest first.</summary>
internal static class Pieces
{
    public const char Embedding = 'E';
    public const char Score = 'S';
    public const char Reconstruction = 'R';

    /// <summary>The longest vector there are pieces for.</summary>
    public const int MaximumWidth = (1 << Count) - 1;

    private const int Count = 15;

    private static readonly Dictionary<char, Piece[]> All = new[] { Embedding, Score, Reconstruction }.ToDictionary(vector => vector, Make);

    public static string[] Names(char vector, int width) =>
        [.. Enumerable.Range(0, Count).Reverse().Where(i => (width & (1 << i)) != 0).Select(i => Name(vector, i))];

    public static IEnumerable<string> AllNames =>
        [
            .. Names(Embedding, MaximumWidth), .. Names(Score, MaximumWidth), .. Names(Reconstruction, MaximumWidth),
            EncoderChain.Prefix + nameof(EncodedPieces.ClassNumber), EncoderChain.Prefix + nameof(EncodedPieces.ClassBoolean),
        ];

    /// <summary>Cuts a vector into its pieces.</summary>
    public static void Write(EncodedPieces row, char vector, ReadOnlySpan<float> values)
    {
        while (!values.IsEmpty)
        {
            int exponent = BitOperations.Log2((uint)values.Length);
            Piece piece = All[vector][exponent];
            VBuffer<float> buffer = piece.Get(row);
            EncodedValues.Fill(ref buffer, values[..(1 << exponent)]);
            piece.Set(row, buffer);
            values = values[(1 << exponent)..];
        }
    }

    private static string Name(char vector, int exponent) => EncoderChain.Prefix + Property(vector, exponent);

    private static string Property(char vector, int exponent) => vector + exponent.ToString(CultureInfo.InvariantCulture);

    private static Piece[] Make(char vector) => [.. Enumerable.Range(0, Count).Select(exponent =>
    {
        var property = typeof(EncodedPieces).GetProperty(Property(vector, exponent))!;
        return new Piece(property.GetMethod!.CreateDelegate<Func<EncodedPieces, VBuffer<float>>>(),
            property.SetMethod!.CreateDelegate<Action<EncodedPieces, VBuffer<float>>>());
    })];

    private readonly record struct Piece(Func<EncodedPieces, VBuffer<float>> Get, Action<EncodedPieces, VBuffer<float>> Set);
}
