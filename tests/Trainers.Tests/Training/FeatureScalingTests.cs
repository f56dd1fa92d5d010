using Disentangle.ML.Tests;
namespace Disentangle.ML.Trainers.Tests;

public class FeatureScalingTests
{
    [Fact]
    public void Standardises_what_has_different_ranges_and_leaves_pixels_as_they_are()
    {
        Assert.Equal(FeatureScalingKind.Standardized, Kind([[30, 20_000], [50, 90_000], [40, 10_000]]));
        Assert.Equal(FeatureScalingKind.Common, Kind([[0, 16, 3], [16, 0, 12], [8, 8, 0]]));
        Assert.Null(Kind([[0, 0.5f, 1], [0, 0.25f, 0]]));
        Assert.Null(Kind([[5, 5], [5, 5]]));
        Assert.Equal(FeatureScalingKind.Common, Kind([[0, 5e-31f, 1e-30f], [0, 0, 0]]));
    }

    [Fact]
    public void Standardised_features_have_mean_0_and_variance_1_also_far_from_the_origin()
    {
        foreach (float offset in new[] { 0f, 1000, 100_000 })
        {
            float[][] scaled =
                Scale(FeatureScaling.Standardized, [.. Enumerable.Range(0, 64).Select(i => new[] { offset + i % 8, 1, -i })]);
            foreach (int f in new[] { 0, 2 })
            {
                Assert.Equal(0, scaled.Average(row => row[f]), 1e-5);
                Assert.Equal(1, scaled.Average(row => row[f] * row[f]), 1e-4);
            }
            Assert.All(scaled, row => Assert.Equal(0, row[1]));
        }
    }

    [Fact]
    public void Extreme_features_are_scaled_to_finite_values_or_refused()
    {
        foreach (FeatureScaling scaling in new[] { FeatureScaling.Common, FeatureScaling.Standardized, FeatureScaling.MinMax })
        {
            foreach (float size in new[] { 1e38f, 1e30f, 1e-30f, 1e-44f })
                Assert.All(Scale(scaling, [[size, 0], [0, size], [size, size]]),
                    row => Assert.All(row, value => Assert.True(float.IsFinite(value))));
            Assert.StartsWith("Feature 1 is from -3E+38 to 3E+38;",
                Assert.Throws<InvalidDataException>(() => Scale(scaling, [[0, -3e38f], [0, 3e38f]])).Message);
        }
    }

    [Fact]
    public void Minima_become_0_and_maxima_1()
    {
        float[][] scaled = Scale(FeatureScaling.MinMax, [[-3, 7], [5, 7], [1, 7]]);
        Assert.Equal([0, 1, 0.5f], scaled.Select(row => row[0]));
        Assert.All(scaled, row => Assert.Equal(0, row[1]));
    }

    [Fact]
    public void A_common_factor_keeps_the_proportions_of_distances()
    {
        float[][] rows = [[0, 16], [4, 4], [12, 8]], scaled = Scale(FeatureScaling.Common, rows);
        double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (double)(x - y)).Sum());
        Assert.Equal(Distance(rows[0], rows[1]) / Distance(rows[1], rows[2]),
            Distance(scaled[0], scaled[1]) / Distance(scaled[1], scaled[2]), 1e-5);
        Assert.Equal(1, scaled.Average(row => (row[0] * row[0] + row[1] * row[1]) / 2), 1e-5);
    }

    [Fact]
    public void Steps_of_sequences_are_scaled_by_their_own_features()
    {
        var store = new RowStore();
        ((float[])[1, 10, 3, 30]).CopyTo(store.Add(0, 4));
        ((float[])[2, 20]).CopyTo(store.Add(1, 2));
        InputScaling scaling = Fit(store, new InputShape(2, IsSequence: true), FeatureScaling.MinMax)!;
        var scaled = new float[4];
        scaling.Apply(store.Features(0), scaled);
        Assert.Equal([0, 0, 1, 1], scaled);
    }

    [Fact]
    public void Principal_components_keep_distances_where_all_are_kept()
    {
        var random = new Random(1);
        float[][] rows = [.. Enumerable.Range(0, 30).Select(_ => Enumerable.Range(0, 4).Select(_ => random.NextSingle()).ToArray())];
        float[][] scaled = Scale(FeatureScaling.PrincipalComponents(9), rows);
        Assert.Equal(4, scaled[0].Length);
        double Distance(float[][] x, int a, int b) => Math.Sqrt(x[a].Zip(x[b], (p, q) => (p - q) * (double)(p - q)).Sum());
        double factor = Distance(scaled, 0, 1) / Distance(rows, 0, 1);
        for (int i = 2; i < 30; i++)
            Assert.Equal(factor, Distance(scaled, 0, i) / Distance(rows, 0, i), 1e-3);
        Assert.Equal(1, scaled.Average(row => row[0] * row[0]) * 30 / 29, 0.05);
    }

    [Fact]
    public void An_encoder_scales_new_rows_as_those_it_was_trained_on()
    {
        RowStore rows = TestRows.Blobs(60), larger = new();
        for (int i = 0; i < rows.Count; i++)
        {
            Span<float> features = larger.Add(rows.Label(i), 8);
            for (int f = 0; f < 8; f++)
                features[f] = 64 * rows.Features(i)[f] + 128;
        }
        TestOptions options = TrainingSetup.Small with { Scaling = FeatureScaling.Standardized };
        Encoder one = options.Train(rows).Encoder, other = options.Train(larger).Encoder;
        float[] Encode(Encoder encoder, RowStore store)
        {
            using var session = new EncoderSession(encoder);
            var embedding = new float[encoder.EmbeddingSize];
            session.Encode(store.Features(7), embedding);
            return embedding;
        }
        float[] expected = Encode(one, rows), actual = Encode(other, larger);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-3f);
    }

    [Fact]
    public void Refuses_what_is_no_scaling()
    {
        void Fails(FeatureScaling scaling, string message) => Assert.Contains(
            message, Assert.Throws<ArgumentException>(() => new TestOptions { Scaling = scaling }.Validate()).Message,
            StringComparison.Ordinal);
        Fails(FeatureScaling.PrincipalComponents(0), "Scaling asks for 0 principal components");
        Fails(new FeatureScaling((FeatureScalingKind)99), "Scaling is 99; it must be one of Auto, AsGiven, ");
        Fails(null!, "Scaling is null");
    }

    private static FeatureScalingKind? Kind(float[][] rows) =>
        Fit(Store(rows), new InputShape(rows[0].Length, IsSequence: false), FeatureScaling.Auto)?.Kind;

    private static float[][] Scale(FeatureScaling scaling, float[][] rows)
    {
        InputScaling fitted = Fit(Store(rows), new InputShape(rows[0].Length, IsSequence: false), scaling)!;
        return [.. rows.Select(row => { var scaled = new float[fitted.OutputSize]; fitted.Apply(row, scaled); return scaled; })];
    }

    private static InputScaling? Fit(RowStore rows, InputShape shape, FeatureScaling scaling) =>
        InputScaling.Fit(rows, shape, scaling, seed: 1, threads: 1, default, out _);

    private static RowStore Store(float[][] rows)
    {
        var store = new RowStore();
        foreach (float[] row in rows)
            row.CopyTo(store.Add(0, row.Length));
        return store;
    }
}
