using Microsoft.ML.Transforms;

namespace Disentangle.ML.Transforms;

/// <summary>Concatenates a text's word vectors, which the payload holds.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class SequenceFactory : CustomMappingFactory<PayloadAndTexts, VectorRow>
{
    public const string Contract = "Disentangle.ML.WordVectorSequence.1";

    public override Action<PayloadAndTexts, VectorRow> GetMapping() =>
        static (row, result) => result.Vector = TextVectors.Of(row.Payload).ComputeBuffer(row.Texts);
}
