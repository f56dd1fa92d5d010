using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Host.Tests;

public sealed class TextFileTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Fields_go_to_the_members_that_name_them()
    {
        Row[] rows = Load("1,2.5,-3,true,word\n2,1e3,4,0,other word\n");
        Assert.Equal([1, 2], rows.Select(row => row.Id));
        Assert.Equal([2.5f, -3], rows[0].Pair);
        Assert.Equal([1000, 4], rows[1].Pair);
        Assert.Equal([true, false], rows.Select(row => row.Flag));
        Assert.Equal(["word", "other word"], rows.Select(row => row.Text));
    }

    [Fact]
    public void Types_are_those_of_the_members()
    {
        File.WriteAllText(_path, "");
        IDataView data = _ml.Data.LoadFromTextFile<Row>(_path, separatorChar: ',');
        Assert.Equal(["Id: Int32", "Pair: Vector<Single, 2>", "Flag: Boolean", "Text: String"], data.Schema.Select(column => column.ToString()));
        Assert.Null(data.GetRowCount());
        Assert.Empty(data.GetColumn<int>("Id"));
    }

    [Fact]
    public void Empty_fields_and_short_lines_have_default_values()
    {
        Row[] rows = Load("1,,5,,\n2,3\n");
        Assert.Equal([0, 5], rows[0].Pair);
        Assert.False(rows[0].Flag);
        Assert.Equal("", rows[0].Text);
        Assert.Equal([3, 0], rows[1].Pair);
    }

    [Fact]
    public void Empty_real_fields_are_missing_if_asked()
    {
        File.WriteAllText(_path, "1,,5,,\n2,3\n");
        var options = new TextLoader.Options { Separators = [','], MissingRealsAsNaNs = true };
        Row[] rows = Read(_ml.Data.LoadFromTextFile<Row>(_path, options));
        Assert.Equal([float.NaN, 5], rows[0].Pair);
        Assert.Equal([3, float.NaN], rows[1].Pair);
    }

    [Theory]
    [InlineData("?")]
    [InlineData("NaN")]
    [InlineData("na")]
    [InlineData("N/A")]
    [InlineData("rubbish")]
    public void What_is_no_number_is_NaN(string text) => Assert.Equal([float.NaN, 1], Load($"1,{text},1,1,x\n")[0].Pair);

    [Fact]
    public void What_is_no_integer_is_an_error()
    {
        Exception exception = Assert.ThrowsAny<Exception>(() => Load("x,1,1,1,x\n"));
        Assert.Contains("Could not parse value x in line 1, column Id", exception.ToString());
    }

    [Fact]
    public void Blank_lines_comments_and_the_header_are_no_rows()
    {
        File.WriteAllText(_path, "#@ TextLoader{}\nid,a,b,flag,text\n\n// a comment\n1,1,1,1,x\n");
        Assert.Equal([1], _ml.Data.LoadFromTextFile<Row>(_path, separatorChar: ',', hasHeader: true).GetColumn<int>("Id"));
    }

    [Fact]
    public void Quotes_hold_separators_if_allowed()
    {
        File.WriteAllText(_path, "1,1,1,1,\"a, \"\"b\"\"\"\n2,1,1,1,\"c\"\n");
        Assert.Equal(["a, \"b\"", "c"], _ml.Data.LoadFromTextFile<Row>(_path, separatorChar: ',', allowQuoting: true).GetColumn<string>("Text"));
        Assert.Equal("\"a", _ml.Data.LoadFromTextFile<Row>(_path, separatorChar: ',').GetColumn<string>("Text").First());
    }

    [Fact]
    public void Spaces_before_a_field_are_left_out()
        => Assert.Equal("x", Load("1, 2,3, 1, x\n")[0].Text);

    [Fact]
    public void Columns_can_be_given()
    {
        File.WriteAllText(_path, "0\t7\t8\t9\n3\t4\t5\t6\n");
        IDataView data = _ml.Data.LoadFromTextFile(_path,
        [
            new TextLoader.Column("Key", DataKind.UInt32, [new TextLoader.Range(0)], new KeyCount(3)),
            new TextLoader.Column("Some", DataKind.Double, [new TextLoader.Range(3), new TextLoader.Range(1)]),
            new TextLoader.Column("One", DataKind.Single, 2, 2),
            new TextLoader.Column("Scalar", DataKind.Single, 2),
        ]);
        Assert.Equal(["Key: Key<UInt32, 0-2>", "Some: Vector<Double, 2>", "One: Vector<Single, 1>", "Scalar: Single"],
            data.Schema.Select(column => column.ToString()));
        Assert.Equal([1u, 0u], data.GetColumn<uint>("Key"));
        Assert.Equal([9, 7], data.GetColumn<double[]>("Some").First());
        Assert.Equal([8f, 5f], data.GetColumn<float>("Scalar"));
    }

    [Fact]
    public void A_member_without_a_source_is_an_error()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => _ml.Data.LoadFromTextFile<NoSource>(_path));
        Assert.Contains("Property 'Value' is missing the LoadColumnAttribute attribute", exception.Message);
    }

    [Fact]
    public void A_missing_file_is_an_error()
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromTextFile<Row>(_path + ".none"));
        Assert.Contains("File or directory does not exist at path:", exception.Message);
    }

    [Fact]
    public void Mostly_empty_lines_give_sparse_vectors()
    {
        File.WriteAllText(_path, ",,,,5,\n1,2,3,4,5,6\n");
        IDataView data = _ml.Data.LoadFromTextFile(_path, [new TextLoader.Column("All", DataKind.Single, 0, 5)], separatorChar: ',');
        VBuffer<float>[] vectors = data.GetColumn<VBuffer<float>>("All").ToArray();
        Assert.Equal([0, 0, 0, 0, 5, 0], vectors[0].DenseValues());
        Assert.False(vectors[0].IsDense);
        Assert.True(vectors[1].IsDense);
    }

    private static Row[] Read(IDataView data) => new MLContext().Data.CreateEnumerable<Row>(data, reuseRowObject: false).ToArray();

    private Row[] Load(string text)
    {
        File.WriteAllText(_path, text);
        return Read(_ml.Data.LoadFromTextFile<Row>(_path, separatorChar: ','));
    }

    private sealed class Row
    {
        [LoadColumn(0)]
        public int Id { get; set; }

        [LoadColumn(1, 2), VectorType(2)]
        public float[] Pair { get; set; } = [];

        [LoadColumn(3)]
        public bool Flag { get; set; }

        [LoadColumn(4)]
        public string Text { get; set; } = "";
    }

    private sealed class NoSource
    {
        public float Value { get; set; }
    }
}
