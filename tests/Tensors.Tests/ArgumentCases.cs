namespace Disentangle.ML.Tensors.Tests;

/// <summary>Calls with wrong arguments, which every engine refuses with the same message.</summary>
public static class ArgumentCases
{
    public static TheoryData<string, Func<Engine, Tensor>> WrongShapes => new()
    {
        { "Add: shapes [2 x 3] and [2 x 4]", e => e.Add(Zeros(e, 2, 3), Zeros(e, 2, 4)) },
        { "MatMul: [2 x 3] times [4 x 2]: the inner lengths differ", e => e.MatMul(Zeros(e, 2, 3), Zeros(e, 4, 2)) },
        { "MatMul: [2 x 3] transposed times [3 x 2]", e => e.MatMul(Zeros(e, 2, 3), Zeros(e, 3, 2), transposeA: true) },
        { "Linear: x [2 x 3] has 3 columns, but the weight [5 x 4] takes 4", e => e.Linear(Zeros(e, 2, 3), Zeros(e, 5, 4), null) },
        { "Linear: the weight [5 x 3] needs a bias of shape [5], not [1 x 5]",
            e => e.Linear(Zeros(e, 2, 3), Zeros(e, 5, 3), Zeros(e, 1, 5)) },
        { "Reshape: [2 x 3] has 6 elements and cannot become [7] with 7", e => e.Reshape(Zeros(e, 2, 3), new Shape(7)) },
        { "Slice: elements 1 to 3 are outside axis 1 of [2 x 3]", e => e.Slice(Zeros(e, 2, 3), 1, 1, 3) },
        { "Sum: [2 x 3] has no axis 2", e => e.Sum(Zeros(e, 2, 3), 2) },
        { "Concatenate: shapes [2 x 3] and [2 x 4] differ in an axis other than 0",
            e => e.Concatenate([Zeros(e, 2, 3), Zeros(e, 2, 4)], 0) },
        { "GatherRows: [2 x 3] has rows 0 to 1", e => e.GatherRows(Zeros(e, 2, 3), [2]) },
        { "SoftmaxCrossEntropy: labels of [2 x 3] must be -1 (none) to 2", e => e.SoftmaxCrossEntropy(Zeros(e, 2, 3), [0, 3]) },
        { "SoftmaxCrossEntropy: [2 x 3] needs 2 of them, not 1", e => e.SoftmaxCrossEntropy(Zeros(e, 2, 3), [0]) },
        { "BinaryCrossEntropyWithLogits: [2 x 3] needs 6 of them, not 5",
            e => e.BinaryCrossEntropyWithLogits(Zeros(e, 2, 3), new float[5]) },
        { "BinaryCrossEntropyWithLogits: [2 x 3] needs 6 of them, not 4",
            e => e.BinaryCrossEntropyWithLogits(Zeros(e, 2, 3), Zeros(e, 2, 2)) },
        { "SquaredDistances: the rows of [2 x 3] and [2 x 4] differ in length", e => e.SquaredDistances(Zeros(e, 2, 3), Zeros(e, 2, 4)) },
        { "SoftNearestNeighbor: h must be a matrix", e => e.SoftNearestNeighbor(Zeros(e, 2, 3), [0], 1, NeighborDistance.Cosine) },
        { "SoftNearestNeighbor: the temperature is 0; it must be greater than 0",
            e => e.SoftNearestNeighbor(Zeros(e, 2, 3), [0, 0], 0, NeighborDistance.Cosine) },
        { "Convolution2D: the tensor must have 4 axes; [2 x 3] has 2",
            e => e.Convolution2D(Zeros(e, 2, 3), Zeros(e, 1, 1, 1, 1), null, Padding.Same) },
        { "channels, but the weight [1 x 3 x 3 x 4] takes 4",
            e => e.Convolution2D(Zeros(e, 1, 5, 5, 2), Zeros(e, 1, 3, 3, 4), null, Padding.Same) },
        { "is smaller than the filters", e => e.Convolution2D(Zeros(e, 1, 2, 5, 2), Zeros(e, 1, 3, 3, 2), null, Padding.Valid) },
        { "is smaller than a window of 3 x 3", e => e.MaxPool2D(Zeros(e, 1, 2, 5, 2), 3) },
        { "MaxOverTime: the sequences of [1 x 2 x 3] must have 1 to 2 steps", e => e.MaxOverTime(Zeros(e, 1, 2, 3), [3]) },
        { "the lengths add up to 4 steps, x [5 x 2] has 5",
            e => e.Gru(Zeros(e, 5, 2), [3, 1], Zeros(e, 6, 2), Zeros(e, 6, 2), Zeros(e, 6), Zeros(e, 6)) },
        { "Gru: x [5 x 2] and 2 hidden units need weights [6 x 2] and [6 x 2] and biases [6]", e =>
            e.Gru(Zeros(e, 5, 2), [5], Zeros(e, 6, 3), Zeros(e, 6, 2), Zeros(e, 6), Zeros(e, 6)) },
    };

    private static Tensor Zeros(Engine engine, int a) => engine.Fill(new Shape(a), 0);

    private static Tensor Zeros(Engine engine, int a, int b) => engine.Fill(new Shape(a, b), 0);

    private static Tensor Zeros(Engine engine, int a, int b, int c) => engine.Fill(new Shape(a, b, c), 0);

    private static Tensor Zeros(Engine engine, int a, int b, int c, int d) => engine.Fill(new Shape(a, b, c, d), 0);
}
