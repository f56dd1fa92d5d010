using Microsoft.ML.Transforms;

namespace Disentangle.ML.Transforms;

/// <summary>Computes the mean of a text's word vectors, which the payload holds.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class MeanFactory : CustomMappingFactory<PayloadAndTexts, ComputedPieces>
{
    public const string Contract = "Disentangle.ML.MeanWordVectors.1";

    public override Action<PayloadAndTexts, ComputedPieces> GetMapping() =>
        static (row, pieces) => Pieces.Write(pieces, 0, TextVectors.Of(row.Payload).Compute(row.Texts));
}
