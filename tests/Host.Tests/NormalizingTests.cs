using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Host.Tests;

public class NormalizingTests
{
    private static readonly Row[] _rows =
    [
        new() { Scalar = 1, Real = -2, Vector = [-4, 7, 1] },
        new() { Scalar = 3, Real = 6, Vector = [0, 7, float.NaN] },
        new() { Scalar = 5, Real = 2, Vector = [2, 7, 5] },
    ];

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void The_largest_magnitude_becomes_1_and_0_stays_0()
    {
        Assert.Equal([0.2f, 0.6f, 1f], Values<float>(_ml.Transforms.NormalizeMinMax("Out", "Scalar")), Within(1e-6f));
        AssertVectors([[-1, 0, 0.2f], [0, 0, float.NaN], [0.5f, 0, 1]], _ml.Transforms.NormalizeMinMax("Out", "Vector"));
    }

    [Fact]
    public void The_range_becomes_0_to_1_if_0_may_move()
    {
        Assert.Equal([0f, 0.5f, 1f], Values<float>(_ml.Transforms.NormalizeMinMax("Out", "Scalar", fixZero: false)), Within(1e-6f));
        AssertVectors([[0, 0, 0], [2 / 3f, 0, float.NaN], [1, 0, 1]], _ml.Transforms.NormalizeMinMax("Out", "Vector", fixZero: false));
    }

    [Fact]
    public void The_root_mean_square_becomes_1_and_0_stays_0()
    {
        float scale = 1 / MathF.Sqrt((1 + 9 + 25) / 3f);
        Assert.Equal([scale, 3 * scale, 5 * scale], Values<float>(_ml.Transforms.NormalizeMeanVariance("Out", "Scalar")), Within(1e-6f));
    }

    [Fact]
    public void The_mean_becomes_0_and_the_variance_1_if_0_may_move()
    {
        // The mean is 3 and the population's variance 8 / 3.
        float scale = MathF.Sqrt(3 / 8f);
        Assert.Equal([-2 * scale, 0, 2 * scale], Values<float>(_ml.Transforms.NormalizeMeanVariance("Out", "Scalar", fixZero: false)), Within(1e-6f));
        // Without the NaN, the mean of the last slot is 3 and its variance 4.
        AssertVectors([[-10 / MathF.Sqrt(56), 0, -1], [2 / MathF.Sqrt(56), 0, float.NaN], [8 / MathF.Sqrt(56), 0, 1]],
            _ml.Transforms.NormalizeMeanVariance("Out", "Vector", fixZero: false));
    }

    [Fact]
    public void Vectors_become_1_long()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Row { Vector = [2, -4, 4] }, new Row { Vector = [0, 0, 0] }]);
        // A chain asks for the shape of the output first.
        ITransformer model = _ml.Transforms.NormalizeLpNorm("Out", "Vector").Append(_ml.Transforms.CopyColumns("Copy", "Out")).Fit(data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        foreach (ITransformer candidate in new[] { model, new MLContext().Model.Load(stream, out _) })
        {
            IDataView scaled = candidate.Transform(data);
            Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), scaled.Schema["Out"].Type);
            Assert.True(scaled.Schema["Out"].IsNormalized());
            float[][] vectors = [.. scaled.GetColumn<float[]>("Out")];
            Assert.Equal([1 / 3f, -2 / 3f, 2 / 3f], vectors[0], Within(1e-6f));
            Assert.Equal([0, 0, 0], vectors[1]);
        }
        var scalar = _ml.Transforms.NormalizeLpNorm("Out", "Scalar");
        Assert.Throws<ArgumentOutOfRangeException>(() => scalar.Append(_ml.Transforms.CopyColumns("Copy", "Out")).Fit(data));
    }

    [Fact]
    public void Doubles_stay_doubles()
    {
        IDataView data = Apply(_ml.Transforms.NormalizeMinMax("Out", "Real", fixZero: false));
        Assert.Equal([0, 1, 0.5], data.GetColumn<double>("Out"));
        Assert.True(data.Schema["Out"].IsNormalized());
        Assert.False(data.Schema["Real"].IsNormalized());
    }

    [Fact]
    public void Only_the_rows_asked_for_are_counted()
        => Assert.Equal([1 / 3f, 1, 5 / 3f], Values<float>(_ml.Transforms.NormalizeMinMax("Out", "Scalar", maximumExampleCount: 2)), Within(1e-6f));

    [Fact]
    public void Several_columns_are_normalised_at_once()
    {
        IDataView data = Apply(_ml.Transforms.NormalizeMinMax([new InputOutputColumnPair("A", "Scalar"), new InputOutputColumnPair("Real")]));
        Assert.Equal([0.2f, 0.6f, 1f], data.GetColumn<float>("A"), Within(1e-6f));
        Assert.Equal([-1 / 3.0, 1, 1 / 3.0], data.GetColumn<double>("Real"), (first, second) => Math.Abs(first - second) < 1e-12);
    }

    [Fact]
    public void Other_types_are_errors()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Apply(_ml.Transforms.CopyColumns("C", "Text").Append(_ml.Transforms.NormalizeMinMax("Out", "Text"))));
        Assert.Throws<ArgumentOutOfRangeException>(() => Apply(_ml.Transforms.CopyColumns("C", "Free").Append(_ml.Transforms.NormalizeMinMax("Out", "Free"))));
    }

    private static Func<float, float, bool> Within(float tolerance) => (first, second) => Math.Abs(first - second) <= tolerance;

    private void AssertVectors(float[][] expected, IEstimator<ITransformer> estimator)
    {
        float[][] actual = Values<float[]>(estimator);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], (first, second) => (float.IsNaN(first) && float.IsNaN(second)) || Math.Abs(first - second) < 1e-6f);
    }

    private T[] Values<T>(IEstimator<ITransformer> estimator) => Apply(estimator).GetColumn<T>("Out").ToArray();

    private IDataView Apply(IEstimator<ITransformer> estimator)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(_rows);
        return estimator.Fit(data).Transform(data);
    }

    private sealed class Row
    {
        public float Scalar { get; set; }

        public double Real { get; set; }

        [VectorType(3)]
        public float[] Vector { get; set; } = [];

        public float[] Free { get; set; } = [];

        public string Text { get; set; } = "";
    }
}
