using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Disentangle.ML.MLNetAssumptions.Tests;

/// <summary>Maps Number to Twice, by contract.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class Doubling : CustomMappingFactory<Doubling.Input, Doubling.Output>
{
    public const string Contract = "Disentangle.ML.MLNetAssumptions.Tests.Doubling";

    public override Action<Input, Output> GetMapping() => (input, output) => output.Value = 2 * input.Number;

    internal sealed class Input
    {
        public float Number { get; set; }
    }

    internal sealed class Output
    {
        [ColumnName("Twice")]
        public float Value { get; set; }
    }
}
