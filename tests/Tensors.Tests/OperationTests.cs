using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Tests;

public sealed class OperationTests
{
    public static TheoryData<string> Names => [.. OperationCases.All.Select(operation => operation.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_and_its_gradient_agree_with_plain_loops_on_every_register_width(string name)
    {
        OperationCase operation = OperationCases.All.Single(operation => operation.Name == name);
        RegisterWidths.OnEach(_ =>
        {
            using var engine = new ManagedEngine(threads: 2, seed: 1);
            operation.Check(engine);
        });
    }

    // The same reference judges both, so this says that the compositions in Engine and the overrides of ManagedEngine agree.
    [Theory]
    [MemberData(nameof(Names))]
    public void Composition_agrees_with_plain_loops_too(string name)
    {
        using var engine = new CompositionEngine();
        OperationCases.All.Single(operation => operation.Name == name).Check(engine);
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512", 8)]
    [InlineData("DOTNET_EnableAVX2", 4)]
    [InlineData("DOTNET_EnableHWIntrinsic", 1)]
    public void All_operations_hold_in_a_process_whose_processor_lacks(string feature, int registerWidth) =>
        ChildProcess.CheckAllOperationsWithout(feature, (SimdLevel)registerWidth);
}
