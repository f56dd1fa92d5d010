namespace Disentangle.ML.Tensors.Tests;

/// <summary>All operations under test.</summary>
public static partial class OperationCases
{
    public static IReadOnlyList<OperationCase> All { get; } =
        [.. Elementwise(), .. Reductions(), .. Rearrangement(), .. LinearAlgebra(), .. Losses(), .. Images(), .. Sequences()];

    /// <summary>Arbitrary numbers in -1..1, the same in every run.</summary>
    public static double[] Numbers(int count, int seed, double scale = 1, double offset = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => scale * (2 * random.NextDouble() - 1) + offset)];
    }

    private static (Shape, double[]) Input(Shape shape, int seed, double scale = 1, double offset = 0) =>
        (shape, Numbers(shape.Length, seed, scale, offset));

    private static double[] Map(double[] x, Func<double, double> function) => [.. x.Select(function)];

    private static double LogSumExp(IEnumerable<double> x)
    {
        double max = x.Max();
        return double.IsNegativeInfinity(max) ? max : max + Math.Log(x.Sum(value => Math.Exp(value - max)));
    }

    private static double[] Row(double[] x, int row, int columns) => x[(row * columns)..((row + 1) * columns)];

    private static double[] Rows(int rows, Func<int, IEnumerable<double>> row) => [.. Enumerable.Range(0, rows).SelectMany(row)];

    /// <summary>op(A) op(B).</summary>
    private static double[] Product(double[] a, double[] b, int m, int n, int k, bool transposeA, bool transposeB)
    {
        var c = new double[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                for (int l = 0; l < k; l++)
                    c[i * n + j] += (transposeA ? a[l * m + i] : a[i * k + l]) * (transposeB ? b[j * k + l] : b[l * n + j]);
            }
        }
        return c;
    }

    private static double Activate(double x, Activation activation) => activation switch
    {
        Activation.ReLU => Math.Max(0, x),
        Activation.LeakyReLU => x > 0 ? x : 0.01 * x,
        Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Activation.Tanh => Math.Tanh(x),
        _ => x,
    };
}
