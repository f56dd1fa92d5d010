using System.Globalization;
using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Disentangle.ML.Transforms;

/// <summary>
/// A transformer of features as a chain of stock transformers. ML.NET lets nobody else write into its model files or register a loader, so a saved one is this
/// chain: convert the features to a private name, look the payload up, compute by a custom mapping that decodes the payload once, put the
/// pieces of the result together, drop the private columns. The file names the assembly of the custom mappings, so that
/// <c>ml.Model.Load</c> finds them without registration.
/// </summary>
internal static class StockChain
{
    /// <summary>Begins the names of the columns that exist only inside the chain.</summary>
    public const string Prefix = "__Disentangle.";

    private const string NoClassKey = Prefix + "NoClassKey";
    private const string NoClassFlag = Prefix + "NoClassFlag";

    public static TransformerChain<ITransformer> Create(FeatureTransformer transformer)
    {
        FeatureInput input = transformer.Input;
        var ml = new MLContext();
        var payload = KeyValuePair.Create(PayloadKey.Value, ModelPayload.Write(transformer.Save()));
        var steps = new EstimatorChain<ITransformer>()
            // Columns of another type are converted, or refused here, where the host's message names the user's column and no private one.
            .Append(ml.Transforms.Conversion.ConvertType(Prefix + "Features", input.Name, DataKind.Single))
            .Append(ml.Transforms.CustomMapping(new PayloadKeyFactory().GetMapping(), PayloadKeyFactory.Contract))
            .Append<ITransformer>(ml.Transforms.Conversion.MapValue(Prefix + "Payload", [payload], Prefix + "Key"))
            // Makes a single number a vector of one.
            .Append<ITransformer>(ml.Transforms.Concatenate(Prefix + "Features", Prefix + "Features"));
        if (input.Length is not null)
            steps = steps.Append<ITransformer>(ml.Transforms.Conversion.ConvertType(Prefix + "Length", input.Length, DataKind.Double));
        if (input.Label is { } label)
        {
            // The class travels behind the features.
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

    /// <summary>The transformer whose chain this is, or null if it is the chain of something else.</summary>
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

/// <summary>The columns of <see cref="ComputedPieces"/> that make up a vector: one for every power of two in its length, the greatest first.</summary>
internal static class Pieces
{
    /// <summary>The number of vectors there are pieces for.</summary>
    public const int MaximumVectors = 4;

    /// <summary>The longest vector there are pieces for.</summary>
    public const int MaximumWidth = (1 << Count) - 1;

    private const int Count = 15;

    private static readonly Piece[][] All = [.. Enumerable.Range(0, MaximumVectors).Select(Make)];

    /// <summary>The pieces of a vector, which is the first (0), the second, ... of those computed.</summary>
    public static string[] Names(int vector, int width) =>
        [.. Enumerable.Range(0, Count).Reverse().Where(i => (width & (1 << i)) != 0).Select(i => StockChain.Prefix + Property(vector, i))];

    public static IEnumerable<string> AllNames =>
    [
        .. Enumerable.Range(0, MaximumVectors).SelectMany(vector => Names(vector, MaximumWidth)),
        StockChain.Prefix + nameof(ComputedPieces.ClassNumber), StockChain.Prefix + nameof(ComputedPieces.ClassBoolean),
        StockChain.Prefix + nameof(ComputedPieces.Number),
    ];

    /// <summary>Cuts a vector into its pieces.</summary>
    public static void Write(ComputedPieces row, int vector, ReadOnlySpan<float> values)
    {
        while (!values.IsEmpty)
        {
            int exponent = BitOperations.Log2((uint)values.Length);
            Piece piece = All[vector][exponent];
            VBuffer<float> buffer = piece.Get(row);
            Fill(ref buffer, values[..(1 << exponent)]);
            piece.Set(row, buffer);
            values = values[(1 << exponent)..];
        }
    }

    /// <summary>Makes a vector dense with these values.</summary>
    public static void Fill(ref VBuffer<float> destination, ReadOnlySpan<float> values)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref destination, values.Length);
        values.CopyTo(editor.Values);
        destination = editor.Commit();
    }

    private static string Property(int vector, int exponent) => (char)('A' + vector) + exponent.ToString(CultureInfo.InvariantCulture);

    private static Piece[] Make(int vector) => [.. Enumerable.Range(0, Count).Select(exponent =>
    {
        var property = typeof(ComputedPieces).GetProperty(Property(vector, exponent))!;
        return new Piece(property.GetMethod!.CreateDelegate<Func<ComputedPieces, VBuffer<float>>>(),
            property.SetMethod!.CreateDelegate<Action<ComputedPieces, VBuffer<float>>>());
    })];

    private readonly record struct Piece(Func<ComputedPieces, VBuffer<float>> Get, Action<ComputedPieces, VBuffer<float>> Set);
}
