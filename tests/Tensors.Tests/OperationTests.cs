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
}
