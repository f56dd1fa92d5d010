using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Disentangle.ML.Transforms;

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
