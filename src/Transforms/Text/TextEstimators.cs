using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>What turns a column of text into another column, by stock transformers.</summary>
internal abstract class TextEstimator : IEstimator<ITransformer>
{
    protected TextEstimator(string output, string input)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(output, "outputColumnName");
        ArgumentException.ThrowIfNullOrWhiteSpace(input, "inputColumnName");
        (Output, Input) = (output, input);
    }

    protected string Output { get; }

    protected string Input { get; }

    protected static MLContext ML { get; } = new();

    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TextColumn.Check(input.Schema, Input);
        return FitCore(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TextColumn.Check(inputSchema, Input);
        return Steps().GetOutputSchema(inputSchema);
    }

    /// <summary>Steps whose output has the right shape.</summary>
    protected abstract IEstimator<ITransformer> Steps();

    protected abstract ITransformer FitCore(IDataView input);

    /// <summary>The column as a vector of texts, as the mappings read it.</summary>
    protected EstimatorChain<ITransformer> Texts() => AppendTexts(new EstimatorChain<ITransformer>());

    /// <summary>
    /// Appends what makes the column a vector of texts. A loaded chain converts numbers to text here, and refuses what is neither by the
    /// user's column.
    /// </summary>
    protected EstimatorChain<ITransformer> AppendTexts(EstimatorChain<ITransformer> steps) => steps
        .Append<ITransformer>(ML.Transforms.Conversion.ConvertType(TextsRow.Column, Input, DataKind.String))
        .Append<ITransformer>(ML.Transforms.Concatenate(TextsRow.Column, TextsRow.Column));

    /// <summary>Fits steps that learn nothing of the data.</summary>
    protected ITransformer FitToNothing(IEstimator<ITransformer> steps)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(TextRow));
        schema[TextRow.Column].ColumnName = Input;
        return steps.Fit(ML.Data.LoadFromEnumerable(Array.Empty<TextRow>(), schema));
    }

    /// <summary>The words of the data, row by row.</summary>
    protected IEnumerable<ReadOnlyMemory<char>> Words(IDataView data)
    {
        IDataView texts = FitToNothing(Texts()).Transform(data);
        DataViewSchema.Column column = texts.Schema[TextsRow.Column];
        using DataViewRowCursor cursor = texts.GetRowCursor([column]);
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> row = default;
        while (cursor.MoveNext())
        {
            getter(ref row);
            foreach (ReadOnlyMemory<char> word in TextColumn.Words(row))
                yield return word;
        }
    }
}

/// <summary>Normalises text by <see cref="WordNormalizer"/>.</summary>
internal sealed class WordNormalizingEstimator(string output, string input, bool removeStopWords) : TextEstimator(output, input)
{
    protected override IEstimator<ITransformer> Steps() => Texts()
        .Append<ITransformer>(removeStopWords
            ? ML.Transforms.CustomMapping(new NormalizeWithoutStopWordsFactory().GetMapping(), NormalizeWithoutStopWordsFactory.Contract)
            : ML.Transforms.CustomMapping(new NormalizeFactory().GetMapping(), NormalizeFactory.Contract))
        .Append<ITransformer>(ML.Transforms.CopyColumns(Output, TextRow.Column))
        .Append<ITransformer>(ML.Transforms.DropColumns(TextsRow.Column, TextRow.Column));

    protected override ITransformer FitCore(IDataView input) => new TextTransformer(Input, FitToNothing(Steps()));
}

/// <summary>Numbers the most frequent words.</summary>
internal sealed class WordNumberEstimator : TextEstimator
{
    private readonly int _vocabularySize;

    public WordNumberEstimator(string output, string input, int vocabularySize) : base(output, input)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 2);
        _vocabularySize = vocabularySize;
    }

    protected override IEstimator<ITransformer> Steps() => Steps([KeyValuePair.Create("a", 1f)]);

    protected override ITransformer FitCore(IDataView input)
    {
        KeyValuePair<string, float>[] numbers =
        [
            .. Words(input).Select(word => word.ToString()).Where(word => word.Length > 0).CountBy(word => word)
                .OrderByDescending(pair => pair.Value).Take(_vocabularySize - 1).Select((pair, i) => KeyValuePair.Create(pair.Key, i + 1f)),
        ];
        return numbers.Length > 0
            ? new TextTransformer(Input, FitToNothing(Steps(numbers)))
            : throw new InvalidDataException($"The text column '{Input}' has no words to number.");
    }

    private EstimatorChain<ITransformer> Steps(IEnumerable<KeyValuePair<string, float>> numbers) => Texts()
        .Append<ITransformer>(ML.Transforms.CustomMapping(new WordsFactory().GetMapping(), WordsFactory.Contract))
        .Append<ITransformer>(ML.Transforms.Conversion.MapValue(Output, numbers, WordsRow.Column))
        .Append<ITransformer>(ML.Transforms.DropColumns(TextsRow.Column, WordsRow.Column));
}

/// <summary>Makes vectors of texts from those of their words.</summary>
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
                $"The word vectors have {vectors.Vectors.Dimension} values; a model can be saved with at most {Pieces.MaximumWidth}.", nameof(vectors));
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

    /// <summary>Steps that keep the vectors as they are.</summary>
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

    /// <summary>Steps that can be saved: the vectors are a payload, as in <see cref="StockChain"/>.</summary>
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

/// <summary>A chain of stock transformers that reads a column of text.</summary>
/// <param name="input">The column.</param>
/// <param name="chain">The chain.</param>
/// <param name="saved">The same as it is saved; null where it can be saved as it is.</param>
internal sealed class TextTransformer(string input, ITransformer chain, Func<ITransformer>? saved = null) : ITransformer
{
    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Checked(inputSchema).GetOutputSchema(inputSchema);

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Checked(input.Schema).Transform(input);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Checked(inputSchema).GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)(saved?.Invoke() ?? chain)).Save(ctx);

    private ITransformer Checked(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TextColumn.Check(inputSchema, input);
        return chain;
    }
}
