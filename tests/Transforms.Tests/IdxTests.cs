using System.IO.Compression;
using Disentangle.ML.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

public sealed class IdxTests : IDisposable
{
    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 51, 255, 102, 153, 204];
    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 3];
    private readonly string _folder = Directory.CreateTempSubdirectory("disentangle-").FullName;
    private readonly MLContext _ml = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    public void Images_and_labels_are_read(string ending)
    {
        IDataView data = _ml.Data.LoadFromIdx(File("images" + ending, Images), File("labels" + ending, Labels));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), data.Schema["Pixels"].Type);
        Assert.Equal([[0, 0.2f, 1], [0.4f, 0.6f, 0.8f]], data.Column<float[]>("Pixels"));
        Assert.Equal([7, 3], data.Column<float>("Label"));
    }

    [Fact]
    public void Colours_are_read()
    {
        byte[] images = [0, 0, 8, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 51, 255, 102, 153, 204];
        IDataView data = _ml.Data.LoadFromIdx(File("images", images), File("labels", [0, 0, 8, 1, 0, 0, 0, 1, 7]));
        Assert.Equal([[0, 0.2f, 1, 0.4f, 0.6f, 0.8f]], data.Column<float[]>("Pixels"));
    }

    [Fact]
    public void Images_are_transposed_on_demand()
    {
        byte[] images = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 51, 102, 153, 204, 255];
        byte[] colours = [0, 0, 8, 4, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 51, 102, 153, 204, 255, 0, 51];
        string labels = File("labels", [0, 0, 8, 1, 0, 0, 0, 1, 7]);
        Assert.Equal([[0, 0.6f, 0.2f, 0.8f, 0.4f, 1]],
            _ml.Data.LoadFromIdx(File("images", images), labels, transpose: true).Column<float[]>("Pixels"));
        Assert.Equal([[0, 0.2f, 0.8f, 1, 0.4f, 0.6f, 0, 0.2f]],
            _ml.Data.LoadFromIdx(File("colours", colours), labels, transpose: true).Column<float[]>("Pixels"));
    }

    [Fact]
    public void Gzip_is_known_by_its_content()
    {
        string gzip = File("images.gz", Images), plain = Path.Combine(_folder, "images");
        System.IO.File.Move(gzip, plain);
        System.IO.File.WriteAllBytes(gzip, Images);
        string labels = File("labels", Labels);
        Assert.Equal(_ml.Data.LoadFromIdx(plain, labels).Column<float[]>("Pixels"),
            _ml.Data.LoadFromIdx(gzip, labels).Column<float[]>("Pixels"));
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html><head><title>403 Forbidden</title></head></html>", "is an HTML page")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "is a Git LFS pointer")]
    [InlineData("PK\u0003\u0004\u0014", "is a zip archive")]
    public void What_was_downloaded_instead_is_named(string content, string expected)
    {
        string path = Path.Combine(_folder, "images.gz");
        System.IO.File.WriteAllText(path, content);
        foreach (Func<object> load in new Func<object>[]
        {
            () => _ml.Data.LoadFromIdx(path, path), () => _ml.Data.LoadFromSvhn(path), () => WordVectors.Load(path), () => Strokes(content),
        })
        {
            Assert.Contains(expected, Assert.Throws<InvalidDataException>(load).Message, StringComparison.Ordinal);
        }

        IDataView Strokes(string labels)
        {
            System.IO.File.WriteAllText(Path.Combine(_folder, "trainlabels.txt"), labels);
            return _ml.Data.LoadStrokeSequences(_folder, "train");
        }
    }

    [Fact]
    public void Damaged_gzip_is_named()
    {
        string labels = File("labels", Labels),
            path = File("images.gz", [.. Images[..4], 0, 0, 100, 0, .. Images[8..16], .. new byte[76_800]]);
        byte[] whole = System.IO.File.ReadAllBytes(path);
        for (int length = 2; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(path, whole[..length]);
            Assert.StartsWith($"'{path}' is", Assert.Throws<InvalidDataException>(() => _ml.Data.LoadFromIdx(path, labels)).Message);
        }
        System.IO.File.WriteAllBytes(path, whole[..^4]);
        Assert.StartsWith($"'{path}' is a damaged gzip file",
            Assert.Throws<InvalidDataException>(() => _ml.Data.LoadFromIdx(path, labels)).Message);
    }

    [Fact]
    public void Sizes_are_checked_before_memory_is_taken()
    {
        string labels = File("labels", Labels);
        AssertCheap("declares 400 bytes of images (idx3-ubyte or idx4-ubyte) but has more",
            [.. Header(20, 5, 4), .. new byte[100_000_000]], "bomb.gz");
        AssertCheap("but has 400", [.. Header(2000, 1000, 1000), .. new byte[400]], "short.gz");
        AssertCheap("declares -5 as length 2 of its images", [.. Header(20, -5, -4), .. new byte[400]], "negative");
        AssertCheap("declares 0 as length 2 of its images", Header(20, 0, 4), "zero");
        AssertCheap("of more than", [.. Header(int.MaxValue, int.MaxValue, int.MaxValue), .. new byte[400]], "overflow");

        static byte[] Header(params int[] lengths) => [0, 0, 8, 3,
            .. lengths.SelectMany(n => new[] { (byte)(n >> 24), (byte)(n >> 16), (byte)(n >> 8), (byte)n })];

        void AssertCheap(string expected, byte[] images, string name)
        {
            string path = File(name, images);
            long before = GC.GetAllocatedBytesForCurrentThread();
            string message = Assert.Throws<InvalidDataException>(() => _ml.Data.LoadFromIdx(path, labels)).Message;
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
            Assert.StartsWith($"'{path}' ", message, StringComparison.Ordinal);
            Assert.Contains(expected, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_shipped_digits_are_read()
    {
        IDataView data = _ml.Data.LoadFromIdx(
            TestData.InRepository("samples", "data", "mnist-10k-images-idx3-ubyte.gz"),
            TestData.InRepository("samples", "data", "mnist-10k-labels-idx1-ubyte.gz"));
        float[] labels = data.Column<float>("Label");
        Assert.Equal(10_000, labels.Length);
        Assert.Equal([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978], Enumerable.Range(0, 10)
            .Select(digit => labels.Count(label => label == digit)));
    }

    [Fact]
    public void Files_that_are_not_what_they_should_be_are_refused()
    {
        void Refuses(string expected, byte[] images, byte[] labels) => Assert.Contains(expected,
            Assert.Throws<InvalidDataException>(() => _ml.Data.LoadFromIdx(File("images", images), File("labels", labels))).Message);
        Refuses("declares 6 bytes of images (idx3-ubyte or idx4-ubyte) but has 5", Images[..^1], Labels);
        Refuses("images' is not an idx file of images (idx3-ubyte or idx4-ubyte)", Labels, Labels);
        Refuses("labels' is not an idx file of labels (idx1-ubyte)", Images, [1, 2]);
        Refuses("has 2 images and", Images, [0, 0, 8, 1, 0, 0, 0, 1, 7]);
        Assert.Throws<FileNotFoundException>(() => _ml.Data.LoadFromIdx(Path.Combine(_folder, "nothing"), File("labels", Labels)));
    }

    private string File(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        using Stream file = System.IO.File.Create(path);
        using Stream stream = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(content);
        return path;
    }
}
