using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Disentangle.ML.Transforms;

/// <summary>Normalises texts.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class NormalizeFactory : CustomMappingFactory<TextsRow, TextRow>
{
    public const string Contract = "Disentangle.ML.Normalize.1";

    public override Action<TextsRow, TextRow> GetMapping() => static (row, result) =>
        result.Text = Normalize(row.Texts, removeStopWords: false);

    public static ReadOnlyMemory<char> Normalize(VBuffer<ReadOnlyMemory<char>> texts, bool removeStopWords) =>
        WordNormalizer.Normalize(string.Join('\n', texts.DenseValues()), removeStopWords).AsMemory();
}
