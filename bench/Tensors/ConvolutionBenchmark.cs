using BenchmarkDotNet.Attributes;

namespace Disentangle.ML.Tensors.Bench;

/// <summary>Convolutions of 32 images with 3 x 3 filters on one core, in inference steps and in training steps.</summary>
public class ConvolutionBenchmark
{
    private const int Images = 32;

    private ManagedEngine _engine = null!;
    private Parameter _x = null!;
    private Parameter _weight = null!;

    public static IEnumerable<Size> Sizes => [new(32, 64, 3), new(28, 32, 1), new(28, 15, 30)];

    [ParamsSource(nameof(Sizes))]
    public Size Convolution { get; set; } = null!;

    [GlobalSetup]
    public void Setup()
    {
        _engine = new ManagedEngine(threads: 1);
        Shape images = new(Images, Convolution.Side, Convolution.Side, Convolution.Channels);
        Shape filters = new(Convolution.Filters, 3, 3, Convolution.Channels);
        _x = _engine.CreateParameter("x", images, [.. Enumerable.Repeat(0.5f, images.Length)]);
        _weight = _engine.CreateParameter("weight", filters, [.. Enumerable.Repeat(0.25f, filters.Length)]);
    }

    [Benchmark]
    public void Forward()
    {
        using IDisposable step = _engine.BeginStep(training: false);
        _engine.Convolution2D(_x.Value, _weight.Value, null, Padding.Same);
    }

    /// <summary>With both gradients: three times the operations of <see cref="Forward"/>, although the column counts those alone.</summary>
    [Benchmark]
    public void ForwardAndBackward()
    {
        using IDisposable step = _engine.BeginStep(training: true);
        _engine.Backward(_engine.Sum(_engine.Convolution2D(_x.Value, _weight.Value, null, Padding.Same)));
    }

    /// <summary>Images [side x side x channels].</summary>
    public sealed record Size(int Side, int Channels, int Filters) : IWork
    {
        public double Operations => 2.0 * Images * Side * Side * 9 * Channels * Filters;

        public override string ToString() => $"{Channels} to {Filters}, {Side} x {Side}";
    }
}
