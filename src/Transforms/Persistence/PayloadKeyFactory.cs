using Microsoft.ML.Transforms;

namespace Disentangle.ML.Transforms;

/// <summary>Writes the constant key that the chain's lookup maps to the payload.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class PayloadKeyFactory : CustomMappingFactory<NoColumns, PayloadKey>
{
    public const string Contract = "Disentangle.ML.PayloadKey.1";

    public override Action<NoColumns, PayloadKey> GetMapping() => static (_, row) =>
        (row.Key, row.Length) = (PayloadKey.Value, PayloadAndFeatures.AllSteps);
}
