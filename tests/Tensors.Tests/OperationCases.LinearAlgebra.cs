namespace Disentangle.ML.Tensors.Tests;

public static partial class OperationCases
{
    private static IEnumerable<OperationCase> LinearAlgebra()
    {
        foreach ((int m, int n, int k) in new[] { (1, 1, 1), (3, 5, 4), (9, 50, 17), (13, 7, 33), (2, 100, 9) })
        {
            foreach ((bool transposeA, bool transposeB) in new[] { (false, false), (false, true), (true, false), (true, true) })
            {
                yield return new(
                    $"MatMul [{m} x {k}]{(transposeA ? "ᵀ" : "")} [{k} x {n}]{(transposeB ? "ᵀ" : "")}",
                    [Input(transposeA ? new Shape(k, m) : new Shape(m, k), 40), Input(transposeB ? new Shape(n, k) : new Shape(k, n), 41)],
                    (e, x) => e.MatMul(x[0], x[1], transposeA, transposeB),
                    x => Product(x[0], x[1], m, n, k, transposeA, transposeB));
            }
        }
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            yield return new(
                $"Linear with bias and {activation}", [Input(new Shape(5, 6), 42), Input(new Shape(19, 6), 43), Input(new Shape(19), 44)],
                (e, x) => e.Linear(x[0], x[1], x[2], activation), x => LinearReference(x[0], x[1], x[2], 5, 19, 6, activation));
        }
        yield return new(
            "Linear without bias", [Input(new Shape(5, 6), 42), Input(new Shape(3, 6), 43)], (e, x) =>
            e.Linear(x[0], x[1], null, Activation.Tanh), x => LinearReference(x[0], x[1], null, 5, 3, 6, Activation.Tanh));

        (Shape, double[])[] pair = [Input(new Shape(4, 6), 45), Input(new Shape(5, 6), 46)];
        yield return new("NormalizeRows", [Input(new Shape(4, 6), 47)], (e, x) => e.NormalizeRows(x[0]), x =>
            Rows(4, i => Row(x[0], i, 6).Select(v => v / Norm(Row(x[0], i, 6)))));
        yield return new("SquaredDistances", pair, (e, x) => e.SquaredDistances(x[0], x[1]), x =>
            Pairs(x, 4, 5, 6, (p, q) => p.Zip(q, (s, t) => (s - t) * (s - t)).Sum()));
        (Shape, double[])[] far = [Input(new Shape(4, 6), 45, 0.05, 1000), Input(new Shape(5, 6), 46, 0.05, 1000)];
        yield return new("SquaredDistances far from 0", far, (e, x) => e.SquaredDistances(x[0], x[1]), x =>
            Pairs(x, 4, 5, 6, (p, q) => p.Zip(q, (s, t) => (s - t) * (s - t)).Sum()));
        yield return new("CosineDistances", pair, (e, x) => e.CosineDistances(x[0], x[1]), x =>
            Pairs(x, 4, 5, 6, (p, q) => 1 - p.Zip(q, (s, t) => s * t).Sum() / (Norm(p) * Norm(q))));
    }

    private static double Norm(double[] x) => Math.Sqrt(x.Sum(v => v * v));

    private static double[] Pairs(double[][] x, int rowsA, int rowsB, int columns, Func<double[], double[], double> function) =>
        Rows(rowsA, i => Enumerable.Range(0, rowsB).Select(j => function(Row(x[0], i, columns), Row(x[1], j, columns))));

    private static double[] LinearReference(double[] x, double[] weight, double[]? bias, int rows, int outputs, int inputs,
        Activation activation)
    {
        double[] y = Product(x, weight, rows, outputs, inputs, false, true);
        return [.. y.Select((v, i) => Activate(v + (bias is null ? 0 : bias[i % outputs]), activation))];
    }
}
