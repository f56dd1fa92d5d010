namespace Disentangle.ML.Tensors.Tests;

public sealed class ArgumentTests
{
    public static TheoryData<string, Func<Engine, Tensor>> WrongShapes => new()
    {
        { "Add: shapes [2 x 3] and [2 x 4]", e => e.Add(Zeros(e, 2, 3), Zeros(e, 2, 4)) },
        { "MatMul: [2 x 3] times [4 x 2]: the inner lengths differ", e => e.MatMul(Zeros(e, 2, 3), Zeros(e, 4, 2)) },
        { "MatMul: [2 x 3] transposed times [3 x 2]", e => e.MatMul(Zeros(e, 2, 3), Zeros(e, 3, 2), transposeA: true) },
        { "Linear: x [2 x 3] has 3 columns, the weight [5 x 4] takes 4", e => e.Linear(Zeros(e, 2, 3), Zeros(e, 5, 4), null) },
        { "Linear: the weight [5 x 3] needs a bias of shape [5], not [1 x 5]", e => e.Linear(Zeros(e, 2, 3), Zeros(e, 5, 3), Zeros(e, 1, 5)) },
        { "Reshape: [2 x 3] has 6 elements and cannot become [7] with 7", e => e.Reshape(Zeros(e, 2, 3), new Shape(7)) },
        { "Slice: the part 1, ..., 3 does not lie in axis 1 of [2 x 3]", e => e.Slice(Zeros(e, 2, 3), 1, 1, 3) },
        { "Sum: [2 x 3] has no axis 2", e => e.Sum(Zeros(e, 2, 3), 2) },
        { "Concatenate: shapes [2 x 3] and [2 x 4] differ in another axis than 0", e => e.Concatenate([Zeros(e, 2, 3), Zeros(e, 2, 4)], 0) },
        { "GatherRows: [2 x 3] has rows 0 to 1", e => e.GatherRows(Zeros(e, 2, 3), [2]) },
        { "SoftmaxCrossEntropy: labels of [2 x 3] are -1 (none) to 2", e => e.SoftmaxCrossEntropy(Zeros(e, 2, 3), [0, 3]) },
        { "SoftmaxCrossEntropy: [2 x 3] needs 2 of them, not 1", e => e.SoftmaxCrossEntropy(Zeros(e, 2, 3), [0]) },
        { "BinaryCrossEntropyWithLogits: [2 x 3] needs 6 of them, not 5", e => e.BinaryCrossEntropyWithLogits(Zeros(e, 2, 3), new float[5]) },
        { "SquaredDistances: the rows of [2 x 3] and [2 x 4] differ in length", e => e.SquaredDistances(Zeros(e, 2, 3), Zeros(e, 2, 4)) },
        { "SoftNearestNeighbor: h is a matrix", e => e.SoftNearestNeighbor(Zeros(e, 2, 3), [0], 1, NeighborDistance.Cosine) },
        { "SoftNearestNeighbor: the temperature must be positive", e => e.SoftNearestNeighbor(Zeros(e, 2, 3), [0, 0], 0, NeighborDistance.Cosine) },
        { "Convolution2D: a tensor with 4 axes is needed, not [2 x 3]", e => e.Convolution2D(Zeros(e, 2, 3), Zeros(e, 1, 1, 1, 1), null, Padding.Same) },
        { "channels, the weight [1 x 3 x 3 x 4] takes 4", e => e.Convolution2D(Zeros(e, 1, 5, 5, 2), Zeros(e, 1, 3, 3, 4), null, Padding.Same) },
        { "is smaller than the filters", e => e.Convolution2D(Zeros(e, 1, 2, 5, 2), Zeros(e, 1, 3, 3, 2), null, Padding.Valid) },
        { "is smaller than a window of 3 x 3", e => e.MaxPool2D(Zeros(e, 1, 2, 5, 2), 3) },
        { "MaxOverTime: a sequence of [1 x 2 x 3] has 1 to 2 steps", e => e.MaxOverTime(Zeros(e, 1, 2, 3), [3]) },
        { "the lengths add up to 4 steps, x [5 x 2] has 5", e => e.Gru(Zeros(e, 5, 2), [3, 1], Zeros(e, 6, 2), Zeros(e, 6, 2), Zeros(e, 6), Zeros(e, 6)) },
        { "Gru: x [5 x 2] and 2 hidden units need weights [6 x 2] and [6 x 2] and biases [6]", e =>
            e.Gru(Zeros(e, 5, 2), [5], Zeros(e, 6, 3), Zeros(e, 6, 2), Zeros(e, 6), Zeros(e, 6)) },
    };

    [Theory]
    [MemberData(nameof(WrongShapes))]
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
            Assert.Contains("A step is open already", Assert.Throws<InvalidOperationException>(() => engine.BeginStep(training: false)).Message);
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
            Assert.Contains("starts from one number, not from a tensor of shape [2]", Assert.Throws<ArgumentException>(() => engine.Backward(p.Value)).Message);
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
        Assert.Contains("made by another engine", Assert.Throws<ArgumentException>(() => other.SetValues(p, [3, 4])).Message);
        Assert.Contains("made by another engine", Assert.Throws<ArgumentException>(() => other.CreateOptimizer([p], new AdamOptions())).Message);
    }

    [Fact]
    public void Optimizer_refuses_wrong_settings_and_foreign_states()
    {
        using var engine = new ManagedEngine(threads: 1);
        Parameter p = engine.CreateParameter("p", new Shape(2), [1, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.CreateOptimizer([p], new AdamOptions { Beta1 = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.CreateOptimizer([p], new SgdOptions { Momentum = -0.1f }));
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.CreateOptimizer([p], new SgdOptions { MaximumGradientNorm = 0 }));
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

    private static Tensor Zeros(Engine engine, int a) => engine.Fill(new Shape(a), 0);

    private static Tensor Zeros(Engine engine, int a, int b) => engine.Fill(new Shape(a, b), 0);

    private static Tensor Zeros(Engine engine, int a, int b, int c) => engine.Fill(new Shape(a, b, c), 0);

    private static Tensor Zeros(Engine engine, int a, int b, int c, int d) => engine.Fill(new Shape(a, b, c, d), 0);
}
