using Disentangle.ML.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;
using Papers;

namespace Disentangle.ML.Samples.Tests;

public class ColoredDigitsTests
{
    private const int Size = 32 * 32 * 3;
    private static readonly MLContext Ml = new();

    // A few dozen real digits, all classes among them.
    private static readonly IDataView Digits = Ml.Data.Cache(Ml.Data.TakeRows(
        Ml.Data.LoadFromIdx(Shipped("mnist-10k-images-idx3-ubyte.gz"), Shipped("mnist-10k-labels-idx1-ubyte.gz")), 60));

    [Fact]
    public void Images_are_in_colour_and_classes_balanced()
    {
        IDataView data = Ml.Data.CreateColoredDigits(Digits, 105);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, Size), data.Schema["Pixels"].Type);
        float[][] images = [.. data.GetColumn<float[]>("Pixels")];
        Assert.Equal(105, images.Length);
        Assert.All(images, image => Assert.All(image, value => Assert.InRange(value, 0, 1)));
        // In colour: the channels of a pixel differ.
        Assert.All(images, image => Assert.True(image.Chunk(3).Average(pixel => pixel.Max() - pixel.Min()) > 0.01));
        int[] counts =
            [.. data.GetColumn<float>("Label").GroupBy(label => label).OrderBy(group => group.Key).Select(group => group.Count())];
        Assert.Equal([11, 11, 11, 11, 11, 10, 10, 10, 10, 10], counts);
    }

    [Fact]
    public void The_seed_decides_every_value()
    {
        static float[] Of(int seed, IDataView? backgrounds = null)
        {
            IDataView data = Ml.Data.CreateColoredDigits(Digits, 20, seed, backgrounds);
            return [.. data.GetColumn<float[]>("Pixels").SelectMany(image => image), .. data.GetColumn<float>("Label")];
        }
        Assert.Equal(Of(1), Of(1));
        Assert.NotEqual(Of(1), Of(2));
        Assert.Equal(Of(1, Pictures(Size)), Of(1, Pictures(Size)));
        Assert.NotEqual(Of(1), Of(1, Pictures(Size)));
    }

    [Fact]
    public void An_image_shows_what_its_label_says()
    {
        // A disc, or near enough, and a ring: only one is painted at the centre.
        float[] disc = [.. Enumerable.Repeat(1f, 64)];
        float[] ring = [.. Enumerable.Range(0, 64).Select(i => i % 8 is 0 or 7 || i / 8 is 0 or 7 ? 1f : 0f)];
        IDataView data = Ml.Data.CreateColoredDigits(Data([disc, ring], [0, 1]), 100);
        static float Brightness(float[] image, int row, int column) => image.AsSpan((row * 32 + column) * 3, 3).ToArray().Average();
        static float Contrast(float[] image) =>
            MathF.Abs(Brightness(image, 16, 16) - (Brightness(image, 0, 16) + Brightness(image, 31, 16)) / 2);
        double[] contrasts = [.. data.GetColumn<float[]>("Pixels").Zip(data.GetColumn<float>("Label"))
            .GroupBy(row => row.Second, row => Contrast(row.First)).OrderBy(group => group.Key).Select(group => group.Average())];
        Assert.True(contrasts[0] > 2 * contrasts[1], $"disc {contrasts[0]}, ring {contrasts[1]}");
    }

    [Fact]
    public void Data_that_are_no_digits_are_refused()
    {
        static void Refuses(string expected, IDataView digits, IDataView? backgrounds = null) =>
            Assert.Contains(expected,
                Assert.Throws<ArgumentException>(() => Ml.Data.CreateColoredDigits(digits, 10, backgrounds: backgrounds)).Message);
        Refuses("it must be a vector of Single of known size, a square", Data([new float[15]], [1]));
        Refuses("has 1.5 in row 1 (counted from 0); pixels must be from 0 to 1", Data([new float[4], [0, 0, 0, 1.5f]], [1, 2]));
        Refuses("has NaN in row 0", Data([[float.NaN]], [1]));
        Refuses("has 0.5 in row 0 (counted from 0); labels must be whole numbers from 0 to 255", Data([new float[4]], [0.5f]));
        Refuses("it must be a vector of Single of known size, 3072 = 32 x 32 x 3 values", Digits, Pictures(48));
        Refuses("There is no column 'Pixels'. The data have: Label", Ml.Transforms.SelectColumns("Label").Fit(Digits).Transform(Digits));
        Refuses("There are no rows", Ml.Data.SkipRows(Digits, 60));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ml.Data.CreateColoredDigits(Digits, 0));
    }

    private static string Shipped(string file) => TestData.InRepository("samples", "data", file);

    private static IDataView Pictures(int size) =>
        Data([[.. Enumerable.Range(0, size).Select(i => i % 96 / 95f)], new float[size]], [0, 0]);

    private static IDataView Data(float[][] pixels, float[] labels)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema["Pixels"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, pixels[0].Length);
        return Ml.Data.LoadFromEnumerable(pixels.Zip(labels, (image, label) => new Row { Pixels = image, Label = label }), schema);
    }

    private sealed class Row
    {
        public float[] Pixels { get; set; } = [];
        public float Label { get; set; }
    }
}
