namespace Disentangle.ML.Trainers.Tests.RowViews;

public class ViewTests
{
    public static TheoryData<string> Names => [.. Cases.Keys];

    private static readonly Dictionary<string, (IRowView View, InputShape Shape, int Length)> Cases = new()
    {
        ["image"] = (Views.Images(6, 5, 2), new InputShape(60, IsSequence: false), 60),
        ["noise"] = (Views.Noise(0.5f), new InputShape(7, IsSequence: false), 7),
        ["mask"] = (Views.Mask(0.5f), new InputShape(7, IsSequence: false), 7),
        ["sequence"] = (Views.Sequence(2, jitter: 0.1f), new InputShape(2, IsSequence: true), 24),
        ["combined"] = (Views.Combine(Views.Mask(), Views.Noise()), new InputShape(7, IsSequence: false), 7),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_a_function_of_the_random_numbers_and_leaves_the_row_as_it_is(string name)
    {
        (IRowView view, InputShape shape, int length) = Cases[name];
        float[] row = [.. Enumerable.Range(0, length).Select(i => 1f + i % 5)], copy = [.. row];
        float[] first = view.Change(row, new Random(3)), again = view.Change(row, new Random(3)), other = view.Change(row, new Random(4));

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Equal(copy, row);
        Assert.Null(shape.Fault(first.Length));
        Assert.Null(view.Mismatch(shape));
        Assert.Empty(view.Faults());
    }

    [Fact]
    public void An_image_without_any_change_stays_as_it_is()
    {
        var view = new ImageView { Image = new ImageSize(4, 3, 2), Shift = 0, Rotation = 0, Scale = 0, Shear = 0 };
        float[] image = [.. Enumerable.Range(0, 24).Select(i => (float)i)];
        float[] changed = view.Change(image, new Random(1));
        for (int i = 0; i < image.Length; i++)
            Assert.Equal(image[i], changed[i], 1e-4f);
    }

    [Fact]
    public void A_shifted_image_is_the_image_at_another_place()
    {
        // A dot in the middle; its centre of mass moves by less than the limit, and its sum stays.
        var view = new ImageView { Image = new ImageSize(21, 21), Shift = 0.1f, Rotation = 0, Scale = 0, Shear = 0 };
        var image = new float[441];
        image[10 * 21 + 10] = 1;
        for (int seed = 0; seed < 20; seed++)
        {
            float[] changed = view.Change(image, new Random(seed));
            Assert.Equal(1, changed.Sum(), 1e-4);
            double x = Enumerable.Range(0, 441).Sum(i => changed[i] * (i % 21)), y = Enumerable.Range(0, 441)
                .Sum(i => changed[i] * (i / 21));
            Assert.InRange(x, 10 - 2.1001, 10 + 2.1001);
            Assert.InRange(y, 10 - 2.1001, 10 + 2.1001);
        }
    }

    [Fact]
    public void An_image_turned_by_a_quarter_has_its_columns_as_rows()
    {
        var view = new ImageView { Image = new ImageSize(3, 3), Shift = 0, Rotation = 180, Scale = 0, Shear = 0 };
        float[] image = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        float[] changed = view.Change(image, new Quarter());
        float[] clockwise = [7, 4, 1, 8, 5, 2, 9, 6, 3], counterclockwise = [3, 6, 9, 2, 5, 8, 1, 4, 7];
        float[] expected = Math.Abs(changed[0] - 7) < 0.1f ? clockwise : counterclockwise;
        for (int i = 0; i < 9; i++)
            Assert.Equal(expected[i], changed[i], 1e-3f);
    }

    [Fact]
    public void Noise_has_its_deviation()
    {
        float[] changed = Views.Noise(0.5f).Change(new float[10_001], new Random(1));
        Assert.Equal(0, changed.Average(), 0.02);
        Assert.Equal(0.25, changed.Average(value => value * value), 0.02);
    }

    [Fact]
    public void A_mask_takes_its_share()
    {
        float[] changed = Views.Mask(0.2f).Change([.. Enumerable.Repeat(1f, 10_000)], new Random(1));
        Assert.InRange(changed.Count(value => value == 0), 1800, 2200);
        Assert.All(changed, value => Assert.True(value is 0 or 1));
    }

    [Fact]
    public void A_sequence_keeps_the_order_of_its_steps()
    {
        float[] steps = [.. Enumerable.Range(0, 40).SelectMany(i => new[] { i, -(float)i })];
        for (int seed = 0; seed < 50; seed++)
        {
            float[] changed = Views.Sequence(2, crop: 0.2f, speed: 0.3f).Change(steps, new Random(seed));
            Assert.InRange(changed.Length / 2, 16, 56);
            for (int i = 0; i < changed.Length; i += 2)
            {
                Assert.Equal(changed[i], -changed[i + 1]);
                Assert.True(i == 0 || changed[i] >= changed[i - 2]);
            }
        }
        Assert.Equal(2, Views.Sequence(2, crop: 0.9f, speed: 0.9f).Change([1, 2], new Random(1)).Length);
    }

    [Fact]
    public void Says_what_rows_do_not_fit()
    {
        Assert.Equal("The image view needs images of 28 x 28 x 1 = 784 features; the rows are vectors of 64 features.",
            Views.Images(28, 28).Mismatch(new InputShape(64, IsSequence: false)));
        Assert.Equal("The sequence view needs steps of 4 values; the rows are vectors of 64 features.",
            Views.Sequence(4).Mismatch(new InputShape(64, IsSequence: false)));
        Assert.NotNull(Views.Combine(Views.Noise(), Views.Sequence(4)).Mismatch(new InputShape(64, IsSequence: false)));
    }

    [Fact]
    public void Says_which_settings_are_out_of_range()
    {
        Assert.Equal("Deviation of a noise view is 0; it must be greater than 0.", Assert.Single(Views.Noise(0).Faults()));
        Assert.Single(Views.Mask(1).Faults());
        Assert.Single(new ImageView { Scale = 1 }.Faults());
        Assert.Single(Views.Images(0, 4).Faults());
        Assert.Single(Views.Sequence(1, speed: float.NaN).Faults());
        Assert.Single(Views.Combine().Faults());
    }

    /// <summary>Always draws a quarter turn out of ±180 degrees.</summary>
    private sealed class Quarter : Random
    {
        private bool _first = true;

        public override float NextSingle()
        {
            (bool first, _first) = (_first, false);
            return first ? 0.75f : 0.5f;
        }
    }
}
