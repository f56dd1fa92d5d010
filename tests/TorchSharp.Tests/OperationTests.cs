using Disentangle.ML.Tensors;
using Disentangle.ML.Tensors.Tests;

namespace Disentangle.ML.TorchSharp.Tests;

public class OperationTests
{
    [Fact]
    public void All_operations_and_their_gradients_agree_with_plain_loops()
    {
        using TorchEngine engine = LibTorch.NewEngine(seed: 1);
        var faults = new List<string>();
        foreach (OperationCase operation in OperationCases.All)
        {
            try
            {
                operation.Check(engine);
            }
            catch (Exception e)
            {
                faults.Add($"{operation.Name}: {e.Message}");
            }
        }
        Assert.True(OperationCases.All.Count > 100);
        Assert.Empty(faults);
    }

    [Fact]
    public void Wrong_arguments_get_the_messages_of_the_managed_engine()
    {
        using TorchEngine engine = LibTorch.NewEngine();
        using IDisposable step = engine.BeginStep(training: true);
        foreach (var row in ArgumentCases.WrongShapes)
        {
            (string message, Func<Engine, Tensor> operation) = row.Data;
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => operation(engine)).Message);
        }
    }

    [Fact]
    public void Dropout_and_normal_draws_are_those_of_the_managed_engine()
    {
        using TorchEngine torch = LibTorch.NewEngine(seed: 5);
        using var managed = new ManagedEngine(threads: 1, seed: 5);
        foreach (int length in new[] { 1, 2, 7, 1000 })
            Assert.Equal(Draw(managed, length), Draw(torch, length));
        Assert.Equal(managed.RandomState, torch.RandomState);

        static float[] Draw(Engine engine, int length)
        {
            using IDisposable step = engine.BeginStep(training: true);
            Tensor dropped = engine.Dropout(engine.Fill(new Shape(length), 3), 0.4f);
            return [.. dropped.ToArray(), .. engine.Normal(new Shape(length)).ToArray()];
        }
    }

    [Fact]
    public void Dropout_outside_training_changes_nothing()
    {
        using TorchEngine engine = LibTorch.NewEngine();
        using IDisposable step = engine.BeginStep(training: false);
        Tensor x = engine.Fill(new Shape(3), 2);
        Assert.Same(x, engine.Dropout(x, 0.5f));
    }
}
