using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Disentangle.ML.Tensors.Bench;

/// <summary>The peak of one core: independent multiply-adds on registers, without memory access.</summary>
internal static class FmaCeiling
{
    private const int Chains = 12;

    /// <summary>
    /// Prints how close the matrix product comes to it. Processors change their clock rate, so each product is timed between two
    /// measurements of the ceiling. The eleventh best of 101 ratios counts, because other work on the machine disturbs most of them.
    /// </summary>
    public static void Compare()
    {
        const int rounds = 101;
        double best = Enumerable.Range(0, rounds).Max(_ => MeasureGigaflops());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ceiling: {best:F0} x 10^9 operations per second"));
        foreach (ProductBenchmark.Size size in ProductBenchmark.Sizes)
        {
            foreach (ProductBenchmark.Form kind in Enum.GetValues<ProductBenchmark.Form>())
            {
                var benchmark = new ProductBenchmark { Product = size, Kind = kind };
                benchmark.Setup();
                benchmark.Multiply();
                int repeats = (int)Math.Ceiling(5e7 / size.Operations);
                var ratios = new double[rounds];
                for (int round = 0; round < rounds; round++)
                {
                    double before = MeasureGigaflops();
                    var watch = Stopwatch.StartNew();
                    for (int i = 0; i < repeats; i++)
                        benchmark.Multiply();
                    double gigaflops = repeats * size.Operations / watch.Elapsed.TotalSeconds / 1e9;
                    ratios[round] = gigaflops / Math.Max(before, MeasureGigaflops());
                }
                Array.Sort(ratios);
                Console.WriteLine($"{size,-20} {kind,-4} {ratios[rounds * 9 / 10],4:P0} of the ceiling");
            }
        }
    }

    private static double MeasureGigaflops()
    {
        const int iterations = 100_000;
        bool is512 = Vector512.IsHardwareAccelerated;
        var watch = Stopwatch.StartNew();
        Result = is512 ? Run512(iterations) : Run256(iterations);
        return 2.0 * Chains * (is512 ? 16 : 8) * iterations / watch.Elapsed.TotalSeconds / 1e9;
    }

    /// <summary>Keeps the sums alive.</summary>
    public static float Result { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Run512(int iterations)
    {
        Vector512<float> x = Vector512.Create(0.5f), y = Vector512.Create(1e-3f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int n = 0; n < iterations; n++)
        {
            (a, b, c) = (Vector512.FusedMultiplyAdd(a, x, y), Vector512.FusedMultiplyAdd(b, x, y), Vector512.FusedMultiplyAdd(c, x, y));
            (d, e, f) = (Vector512.FusedMultiplyAdd(d, x, y), Vector512.FusedMultiplyAdd(e, x, y), Vector512.FusedMultiplyAdd(f, x, y));
            (g, h, i) = (Vector512.FusedMultiplyAdd(g, x, y), Vector512.FusedMultiplyAdd(h, x, y), Vector512.FusedMultiplyAdd(i, x, y));
            (j, k, l) = (Vector512.FusedMultiplyAdd(j, x, y), Vector512.FusedMultiplyAdd(k, x, y), Vector512.FusedMultiplyAdd(l, x, y));
        }
        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Run256(int iterations)
    {
        Vector256<float> x = Vector256.Create(0.5f), y = Vector256.Create(1e-3f);
        Vector256<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int n = 0; n < iterations; n++)
        {
            (a, b, c) = (Vector256.FusedMultiplyAdd(a, x, y), Vector256.FusedMultiplyAdd(b, x, y), Vector256.FusedMultiplyAdd(c, x, y));
            (d, e, f) = (Vector256.FusedMultiplyAdd(d, x, y), Vector256.FusedMultiplyAdd(e, x, y), Vector256.FusedMultiplyAdd(f, x, y));
            (g, h, i) = (Vector256.FusedMultiplyAdd(g, x, y), Vector256.FusedMultiplyAdd(h, x, y), Vector256.FusedMultiplyAdd(i, x, y));
            (j, k, l) = (Vector256.FusedMultiplyAdd(j, x, y), Vector256.FusedMultiplyAdd(k, x, y), Vector256.FusedMultiplyAdd(l, x, y));
        }
        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
