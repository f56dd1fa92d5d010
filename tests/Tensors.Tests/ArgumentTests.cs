namespace Disentangle.ML.Tensors.Tests;

public sealed class ArgumentTests
{
    [Theory]
    [MemberData(nameof(ArgumentCases.WrongShapes), MemberType = typeof(ArgumentCases))]
    public void Wrong_argument_gives_one_message_that_says_what_is_wrong(string message, Func<Engine, Tensor> operation)
    {
        using var engine = new ManagedEngine(threads: 1);
        using IDisposable step = engine.BeginStep(training: true);
        var error = Assert.ThrowsAny<ArgumentException>(() => operation(engine));
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Operations_need_an_open_step()
    {
        using var engine = new ManagedEngine(threads: 1);
        Parameter p = engine.CreateParameter("p", new Shape(2), [1, 2]);
        Assert.Contains("No step is open", Assert.Throws<InvalidOperationException>(() => engine.Exp(p.Value)).Message);
        Tensor old;
        using (engine.BeginStep(training: true))
        {
            old = engine.Exp(p.Value);
            Assert.Contains("A step is already open",
                Assert.Throws<InvalidOperationException>(() => engine.BeginStep(training: false)).Message);
        }
        Assert.Contains("a step that has ended", Assert.Throws<InvalidOperationException>(() => old.ToArray()).Message);
        using (engine.BeginStep(training: true))
            Assert.Contains("a step that has ended", Assert.Throws<InvalidOperationException>(() => engine.Exp(old)).Message);
        engine.Dispose();
        Assert.Throws<ObjectDisposedException>(() => engine.BeginStep(training: false));
    }

    [Fact]
    public void Backward_needs_a_training_step_and_one_number()
    {
        using var engine = new ManagedEngine(threads: 1);
        Parameter p = engine.CreateParameter("p", new Shape(2), [1, 2]);
        using (engine.BeginStep(training: true))
            Assert.Contains("needs a scalar, not a tensor of shape [2]",
                Assert.Throws<ArgumentException>(() => engine.Backward(p.Value)).Message);
        using (engine.BeginStep(training: false))
            Assert.Contains("training step", Assert.Throws<InvalidOperationException>(() => engine.Backward(engine.Sum(p.Value))).Message);
    }

    [Fact]
    public void Another_engine_may_read_parameters_but_not_train_them()
    {
        using ManagedEngine owner = new(threads: 1), other = new(threads: 1);
        Parameter p = owner.CreateParameter("p", new Shape(2), [1, 2]);
        using (other.BeginStep(training: false))
            Assert.Equal(3, other.Sum(p.Value).Item());
        using (other.BeginStep(training: true))
            Assert.Contains("only inference steps may read it", Assert.Throws<InvalidOperationException>(() => other.Sum(p.Value)).Message);
        Assert.Contains("created by another engine", Assert.Throws<ArgumentException>(() => other.SetValues(p, [3, 4])).Message);
        Assert.Contains("created by another engine",
            Assert.Throws<ArgumentException>(() => other.CreateOptimizer([p], new AdamOptions())).Message);
    }

    [Fact]
    public void Optimizer_refuses_wrong_settings_and_foreign_states()
    {
        using var engine = new ManagedEngine(threads: 1);
        Parameter p = engine.CreateParameter("p", new Shape(2), [1, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.CreateOptimizer([p], new AdamOptions { Beta1 = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.CreateOptimizer([p], new AdamOptions { WeightDecay = -0.1f }));
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.CreateOptimizer([p], new AdamOptions { MaximumGradientNorm = 0 }));
        Optimizer optimizer = engine.CreateOptimizer([p], new AdamOptions());
        Assert.Equal(4, optimizer.StateLength);
        Assert.Contains("4 values, not 3", Assert.Throws<ArgumentException>(() => optimizer.LoadState(1, new float[3])).Message);
        Assert.Throws<InvalidOperationException>(() => optimizer.Step(0.1f));
        using (engine.BeginStep(training: true))
            Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.Step(float.NaN));
    }

    [Fact]
    public void Optimizer_goes_on_from_a_saved_state_bit_for_bit()
    {
        float[] straight = Train(interrupted: false), resumed = Train(interrupted: true);
        Assert.Equal(straight, resumed);

        static float[] Train(bool interrupted)
        {
            using var engine = new ManagedEngine(threads: 1);
            Parameter p = engine.CreateParameter("p", new Shape(3), [1, 2, 3]);
            Optimizer optimizer = engine.CreateOptimizer([p], new AdamOptions());
            for (int i = 0; i < 6; i++)
            {
                if (interrupted && i == 3)
                {
                    var state = new float[optimizer.StateLength];
                    optimizer.SaveState(state);
                    long steps = optimizer.StepCount;
                    optimizer = engine.CreateOptimizer([p], new AdamOptions());
                    optimizer.LoadState(steps, state);
                }
                using (engine.BeginStep(training: true))
                {
                    engine.Backward(engine.Sum(engine.Square(p.Value)));
                    optimizer.Step(0.1f);
                }
            }
            return p.Value.ToArray();
        }
    }
}
