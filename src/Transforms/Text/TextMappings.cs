using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Disentangle.ML.Transforms;

/// <summary>What the mappings of texts read: a vector of texts, of any size.</summary>
internal sealed class TextsRow
{
    public const string Column = StockChain.Prefix + "Texts";

    [ColumnName(Column), VectorType]
    public VBuffer<ReadOnlyMemory<char>> Texts { get; set; }
}

/// <summary>A text.</summary>
internal sealed class TextRow
{
    public const string Column = StockChain.Prefix + "Text";

    [ColumnName(Column)]
    public ReadOnlyMemory<char> Text { get; set; }
}

/// <summary>The words of a text.</summary>
internal sealed class WordsRow
{
    public const string Column = StockChain.Prefix + "Words";

    [ColumnName(Column), VectorType]
    public VBuffer<ReadOnlyMemory<char>> Words { get; set; }
}

/// <summary>A vector; its name and size are told at run time, or it has any size.</summary>
internal sealed class VectorRow
{
    public const string Column = StockChain.Prefix + "Vector";

    [ColumnName(Column), VectorType]
    public VBuffer<float> Vector { get; set; }
}

/// <summary>What the mappings of texts to vectors read in a saved model.</summary>
internal sealed class PayloadAndTexts
{
    [ColumnName(StockChain.Prefix + "Payload")]
    public ReadOnlyMemory<char> Payload { get; set; }

    [ColumnName(TextsRow.Column), VectorType]
    public VBuffer<ReadOnlyMemory<char>> Texts { get; set; }
}

/// <summary>Normalises texts, with stop words removed.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class NormalizeWithoutStopWordsFactory : CustomMappingFactory<TextsRow, TextRow>
{
    public const string Contract = "Disentangle.ML.NormalizeWithoutStopWords.1";

    public override Action<TextsRow, TextRow> GetMapping() =>
        static (row, result) => result.Text = NormalizeFactory.Normalize(row.Texts, removeStopWords: true);
}

/// <summary>Normalises texts.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class NormalizeFactory : CustomMappingFactory<TextsRow, TextRow>
{
    public const string Contract = "Disentangle.ML.Normalize.1";

    public override Action<TextsRow, TextRow> GetMapping() => static (row, result) => result.Text = Normalize(row.Texts, removeStopWords: false);

    public static ReadOnlyMemory<char> Normalize(VBuffer<ReadOnlyMemory<char>> texts, bool removeStopWords) =>
        WordNormalizer.Normalize(string.Join('\n', texts.DenseValues()), removeStopWords).AsMemory();
}

/// <summary>Splits texts into words.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class WordsFactory : CustomMappingFactory<TextsRow, WordsRow>
{
    public const string Contract = "Disentangle.ML.Words.1";

    public override Action<TextsRow, WordsRow> GetMapping() => static (row, result) =>
    {
        ReadOnlyMemory<char>[] words = [.. TextColumn.Words(row.Texts)];
        result.Words = new VBuffer<ReadOnlyMemory<char>>(words.Length, words);
    };
}

/// <summary>The mean of the word vectors that the payload holds.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class MeanFactory : CustomMappingFactory<PayloadAndTexts, ComputedPieces>
{
    public const string Contract = "Disentangle.ML.MeanWordVectors.1";

    public override Action<PayloadAndTexts, ComputedPieces> GetMapping() =>
        static (row, pieces) => Pieces.Write(pieces, 0, TextVectors.Of(row.Payload).Compute(row.Texts));
}

/// <summary>The word vectors that the payload holds, one behind the other.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class SequenceFactory : CustomMappingFactory<PayloadAndTexts, VectorRow>
{
    public const string Contract = "Disentangle.ML.WordVectorSequence.1";

    public override Action<PayloadAndTexts, VectorRow> GetMapping() =>
        static (row, result) => result.Vector = TextVectors.Of(row.Payload).ComputeBuffer(row.Texts);
}
