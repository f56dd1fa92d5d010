namespace Disentangle.ML.Tensors.Tests;

public class ConvolutionTests
{
    /// <summary>Fewer than 8 filters have kernels of their own; 8 have not.</summary>
    [Theory]
    [InlineData(1, Padding.Same)]
    [InlineData(3, Padding.Same)]
    [InlineData(7, Padding.Valid)]
    public void Few_filters_give_what_they_give_among_eight(int filters, Padding padding)
    {
        // Large enough for several strips of lines.
        Shape images = new(2, 40, 60, 64), few = new(filters, 3, 3, 64), eight = new(8, 3, 3, 64);
        float[] x = Numbers(images, 1), weight = Numbers(eight, 2), bias = Numbers(new Shape(8), 3);
        RegisterWidths.OnEach(level =>
        {
            (float[] output, float[] gradient, float[] inputGradient) = Convolve(few);
            (float[] expected, float[] expectedGradient, float[] expectedInput) = Convolve(eight);
            AssertClose(level, [.. expected.Where((_, i) => i % 8 < filters)], output);
            AssertClose(level, expectedGradient[..gradient.Length], gradient);
            AssertClose(level, expectedInput, inputGradient);
        });

        // The result, and the gradients of the sum of squares of the few filters' results.
        (float[] Output, float[] WeightGradient, float[] InputGradient) Convolve(Shape shape)
        {
            using var engine = new ManagedEngine(threads: 2);
            Parameter input = engine.CreateParameter("x", images, x);
            Parameter w = engine.CreateParameter("w", shape, weight.AsSpan(0, shape.Length));
            Parameter b = engine.CreateParameter("b", new Shape(shape[0]), bias.AsSpan(0, shape[0]));
            using IDisposable step = engine.BeginStep(training: true);
            Tensor y = engine.Convolution2D(input.Value, w.Value, b.Value, padding, Activation.Tanh);
            engine.Backward(engine.Sum(engine.Square(engine.Slice(y, 3, 0, filters))));
            float[] gradient = new float[shape.Length], inputGradient = new float[images.Length];
            engine.CopyGradient(w, gradient);
            engine.CopyGradient(input, inputGradient);
            return (y.ToArray(), gradient, inputGradient);
        }
    }

    private static void AssertClose(object level, float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        float scale = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-5f * scale, $"{level}: element {i} is {actual[i]}, not {expected[i]}");
    }

    private static float[] Numbers(Shape shape, int seed) =>
        [.. OperationCases.Numbers(shape.Length, seed).Select(value => 0.1f * (float)value)];
}
