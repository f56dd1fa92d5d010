using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>Converts texts to vectors, using the vectors of their words.</summary>
internal sealed class WordVectorEstimator : TextEstimator
{
    private readonly TextVectors _vectors;
    private readonly bool _onlySeenWords;

    public WordVectorEstimator(string output, string input, TextVectors vectors, bool onlySeenWords) : base(output, input)
    {
        ArgumentNullException.ThrowIfNull(vectors.Vectors, "vectors");
        ArgumentOutOfRangeException.ThrowIfLessThan(vectors.MaximumWords ?? 1, 1, "maximumWords");
        if (vectors.IsMean && vectors.Vectors.Dimension > Pieces.MaximumWidth)
        {
            throw new ArgumentException(
                $"The word vectors have {vectors.Vectors.Dimension} values; a model can be saved with at most {Pieces.MaximumWidth}.",
                    nameof(vectors));
        }
        (_vectors, _onlySeenWords) = (vectors, onlySeenWords);
    }

    protected override IEstimator<ITransformer> Steps() => Steps(_vectors);

    protected override ITransformer FitCore(IDataView input)
    {
        TextVectors vectors = _vectors;
        if (_onlySeenWords)
        {
            var seen = new SortedSet<int>(Words(input).Select(word => vectors.Vectors.IndexOf(word.Span)));
            seen.Remove(-1);
            vectors = vectors with { Vectors = vectors.Vectors.Only(seen) };
        }
        return new TextTransformer(Input, FitToNothing(Steps(vectors)), () => FitToNothing(SavedSteps(vectors)));
    }

    /// <summary>Creates steps that refer to the vectors in memory.</summary>
    private EstimatorChain<ITransformer> Steps(TextVectors vectors)
    {
        SchemaDefinition output = SchemaDefinition.Create(typeof(VectorRow));
        output[VectorRow.Column].ColumnType = vectors.IsMean
            ? new VectorDataViewType(NumberDataViewType.Single, vectors.Vectors.Dimension)
            : new VectorDataViewType(NumberDataViewType.Single);
        output[VectorRow.Column].ColumnName = Output;
        return Texts()
            .Append<ITransformer>(ML.Transforms.CustomMapping<TextsRow, VectorRow>(
                (row, result) => result.Vector = vectors.ComputeBuffer(row.Texts), contractName: null, outputSchemaDefinition: output))
            .Append<ITransformer>(ML.Transforms.DropColumns(TextsRow.Column));
    }

    /// <summary>Creates steps that can be saved, with the vectors as a payload as in <see cref="StockChain"/>.</summary>
    private EstimatorChain<ITransformer> SavedSteps(TextVectors vectors)
    {
        var payload = KeyValuePair.Create(PayloadKey.Value, vectors.Write());
        EstimatorChain<ITransformer> steps = AppendTexts(new EstimatorChain<ITransformer>()
            .Append<ITransformer>(ML.Transforms.CustomMapping(new PayloadKeyFactory().GetMapping(), PayloadKeyFactory.Contract))
            .Append<ITransformer>(ML.Transforms.Conversion.MapValue(StockChain.Prefix + "Payload", [payload], StockChain.Prefix + "Key")));
        string[] inside = [StockChain.Prefix + "Key", StockChain.Prefix + "Length", StockChain.Prefix + "Payload", TextsRow.Column];
        return vectors.IsMean
            ? steps.Append<ITransformer>(ML.Transforms.CustomMapping(new MeanFactory().GetMapping(), MeanFactory.Contract))
                .Append<ITransformer>(ML.Transforms.Concatenate(Output, Pieces.Names(0, vectors.Vectors.Dimension)))
                .Append<ITransformer>(ML.Transforms.DropColumns([.. inside, .. Pieces.AllNames]))
            : steps.Append<ITransformer>(ML.Transforms.CustomMapping(new SequenceFactory().GetMapping(), SequenceFactory.Contract))
                .Append<ITransformer>(ML.Transforms.CopyColumns(Output, VectorRow.Column))
                .Append<ITransformer>(ML.Transforms.DropColumns([.. inside, VectorRow.Column]));
    }
}
