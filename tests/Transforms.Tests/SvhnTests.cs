using Disentangle.ML.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

public sealed class SvhnTests : IDisposable
{
    private const int Size = 32 * 32 * 3;
    private static readonly byte[] TwoImages = [.. Enumerable.Range(0, 2 * Size).Select(i => (byte)(i % 251))];
    private static readonly byte[] TwoLabels = [10, 4];
    private readonly string _folder = Directory.CreateTempSubdirectory("disentangle-").FullName;
    private readonly MLContext _ml = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_of_scipy_are_read()
    {
        // The pixels are those of tests/reference/svhn.py.
        static float[] Image(int n) =>
            [.. Enumerable.Range(0, Size).Select(i => (7 * (i / 96) + 3 * (i / 3 % 32) + 50 * (i % 3) + 11 * n) % 256 / 255f)];

        IDataView data = _ml.Data.LoadFromSvhn(TestData.InRepository("tests", "reference", "svhn-compressed.mat"));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, Size), data.Schema["Pixels"].Type);
        Assert.Equal([Image(0), Image(1), Image(2)], data.Column<float[]>("Pixels"));
        Assert.Equal([0, 3, 7], data.Column<float>("Label"));

        IDataView one = _ml.Data.LoadFromSvhn(TestData.InRepository("tests", "reference", "svhn-plain.mat"));
        Assert.Equal([Image(0)], one.Column<float[]>("Pixels"));
        Assert.Equal([5], one.Column<float>("Label"));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Both_byte_orders_are_read_plain_and_compressed(bool bigEndian, bool compressed)
    {
        IDataView data =
            Load(new MatFileWriter(bigEndian).Add("X", [32, 32, 3, 2], TwoImages, compressed).Add("y", [2, 1], TwoLabels, compressed));
        float[][] pixels = data.Column<float[]>("Pixels");
        Assert.Equal([0, 4], data.Column<float>("Label"));
        for (int n = 0; n < 2; n++)
        {
            for (int h = 0; h < 32; h++)
            {
                for (int w = 0; w < 32; w++)
                {
                    for (int c = 0; c < 3; c++)
                        Assert.Equal(TwoImages[h + 32 * (w + 32 * (c + 3 * n))] / 255f, pixels[n][(h * 32 + w) * 3 + c]);
                }
            }
        }
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(9), InlineData(12),
        InlineData(13)]
    public void Numbers_of_every_type_are_read(int type)
    {
        foreach (bool bigEndian in new[] { false, true })
        {
            double[] pixels = [.. Enumerable.Range(0, Size).Select(i => i % 101.0)];
            // MATLAB drops a last dimension of 1.
            IDataView data = Load(new MatFileWriter(bigEndian).Add("X", [32, 32, 3], pixels, type).Add("y", [1, 1], [7.0], type));
            Assert.Equal(pixels.Sum() / 255, data.Column<float[]>("Pixels").Single().Sum(), 0.01);
            Assert.Equal([7], data.Column<float>("Label"));
        }
    }

    [Fact]
    public void Other_variables_are_passed_over()
    {
        IDataView data = Load(new MatFileWriter().Add("meta", [1, 3], TwoImages[..3], kind: 4, type: 4, compressed: true)
            .Add("X", [32, 32, 3, 2], TwoImages).Add("z", [3, 1], [1, 2, 300.5], type: 9).Add("y", [1, 2], TwoLabels));
        Assert.Equal([0, 4], data.Column<float>("Label"));
    }

    [Fact]
    public void Files_of_another_format_are_refused()
    {
        Refuses("is not a MATLAB 5 file", []);
        Refuses("is not a MATLAB 5 file", new byte[500]);
        Refuses("is not a MATLAB 5 file", Written().Content[..127]);
        Refuses("is a MATLAB 7.3 (HDF5) file; expected a MATLAB 5 file", [.. "MATLAB 7.3 MAT-file, Platform: GLNXA64"u8, .. new byte[600]]);
        Refuses("is a MATLAB 7.3 (HDF5) file; expected a MATLAB 5 file", [0x89, .. "HDF\r\n"u8, .. new byte[600]]);
        Assert.Throws<FileNotFoundException>(() => _ml.Data.LoadFromSvhn(Path.Combine(_folder, "nothing")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_cut_anywhere_is_refused(bool compressed)
    {
        byte[] whole = Written(compressed).Content;
        for (int length = 128; length < whole.Length; length += 1 + length % 61)
            Refuses("", whole[..length]);
        Refuses("is truncated: the element at byte 128 declares", whole[..200]);
        Refuses("has no variable 'X'; it has none", whole[..128]);
    }

    [Fact]
    public void Compressed_data_that_were_altered_are_refused()
    {
        byte[] whole = Written(compressed: true).Content;
        for (int position = 128; position < whole.Length; position += 7)
        {
            byte[] altered = [.. whole];
            altered[position] ^= 0x55;
            Refuses("", altered);
        }
        byte[] inside = [.. whole];
        inside[whole.Length / 2] ^= 0x55;
        Refuses("is altered or truncated: the element at byte 128 has compressed data that cannot be inflated", inside);
    }

    [Fact]
    public void Elements_that_contradict_each_other_are_refused()
    {
        Refuses("is altered or truncated: the element at byte 128 has 3072 bytes for 6144 numbers of 1",
            new MatFileWriter().Add("X", [32, 32, 3, 2], TwoImages[..Size]));
        Refuses("has numbers of type 8", new MatFileWriter().Add("X", [32, 32, 3, 2], TwoImages, kind: 9, type: 8, compressed: false));
        Refuses("is altered or too large: 'X' is 32 x 32 x 3 x 1000000", new MatFileWriter().Add("X", [32, 32, 3, 1_000_000], TwoImages));
    }

    [Fact]
    public void Variables_that_are_not_those_of_house_numbers_are_refused()
    {
        Refuses("has no variable 'y'; it has 'X', 'labels'.", new MatFileWriter().Add("labels", [2, 1], TwoLabels)
            .Add("X", [32, 32, 3, 2], TwoImages));
        Refuses("has X of 64 x 16 x 3 x 2; 32 x 32 x 3 x N is expected", new MatFileWriter().Add("X", [64, 16, 3, 2], TwoImages)
            .Add("y", [2, 1], TwoLabels));
        Refuses("has X of 6144 x 1; 32 x 32 x 3 x N is expected", new MatFileWriter().Add("X", [2 * Size, 1], TwoImages)
            .Add("y", [2, 1], TwoLabels));
        Refuses("has 2 images in X and y of 1 x 1; 2 x 1 is expected", new MatFileWriter().Add("X", [32, 32, 3, 2], TwoImages)
            .Add("y", [1, 1], [4]));
        Refuses("has 11 as value 2 of 'y'; expected whole numbers from 1 to 10", new MatFileWriter().Add("y", [2, 1], [4, 11]));
        Refuses("has 0 as value 1 of 'y'", new MatFileWriter().Add("y", [2, 1], [0, 4]));
        Refuses("has 2.5 as value 2 of 'y'", new MatFileWriter().Add("y", [2, 1], [3, 2.5], type: 9));
        Refuses("has NaN as value 1 of 'y'", new MatFileWriter().Add("y", [2, 1], [double.NaN, 2], type: 9));
        Refuses("has 256 as value 1 of 'X'; expected whole numbers from 0 to 255", new MatFileWriter().Add("X", [1, 1], [256], type: 4));
        Refuses("has a cell array as 'X'; expected a full array of real numbers",
            new MatFileWriter().Add("X", [1, 1], [], kind: 1, type: 14, compressed: false));
        Refuses("has complex numbers as 'y'", new MatFileWriter().Add("y", [2, 1], TwoLabels, kind: 0x809, type: 2, compressed: true));
    }

    [Fact]
    public void Sizes_are_checked_before_memory_is_taken()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses("is altered or truncated: the element at byte 128 has compressed data that cannot be inflated",
            new MatFileWriter().AddAnnouncing("X", 1_800_000_000, TwoLabels));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
    }

    [Fact]
    public void No_images_are_refused() =>
        Refuses("has X of 32 x 32 x 3 x 0;", new MatFileWriter().Add("X", [32, 32, 3, 0], []).Add("y", [0, 1], []));

    private static MatFileWriter Written(bool compressed = false) =>
        new MatFileWriter().Add("X", [32, 32, 3, 2], TwoImages, compressed).Add("y", [2, 1], TwoLabels, compressed);

    private void Refuses(string expected, MatFileWriter written) => Refuses(expected, written.Content);

    private void Refuses(string expected, byte[] content)
    {
        string path = Save(content);
        string message = Assert.Throws<InvalidDataException>(() => _ml.Data.LoadFromSvhn(path)).Message;
        Assert.StartsWith($"'{path}' ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    private IDataView Load(MatFileWriter written) => _ml.Data.LoadFromSvhn(Save(written.Content));

    private string Save(byte[] content)
    {
        string path = Path.Combine(_folder, "digits.mat");
        File.WriteAllBytes(path, content);
        return path;
    }
}
