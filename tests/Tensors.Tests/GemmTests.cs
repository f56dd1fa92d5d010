namespace Disentangle.ML.Tensors.Tests;

public sealed class GemmTests
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(1, 48, 513)]
    [InlineData(1, 430, 600)]
    [InlineData(1, 7, 50)]
    [InlineData(1, 13, 8)]
    [InlineData(1, 391, 523)]
    [InlineData(1, 2003, 131)]
    [InlineData(5, 70, 9)]
    [InlineData(7, 49, 384)]
    [InlineData(8, 96, 1)]
    [InlineData(65, 33, 1100)]
    [InlineData(100, 500, 64)]
    [InlineData(3, 1000, 20)]
    public void Product_agrees_with_plain_loops(int m, int n, int k)
    {
        float[] a = Random(m * k, 1), b = Random(k * n, 2), before = Random(m * n, 3);
        RegisterWidths.OnEach(level =>
        {
            foreach ((bool transposeA, bool transposeB, bool accumulate) in Cases())
            {
                float[] c = [.. before];
                MatrixMultiply.Run(a, transposeA, b, transposeB, c, m, n, k, accumulate, threads: 2);
                for (int i = 0; i < m; i++)
                {
                    for (int j = 0; j < n; j++)
                    {
                        double sum = accumulate ? before[i * n + j] : 0;
                        for (int l = 0; l < k; l++)
                            sum += (double)(transposeA ? a[l * m + i] : a[i * k + l]) * (transposeB ? b[j * k + l] : b[l * n + j]);
                        Assert.True(Math.Abs(sum - c[i * n + j]) <= 1e-5 * Math.Sqrt(k + 1),
                            $"{level}: element {i}, {j} is {c[i * n + j]}, not {sum}");
                    }
                }
            }
        });
    }

    [Theory]
    [InlineData(500, 784)]
    [InlineData(70, 2000)]
    [InlineData(15, 9)]
    [InlineData(389, 527)]
    public void Row_has_the_same_bits_whatever_the_number_of_rows_and_threads(int n, int k)
    {
        const int rows = 131;
        float[] a = Random(rows * k, 4), b = Random(k * n, 5);
        RegisterWidths.OnEach(level =>
        {
            foreach (bool transposeB in new[] { false, true })
            {
                var all = new float[rows * n];
                MatrixMultiply.Run(a, false, b, transposeB, all, rows, n, k, threads: 2);
                foreach ((int first, int count) in new[] { (0, 131), (0, 1), (5, 1), (64, 2), (17, 3), (100, 7), (3, 16), (40, 90) })
                {
                    var part = new float[count * n];
                    MatrixMultiply.Run(a.AsSpan(first * k, count * k), false, b, transposeB, part, count, n, k, threads: 1);
                    Assert.True(part.AsSpan().SequenceEqual(all.AsSpan(first * n, count * n)), $"{level}: rows {first}.. differ");
                }
            }
        });
    }

    [Fact]
    public void Wrong_length_is_named()
    {
        ArgumentException error =
            Assert.Throws<ArgumentException>(() => MatrixMultiply.Run(new float[6], false, new float[12], false, new float[7], 2, 4, 3));
        Assert.StartsWith("The product of [2 x 3] and [3 x 4] needs 8 elements in c, not 7.", error.Message);
    }

    private static IEnumerable<(bool TransposeA, bool TransposeB, bool Accumulate)> Cases() =>
        Enumerable.Range(0, 8).Select(i => ((i & 1) != 0, (i & 2) != 0, (i & 4) != 0));

    private static float[] Random(int length, int seed) => [.. OperationCases.Numbers(length, seed).Select(value => (float)value)];
}
