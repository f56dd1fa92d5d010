namespace Disentangle.ML.Tensors.Tests;

public static partial class OperationCases
{
    private static IEnumerable<OperationCase> Reductions()
    {
        Shape shape = new(3, 7, 21);
        yield return new("Sum of all", [Input(shape, 20)], (e, x) => e.Sum(x[0]), x => [x[0].Sum()]);
        yield return new("Mean of all", [Input(shape, 20)], (e, x) => e.Mean(x[0]), x => [x[0].Average()]);
        for (int axis = 0; axis < 3; axis++)
        {
            int a = axis;
            bool keep = axis == 1;
            yield return new($"Sum along axis {a}", [Input(shape, 21)], (e, x) => e.Sum(x[0], a, keep),
                x => Along(x[0], shape, a, v => v.Sum()));
            yield return new($"Mean along axis {a}", [Input(shape, 22)], (e, x) => e.Mean(x[0], a - 3, keep),
                x => Along(x[0], shape, a, v => v.Average()));
            yield return new($"Max along axis {a}", [Input(shape, 23)], (e, x) => e.Max(x[0], a, keep),
                x => Along(x[0], shape, a, v => v.Max()));
            yield return new($"LogSumExp along axis {a}", [Input(shape, 24, 5)], (e, x) => e.LogSumExp(x[0], a, keep),
                x => Along(x[0], shape, a, LogSumExp));
        }
        yield return new("LogSumExp of great numbers", [Input(new Shape(4, 5), 25, 1, 500)], (e, x) => e.LogSumExp(x[0], 1), x =>
            Along(x[0], new Shape(1, 4, 5), 2, LogSumExp));
        yield return new(
            "LogSumExp leaves out entries of -inf",
            [Input(new Shape(3, 4), 26)],
            (e, x) => e.LogSumExp(x[0] + e.Constant(new Shape(4), [0, float.NegativeInfinity, 0, 0]), 1),
            x => Rows(3, i => [LogSumExp([x[0][4 * i], x[0][4 * i + 2], x[0][4 * i + 3]])]));

        foreach (int columns in new[] { 2, 10, 37 })
        {
            (Shape, double[])[] input = [Input(new Shape(5, columns), 27, 4)];
            yield return new($"Softmax of {columns} columns", input, (e, x) => e.Softmax(x[0]), x => Rows(5, i =>
            {
                double[] row = Row(x[0], i, columns);
                return row.Select(v => Math.Exp(v - LogSumExp(row)));
            }));
            yield return new($"LogSoftmax of {columns} columns", input, (e, x) => e.LogSoftmax(x[0]), x => Rows(5, i =>
            {
                double[] row = Row(x[0], i, columns);
                return row.Select(v => v - LogSumExp(row));
            }));
        }
    }

    private static double[] Along(double[] x, Shape shape, int axis, Func<IEnumerable<double>, double> function)
    {
        int outer = Enumerable.Range(0, axis).Aggregate(1, (product, i) => product * shape[i]);
        int inner = Enumerable.Range(axis + 1, shape.Rank - axis - 1).Aggregate(1, (product, i) => product * shape[i]);
        return Rows(outer, o =>
            Enumerable.Range(0, inner)
                .Select(i => function([.. Enumerable.Range(0, shape[axis]).Select(j => x[(o * shape[axis] + j) * inner + i])])));
    }
}
