using System.Buffers.Binary;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

public class StrokeSequenceTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string, int[]> Drawings => new()
    {
        // The start counts from 1; a line of one pixel's width stays as it is.
        { "..... .###. ..... ....." , [2, 2, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1] },
        // The end point with the least row + column begins.
        { "..... ...#. ..#.. .#..." , [4, 2, 0, 0, -1, 1, 0, 0, -1, 1, 0, 0, 0, 0, 1, 1] },
        // Two lines: the nearest end of the other goes on after the row that ends a stroke.
        {
            "#### .... .... ####",
            [1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 3, 0, 0, -1, 0, 0, 0, -1, 0, 0, 0, -1, 0, 0, 0, 0, 0, 1, 1]
        },
        // A dot of two pixels is dropped, nothing is left of nothing.
        { "#..## #.... #....", [1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1] },
        { "..... .##.. .....", [0, 0, 1, 1] },
        { "..... ..... .....", [0, 0, 1, 1] },
    };

    [Theory]
    [MemberData(nameof(Drawings))]
    public void A_drawing_gives_these_steps(string rows, int[] expected)
    {
        (float[] pixels, int width, int height) = Image(rows);
        Assert.Equal(expected.Select(value => (float)value), StrokeSequences.FromImage(pixels, width, height));
    }

    [Fact]
    public void Of_all_tours_to_the_nearest_pixel_it_is_the_shortest_when_closed()
    {
        // The shortest of the ways on, all followed; the pen begins where the strokes do.
        static long Shortest(Pixel start, Pixel pen, Pixel[] left, long cost)
        {
            if (left.Length == 0)
                return cost + pen.Cost(start);
            long nearest = left.Min(pen.Cost);
            return left.Where(pixel => pen.Cost(pixel) == nearest)
                .Min(next => Shortest(start, next, [.. left.Where(pixel => pixel != next)], cost + nearest));
        }
        var random = new Random(1);
        for (int i = 0; i < 50; i++)
        {
            (float[] pixels, int width, int height) = i == 0
                ? Image("...#... ...#... ####### ...#... ...#...")
                : ([.. Enumerable.Range(0, 64).Select(_ => random.Next(3) == 0 ? 1f : 0)], 8, 8);
            Pixel[] tour = Path(StrokeSequences.FromImage(pixels, width, height));
            if (tour.Length == 0)
                continue;
            Assert.Equal(tour.Length, tour.Distinct().Count());
            Assert.Equal(Shortest(tour[0], tour[0], tour[1..], 0), tour.Zip([.. tour[1..], tour[0]])
                .Sum(step => step.First.Cost(step.Second)));
        }
    }

    [Fact]
    public void A_pattern_of_very_many_equal_ways_is_gone_through_as_well()
    {
        // Bars of three pixels, one pixel apart: more tours than could ever be compared.
        float[] pixels = [.. Enumerable.Range(0, 1600).Select(i => i / 40 % 2 == 1 && i % 40 % 4 != 0 ? 1f : 0)];
        Pixel[] tour = Path(StrokeSequences.FromImage(pixels, 40, 40));
        Assert.Equal(pixels.Count(ink => ink == 1), tour.Distinct().Count());
    }

    [Fact]
    public void Thick_lines_become_thin_and_weak_ink_is_left_out()
    {
        // Three rows of strong ink within a weak rim: the threshold keeps the strong, thinning the middle one.
        float[] pixels = new float[20 * 9];
        for (int y = 2; y < 7; y++)
        {
            for (int x = 2; x < 18; x++)
                pixels[20 * y + x] = y is 2 or 6 || x is 2 or 17 ? 0.1f : 1;
        }
        Assert.All(Path(StrokeSequences.FromImage(pixels, 20, 9)), pixel => Assert.Equal(5, pixel.Y));
    }

    [Fact]
    public void Wrong_images_are_refused()
    {
        string Message(float[] pixels, int width) =>
            Assert.ThrowsAny<ArgumentException>(() => StrokeSequences.FromImage(pixels, width, 2)).Message;
        Assert.StartsWith("The image has 3 pixels; 2 x 2 needs 4.", Message([0, 0, 0], 2));
        Assert.StartsWith("Pixel 2 is 200; it must be between 0 (paper) and 1 (ink).", Message([0, 0, 200, 0], 2));
        Assert.StartsWith("Pixel 0 is NaN;", Message([float.NaN, 0, 0, 0], 2));
        Assert.Contains("'0'", Message([], 0));
    }

    [Fact]
    public void The_published_sequences_of_MNIST_come_out()
    {
        const int Digits = 1000;
        Published published = Published.Load();
        IDataView images = _ml.Data.LoadFromIdx(
            TestData.Development("mnist", "t10k-images-idx3-ubyte.gz"), TestData.Development("mnist", "t10k-labels-idx1-ubyte.gz"));
        IDataView first = _ml.Data.TakeRows(images, Digits);
        float[][] made = _ml.Transforms.StrokeSequences("Strokes", "Pixels").Fit(first).Transform(first).Column<float[]>("Strokes");

        int sameDigits = 0, sameSteps = 0, steps = 0;
        for (int i = 0; i < Digits; i++)
        {
            float[] expected = published[i];
            Assert.Equal(Path(expected).ToHashSet(), Path(made[i]).ToHashSet());
            sameDigits += expected.SequenceEqual(made[i]) ? 1 : 0;
            steps += expected.Length / StrokeSequences.StepSize;
            sameSteps += Steps(expected).Zip(Steps(made[i])).Count(pair => pair.First.SequenceEqual(pair.Second));
        }
        // The order of the others differs where lots were drawn between equally near pixels.
        Assert.InRange(sameDigits / (double)Digits, 0.93, 1);
        Assert.InRange(sameSteps / (double)steps, 0.94, 1);
    }

    [Fact]
    public void A_loaded_model_gives_the_same_strokes_for_its_image_size()
    {
        (float[] pixels, int width, int height) = Image("......# .....#. ....#.. #####..");
        IDataView data = _ml.Data.LoadFromEnumerable([new Drawing { Pixels = pixels }]);
        ITransformer model = _ml.Transforms.StrokeSequences("Strokes", "Pixels", width, height).Fit(data);
        ITransformer loaded = _ml.SaveAndLoad(model, data);
        float[] expected = StrokeSequences.FromImage(pixels, width, height);

        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single), loaded.GetOutputSchema(data.Schema)["Strokes"].Type);
        Assert.Equal(["Pixels", "Flag", "Strokes"], loaded.Transform(data).Schema.Where(column => !column.IsHidden)
            .Select(column => column.Name));
        Assert.Equal([expected], model.Transform(data).Column<float[]>("Strokes"));
        Assert.Equal([expected], loaded.Transform(data).Column<float[]>("Strokes"));
    }

    [Fact]
    public void A_gru_learns_from_strokes_and_is_saved_with_them()
    {
        // Bars lie or stand.
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Drawing
        {
            Flag = i % 2 == 1,
            Pixels = [.. Enumerable.Range(0, 100)
                .Select(j => (i % 2 == 0 ? j / 10 : j % 10) == i % 10 && (i % 2 == 0 ? j % 10 : j / 10) > i % 4 ? 1f : 0)],
        }));
        var model = _ml.Transforms.StrokeSequences("Strokes", "Pixels", width: 10, height: 10)
            .Append(_ml.Transforms.DisentangleEncoder("Embedding", "Strokes", "Flag", Samples.AllOutputs with
            {
                Network = Network.Gru(StrokeSequences.StepSize, 8, 4),
                Epochs = 20,
            })).Fit(data);

        Assert.Equal(data.Column<bool>("Flag"), model.Transform(data).Column<bool>("PredictedGroup"));
        Assert.Equal(model.Transform(data).Column<float[]>("Embedding"), _ml.SaveAndLoad(model, data).Transform(data)
            .Column<float[]>("Embedding"));
    }

    [Fact]
    public void The_image_column_must_be_there_and_of_the_size()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Sample { Features = new float[Sample.Width] }]);
        string Message(string input, int height) =>
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.StrokeSequences("Strokes", input, 4, height).Fit(data)).Message;
        Assert.StartsWith("There is no image column 'Pixels'. The data have: ", Message("Pixels", 3));
        Assert.StartsWith("The image column 'Flag' is Boolean; it must be a vector of Single that holds the 12 pixels of 4 x 3.",
            Message("Flag", 3));
        Assert.StartsWith(
            "The image column 'Features' is Vector<Single, 12>; it must be a vector of Single that holds the 16 pixels of 4 x 4.",
            Message("Features", 4));
        Assert.Contains("'0'", Message("Features", 0));
        Assert.StartsWith("There is no image column 'Pixels'.", Assert.Throws<ArgumentOutOfRangeException>(
            () => _ml.Transforms.StrokeSequences("Strokes", "Pixels").Append(_ml.Transforms.CopyColumns("Copy", "Strokes"))
            .Fit(data)).Message);
    }

    private sealed class Drawing
    {
        public float[] Pixels { get; set; } = [];
        public bool Flag { get; set; }
    }

    private static IEnumerable<float[]> Steps(float[] steps) => steps.Chunk(StrokeSequences.StepSize);

    /// <summary>Where the pen goes.</summary>
    private static Pixel[] Path(float[] steps)
    {
        var path = new List<Pixel>();
        var pen = new Pixel(0, 0);
        foreach (float[] step in Steps(steps))
        {
            pen = new Pixel(pen.X + (int)step[0], pen.Y + (int)step[1]);
            if (step[2] == 0)
                path.Add(pen);
        }
        return [.. path];
    }

    private static (float[] Pixels, int Width, int Height) Image(string rows)
    {
        string[] lines = rows.Split(' ');
        return ([.. string.Concat(lines).Select(c => c == '#' ? 1f : 0)], lines[0].Length, lines.Length);
    }

    /// <summary>The sequences of the development data.</summary>
    private sealed record Published(byte[] Points, byte[] Offsets)
    {
        public float[] this[int digit] => [.. Points[(4 * Offset(digit))..(4 * Offset(digit + 1))].Select(value => (float)(sbyte)value)];

        public static Published Load() => new(
            IdxCatalog.Read(TestData.Development("mnist-strokes", "t10k-points-idx2-sbyte.gz"), "points", 0x902).Content,
            IdxCatalog.Read(TestData.Development("mnist-strokes", "t10k-offsets-idx1-int.gz"), "offsets", 0xC01).Content);

        private int Offset(int digit) => BinaryPrimitives.ReadInt32BigEndian(Offsets.AsSpan(4 * digit));
    }
}
