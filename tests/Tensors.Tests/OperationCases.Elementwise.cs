namespace Disentangle.ML.Tensors.Tests;

public static partial class OperationCases
{
    private static IEnumerable<OperationCase> Elementwise()
    {
        foreach ((Shape a, Shape b) in new[]
        {
            (new Shape(5, 37), new Shape(5, 37)), (new Shape(5, 37), new Shape(37)), (new Shape(5, 37), new Shape(1, 37)),
                (new Shape(5, 37), new Shape(5, 1)),
            (new Shape(5, 37), Shape.Scalar), (new Shape(37), new Shape(5, 1)), (new Shape(2, 3, 4, 5), new Shape(3, 1, 5)),
                (Shape.Scalar, Shape.Scalar),
            (new Shape(2, 1, 19), new Shape(3, 1)),
        })
        {
            (Shape, double[])[] inputs = [Input(a, 1), Input(b, 2, 0.5, 1.5)];
            yield return Broadcast($"Add {a} and {b}", (e, x) => e.Add(x[0], x[1]), (p, q) => p + q);
            yield return Broadcast($"Subtract {b} from {a}", (e, x) => e.Subtract(x[0], x[1]), (p, q) => p - q);
            yield return Broadcast($"Multiply {a} and {b}", (e, x) => e.Multiply(x[0], x[1]), (p, q) => p * q);
            yield return Broadcast($"Divide {a} by {b}", (e, x) => e.Divide(x[0], x[1]), (p, q) => p / q);

            OperationCase Broadcast(string name, Func<Engine, Tensor[], Tensor> compute, Func<double, double, double> function) =>
                new(name, inputs, compute, x => BroadcastReference(x[0], a, x[1], b, function));
        }

        Shape shape = new(3, 23);
        yield return new("Add a tensor to itself", [Input(shape, 3)], (e, x) => e.Add(x[0], x[0]), x => Map(x[0], v => v + v));
        yield return new("Multiply a tensor with itself", [Input(shape, 3)], (e, x) => x[0] * x[0], x => Map(x[0], v => v * v));
        yield return new("A tensor that two operations use", [Input(shape, 3)], (e, x) => e.Exp(x[0]) * (x[0] - 0.5f), x =>
            Map(x[0], v => Math.Exp(v) * (v - 0.5)));
        yield return new("Affine", [Input(shape, 4)], (e, x) => 3f - 2f * x[0], x => Map(x[0], v => 3 - 2 * v));
        yield return new("Exp", [Input(shape, 5, 20)], (e, x) => e.Affine(e.Exp(x[0]), 1e-6f, 0),
            x => Map(x[0], v => Math.Exp(v) * (double)1e-6f));
        yield return new("Log", [Input(shape, 6, 0.999, 1)], (e, x) => e.Log(x[0]), x => Map(x[0], Math.Log));
        yield return new("Square", [Input(shape, 7)], (e, x) => e.Square(x[0]), x => Map(x[0], v => v * v));
        yield return new("Sqrt", [Input(shape, 8, 0.9, 1)], (e, x) => e.Sqrt(x[0]), x => Map(x[0], Math.Sqrt));
        yield return new("ClampMin", [Input(shape, 9)], (e, x) => e.ClampMin(x[0], 0.25f), x => Map(x[0], v => Math.Max(v, 0.25)));
        foreach (Activation activation in Enum.GetValues<Activation>())
            yield return new($"Activate by {activation}", [Input(shape, 10, 3)], (e, x) => e.Activate(x[0], activation), x =>
                Map(x[0], v => Activate(v, activation)));
    }

    private static double[] BroadcastReference(double[] a, Shape shapeA, double[] b, Shape shapeB, Func<double, double, double> function)
    {
        int[] Lengths(Shape shape) =>
            [.. Enumerable.Repeat(1, 4 - shape.Rank), .. Enumerable.Range(0, shape.Rank).Select(axis => shape[axis])];
        int[] lengthsA = Lengths(shapeA), lengthsB = Lengths(shapeB);
        int[] lengths = [.. lengthsA.Zip(lengthsB, Math.Max)];
        int At(int[] of, int[] index) =>
            Enumerable.Range(0, 4).Aggregate(0, (at, axis) => at * of[axis] + (of[axis] == 1 ? 0 : index[axis]));
        var result = new List<double>();
        for (int i = 0; i < lengths[0]; i++)
        {
            for (int j = 0; j < lengths[1]; j++)
            {
                for (int k = 0; k < lengths[2]; k++)
                {
                    for (int l = 0; l < lengths[3]; l++)
                        result.Add(function(a[At(lengthsA, [i, j, k, l])], b[At(lengthsB, [i, j, k, l])]));
                }
            }
        }
        return [.. result];
    }
}
