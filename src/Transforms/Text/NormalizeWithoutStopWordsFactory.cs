using Microsoft.ML.Transforms;

namespace Disentangle.ML.Transforms;

/// <summary>Normalises texts and removes stop words.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class NormalizeWithoutStopWordsFactory : CustomMappingFactory<TextsRow, TextRow>
{
    public const string Contract = "Disentangle.ML.NormalizeWithoutStopWords.1";

    public override Action<TextsRow, TextRow> GetMapping() =>
        static (row, result) => result.Text = NormalizeFactory.Normalize(row.Texts, removeStopWords: true);
}
