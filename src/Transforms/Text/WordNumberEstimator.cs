using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

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
                .OrderByDescending(pair => pair.Value).Take(_vocabularySize - 1)
                    .Select((pair, i) => KeyValuePair.Create(pair.Key, i + 1f)),
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
