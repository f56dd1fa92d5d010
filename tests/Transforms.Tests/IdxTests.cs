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
    public void The_shipped_digits_are_read()
    {
        IDataView data = _ml.Data.LoadFromIdx(
            TestData.InRepository("samples", "data", "mnist-10k-images-idx3-ubyte.gz"), TestData.InRepository("samples", "data", "mnist-10k-labels-idx1-ubyte.gz"));
        float[] labels = data.Column<float>("Label");
        Assert.Equal(10_000, labels.Length);
        Assert.Equal([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978], Enumerable.Range(0, 10).Select(digit => labels.Count(label => label == digit)));
    }

    [Fact]
    public void Files_that_are_not_what_they_should_be_are_refused()
    {
        void Refuses(string expected, byte[] images, byte[] labels) => Assert.Contains(expected,
            Assert.Throws<InvalidDataException>(() => _ml.Data.LoadFromIdx(File("images", images), File("labels", labels))).Message);
        Refuses("announces 6 bytes of images (idx3-ubyte or idx4-ubyte) and has 5", Images[..^1], Labels);
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
