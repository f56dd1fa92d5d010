using Microsoft.ML;

namespace Disentangle.ML.Transforms;

/// <summary>Normalises text with <see cref="WordNormalizer"/>.</summary>
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
