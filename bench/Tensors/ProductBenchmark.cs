using BenchmarkDotNet.Attributes;

namespace Disentangle.ML.Tensors.Bench;

/// <summary>The matrix product on one core, for the sizes of common layers and a square one.</summary>
public class ProductBenchmark
{
    private float[] _a = [];
    private float[] _b = [];
    private float[] _c = [];

    public enum Form
    {
        AB,
        ABt,
        AtB,
    }

    public static IEnumerable<Size> Sizes =>
    [
        new(128, 256, 784), new(256, 500, 784), new(256, 2000, 500), new(2000, 500, 256), new(256, 70, 2000), new(1000, 1000, 1000),
        new(1, 500, 784),
    ];

    [ParamsSource(nameof(Sizes))]
    public Size Product { get; set; } = null!;

    [ParamsAllValues]
    public Form Kind { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _a = [.. Enumerable.Repeat(0.5f, Product.M * Product.K)];
        _b = [.. Enumerable.Repeat(0.25f, Product.K * Product.N)];
        _c = new float[Product.M * Product.N];
    }

    [Benchmark]
    public void Multiply() =>
        MatrixMultiply.Run(_a, Kind == Form.AtB, _b, Kind == Form.ABt, _c, Product.M, Product.N, Product.K, threads: 1);

    /// <summary>C [m x n] = A [m x k] B [k x n].</summary>
    public sealed record Size(int M, int N, int K) : IWork
    {
        public double Operations => 2.0 * M * N * K;

        public override string ToString() => $"{M} x {N} x {K}";
    }
}
