using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Host.Tests;

public class TransformTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void A_new_column_of_an_old_name_hides_it_and_stands_behind_it()
    {
        DataViewSchema schema = Apply(_ml.Transforms.CopyColumns("A", "B")).Schema;
        Assert.Equal(["A", "A", "B", "Vector", "Other"], schema.Select(column => column.Name));
        Assert.True(schema[0].IsHidden);
        Assert.Equal([10f, 20f], Apply(_ml.Transforms.CopyColumns("A", "B")).GetColumn<float>("A"));
    }

    [Fact]
    public void Columns_are_concatenated_in_the_order_given()
    {
        IDataView data = Apply(_ml.Transforms.Concatenate("All", "B", "Vector", "A"));
        Assert.Equal("Vector<Single, 5>", data.Schema["All"].Type.ToString());
        Assert.Equal([[10, 1, 2, 3, 1], [20, 4, 5, 6, 2]], data.GetColumn<float[]>("All"));
        VBuffer<ReadOnlyMemory<char>> names = default;
        data.Schema["All"].GetSlotNames(ref names);
        Assert.Equal(["B", "", "", "", "A"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void One_vector_concatenated_stays_as_it_is()
    {
        IDataView data = Apply(_ml.Transforms.Concatenate("All", "Vector"));
        Assert.Equal([[1, 2, 3], [4, 5, 6]], data.GetColumn<float[]>("All"));
        Assert.False(data.Schema["All"].HasSlotNames());
    }

    [Fact]
    public void Mostly_empty_vectors_are_concatenated_sparsely()
    {
        var source = new StrictView(3);
        IDataView data = _ml.Transforms.Concatenate("All", "Features", "Features").Fit(source).Transform(source);
        VBuffer<float> last = data.GetColumn<VBuffer<float>>("All").Last();
        Assert.False(last.IsDense);
        Assert.Equal([0, 0, 0, 2, 0, 0, 0, 2], last.DenseValues());
    }

    [Fact]
    public void A_vector_of_another_size_than_its_column_is_an_error()
    {
        IDataView wrong = _ml.Data.LoadFromEnumerable([new Row { A = 1, Vector = [1, 2] }]);
        IDataView data = _ml.Transforms.Concatenate("All", "Vector", "A").Fit(wrong).Transform(wrong);
        Exception exception = Assert.ThrowsAny<Exception>(() => data.GetColumn<float[]>("All").ToArray());
        Assert.Contains("Column 'Vector': expected 3 slots, but got 2", exception.ToString());
    }

    [Fact]
    public void Columns_are_selected_in_the_order_given_and_dropped_in_their_own()
    {
        Assert.Equal(["Vector", "A"], Apply(_ml.Transforms.SelectColumns("Vector", "A")).Schema.Select(column => column.Name));
        Assert.Equal(["A", "Other"], Apply(_ml.Transforms.DropColumns("Vector", "B")).Schema.Select(column => column.Name));
    }

    [Fact]
    public void Hidden_columns_are_selected_only_if_asked()
    {
        IEstimator<ITransformer> hiding = _ml.Transforms.CopyColumns("A", "B");
        Assert.Equal(["A"], Apply(hiding.Append(_ml.Transforms.SelectColumns("A"))).Schema.Select(column => column.Name));
        Assert.Equal(["A", "A"], Apply(hiding.Append(_ml.Transforms.SelectColumns(["A"], keepHidden: true))).Schema.Select(column => column.Name));
        Assert.Equal(["B", "Vector", "Other"], Apply(hiding.Append(_ml.Transforms.DropColumns("A"))).Schema.Select(column => column.Name));
        Assert.Equal(["A", "A"], Apply(hiding.Append(_ml.Transforms.DropColumns("B", "Vector", "Other"))).Schema.Select(column => column.Name));
    }

    [Fact]
    public void Missing_columns_are_errors_that_name_them()
    {
        AssertMissing(_ml.Transforms.CopyColumns("New", "Nothing"));
        AssertMissing(_ml.Transforms.Concatenate("New", "A", "Nothing"));
        AssertMissing(_ml.Transforms.SelectColumns("Nothing"));
        AssertMissing(_ml.Transforms.DropColumns("Nothing"));
        AssertMissing(_ml.Transforms.Conversion.MapValueToKey("Nothing"));
        AssertMissing(_ml.Transforms.Conversion.MapKeyToValue("Nothing"));
        AssertMissing(_ml.Transforms.Conversion.ConvertType("Nothing"));
        AssertMissing(_ml.Transforms.NormalizeMinMax("Nothing"));
        AssertMissing(_ml.Transforms.CustomMapping<NothingRow, Empty>((_, _) => { }, null));
    }

    [Fact]
    public void Columns_of_different_types_cannot_be_concatenated()
        => Assert.ThrowsAny<Exception>(() => Apply(_ml.Transforms.Concatenate("All", "A", "Other")));

    [Theory]
    [InlineData(DataKind.Double, typeof(double))]
    [InlineData(DataKind.Boolean, typeof(bool))]
    [InlineData(DataKind.String, typeof(ReadOnlyMemory<char>))]
    public void Types_are_converted(DataKind kind, Type type)
    {
        IDataView data = Apply(_ml.Transforms.Conversion.ConvertType("Converted", "Vector", kind));
        Assert.Equal(typeof(VBuffer<>).MakeGenericType(type), data.Schema["Converted"].Type.RawType);
        Assert.Equal(3, ((VectorDataViewType)data.Schema["Converted"].Type).Size);
        Assert.Equal(2, data.Preview().RowView.Length);
    }

    [Fact]
    public void Texts_and_Booleans_become_numbers()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(new Mixed[] { new() { Text = "1.5", Flag = true }, new() { Text = "" }, new() { Text = "x" } });
        Assert.Equal([1.5f, 0f, float.NaN], Converted("Text"));
        Assert.Equal([1f, 0f, 0f], Converted("Flag"));

        IEnumerable<float> Converted(string column) => _ml.Transforms.Conversion.ConvertType(column).Fit(data).Transform(data).GetColumn<float>(column);
    }

    [Fact]
    public void Numbers_become_texts_and_integers_real_numbers()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Row { A = 1.75f, Other = 3 }]);
        Assert.Equal(["1.75"], _ml.Transforms.Conversion.ConvertType("A", outputKind: DataKind.String).Fit(data).Transform(data).GetColumn<string>("A"));
        Assert.Equal([3.0], _ml.Transforms.Conversion.ConvertType("Other", outputKind: DataKind.Double).Fit(data).Transform(data).GetColumn<double>("Other"));
    }

    [Fact]
    public void Keys_become_keys_of_other_unsigned_types_and_nothing_else()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Mixed { Key = 1 }, new Mixed { Key = 9 }]);
        IDataView converted = _ml.Transforms.Conversion.ConvertType("Key", outputKind: DataKind.UInt64).Fit(data).Transform(data);
        Assert.Equal(new KeyDataViewType(typeof(ulong), ((KeyDataViewType)data.Schema["Key"].Type).Count), converted.Schema["Key"].Type);
        Assert.Equal([2ul, 0ul], _ml.Transforms.Conversion.ConvertType("Key", outputKind: DataKind.UInt64).Fit(data).Transform(data).GetColumn<ulong>("Key"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.Conversion.ConvertType("Key", outputKind: DataKind.Single).Fit(data));
    }

    [Fact]
    public void Real_numbers_become_no_integers()
        => Assert.Throws<ArgumentOutOfRangeException>(() => Apply(_ml.Transforms.Conversion.ConvertType("A", outputKind: DataKind.Int32)));

    private void AssertMissing(IEstimator<ITransformer> estimator)
    {
        IDataView data = Data();
        var fit = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(data).Transform(data));
        Assert.Contains("column 'Nothing'", fit.Message);
        var chain = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.CopyColumns("C", "A").Append(estimator).Fit(data));
        Assert.Contains("Could not find input column 'Nothing' (Parameter 'inputSchema')", chain.Message);
    }

    private IDataView Apply(IEstimator<ITransformer> estimator)
    {
        IDataView data = Data();
        return estimator.Fit(data).Transform(data);
    }

    private IDataView Data() => _ml.Data.LoadFromEnumerable(new Row[]
    {
        new() { A = 1, B = 10, Vector = [1, 2, 3], Other = 100 },
        new() { A = 2, B = 20, Vector = [4, 5, 6], Other = 200 },
    });

    private sealed class Row
    {
        public float A { get; set; }

        public float B { get; set; }

        [VectorType(3)]
        public float[] Vector { get; set; } = [0, 0, 0];

        public int Other { get; set; }
    }

    private sealed class Mixed
    {
        public string Text { get; set; } = "";

        public bool Flag { get; set; }

        [KeyType(3)]
        public uint Key { get; set; }
    }

    private sealed class NothingRow
    {
        public float Nothing { get; set; }
    }

    private sealed class Empty
    {
        public float Result { get; set; }
    }
}
