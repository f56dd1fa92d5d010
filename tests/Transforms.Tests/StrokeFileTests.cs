using Disentangle.ML.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

public sealed class StrokeFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("disentangle-").FullName;
    private readonly MLContext _ml = new();

    public StrokeFileTests()
    {
        Write("trainlabels.txt", "5\n0\n");
        Write("trainimg-0-inputdata.txt", "11 9 0 0\n1 -1 0 0\n0 0 1 1\n");
        Write("trainimg-1-inputdata.txt", "9 14 0 0\n0 0 1 0\n-7 2 0 0\n0 1 0 0\n0 0 1 1\n");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Steps_and_labels_are_read()
    {
        IDataView data = _ml.Data.LoadStrokeSequences(_folder, "train");
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single), data.Schema["Strokes"].Type);
        Assert.Equal([[11, 9, 0, 0, 1, -1, 0, 0, 0, 0, 1, 1], [9, 14, 0, 0, 0, 0, 1, 0, -7, 2, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1]],
            data.Column<float[]>("Strokes"));
        Assert.Equal([5, 0], data.Column<float>("Label"));
        Assert.Equal([5], _ml.Data.LoadStrokeSequences(_folder, "train", rows: 1).Column<float>("Label"));
    }

    [Theory]
    [InlineData("trainimg-1-inputdata.txt", "9 14 0 0\n0 1 0\n", "Line 2 of '{0}' is '0 1 0'; it must be 4 whole numbers, dx dy eos eod.")]
    [InlineData("trainimg-1-inputdata.txt", "9 14 0 x\n", "Line 1 of '{0}' is '9 14 0 x'; it must be 4 whole numbers, dx dy eos eod.")]
    [InlineData("trainimg-1-inputdata.txt", "", "'{0}' has no steps.")]
    [InlineData("trainlabels.txt", "5\n5 0\n", "Line 2 of '{0}' is '5 0'; it must be one whole number, the label.")]
    public void Broken_files_are_named_with_the_line(string name, string content, string expected)
    {
        Write(name, content);
        var exception = Assert.Throws<InvalidDataException>(() => _ml.Data.LoadStrokeSequences(_folder, "train"));
        Assert.Equal(string.Format(null, expected, Path.Combine(_folder, name)), exception.Message);
    }

    [Fact]
    public void Missing_files_are_named()
    {
        Assert.Contains("testlabels.txt",
            Assert.Throws<FileNotFoundException>(() => _ml.Data.LoadStrokeSequences(_folder, "test")).Message);
        var tooMany = Assert.Throws<InvalidDataException>(() => _ml.Data.LoadStrokeSequences(_folder, "train", rows: 3));
        Assert.EndsWith("has 2 labels; 3 rows were requested.", tooMany.Message);
        Write("trainlabels.txt", "5\n0\n4\n");
        Assert.Contains("trainimg-2-inputdata.txt",
            Assert.Throws<FileNotFoundException>(() => _ml.Data.LoadStrokeSequences(_folder, "train")).Message);
    }

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_folder, name), content);
}
