using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Host.Tests;

public class EnumerableTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Members_become_columns()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Sample());
        string[] expected =
        [
            "Field: Int32", "Number: Single", "Renamed: String", "Flag: Boolean", "Fixed: Vector<Single, 3>", "Free: Vector<Single>", "Words: Vector<String>",
            "Key: Key<UInt32, 0-3>",
        ];
        Assert.Equal(expected, data.Schema.Select(column => column.ToString()));
        Assert.Equal(2, data.GetRowCount());
    }

    [Fact]
    public void Rows_come_back_as_they_were()
    {
        Everything[] rows = _ml.Data.CreateEnumerable<Everything>(_ml.Data.LoadFromEnumerable(Sample()), reuseRowObject: false).ToArray();
        Assert.Equal([1, 2], rows.Select(row => row.Field));
        Assert.Equal([1.5f, float.NaN], rows.Select(row => row.Number));
        Assert.Equal(["one", ""], rows.Select(row => row.Text));
        Assert.Equal([1, 2, 3], rows[0].Fixed);
        Assert.Equal([4, 5], rows[0].Free);
        Assert.Equal(["a", "b"], rows[0].Words);
        Assert.Empty(rows[1].Free);
    }

    [Fact]
    public void A_key_member_counts_from_0_and_the_column_from_1()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Sample());
        Assert.Equal([3u, 0u], data.GetColumn<uint>("Key"));
        Assert.Equal([3u, 0u], _ml.Data.CreateEnumerable<Everything>(data, reuseRowObject: false).Select(row => row.Key));
    }

    [Fact]
    public void A_schema_definition_sets_names_types_and_annotations()
    {
        var definition = SchemaDefinition.Create(typeof(Everything));
        definition["Free"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2);
        definition["Number"].ColumnName = "Other";
        definition["Fixed"].AddAnnotation("SlotNames", new[] { "x", "y", "z" }, new VectorDataViewType(TextDataViewType.Instance, 3));
        DataViewSchema schema = _ml.Data.LoadFromEnumerable(Sample(), definition).Schema;
        Assert.Equal("Free: Vector<Single, 2>", schema["Free"].ToString());
        Assert.Equal("Other: Single", schema["Other"].ToString());
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Fixed"].GetSlotNames(ref names);
        Assert.Equal(["x", "y", "z"], names.DenseValues().Select(name => name.ToString()));
        Assert.Null(definition["Nothing"]);
    }

    [Fact]
    public void Columns_can_be_read_through_a_schema_definition()
    {
        var definition = SchemaDefinition.Create(typeof(Target));
        definition["Value"].ColumnName = "Number";
        IDataView data = _ml.Data.LoadFromEnumerable(Sample());
        Assert.Equal(1.5f, _ml.Data.CreateEnumerable<Target>(data, false, schemaDefinition: definition).First().Value);
    }

    [Fact]
    public void A_schema_gives_the_types()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Value", NumberDataViewType.Single);
        IDataView data = _ml.Data.LoadFromEnumerable([new Target { Value = 2 }], builder.ToSchema());
        Assert.Equal([2f], data.GetColumn<float>("Value"));
    }

    [Fact]
    public void A_missing_column_is_an_error_unless_it_is_to_be_ignored()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Sample());
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.CreateEnumerable<Target>(data, reuseRowObject: false));
        Assert.Contains("Could not find  column 'Value'", exception.Message);
        Assert.Equal(2, _ml.Data.CreateEnumerable<Target>(data, reuseRowObject: false, ignoreMissingColumns: true).Count());
    }

    [Fact]
    public void A_column_of_another_type_is_an_error()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Wrong { Value = 1 }]);
        var exception = Assert.Throws<InvalidOperationException>(() => _ml.Data.CreateEnumerable<Target>(data, reuseRowObject: false));
        Assert.Contains("Can't bind the IDataView column 'Value' of type 'Int32' to field or property 'Value' of type 'System.Single'", exception.Message);
    }

    [Fact]
    public void A_member_of_no_column_type_is_an_error()
        => Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable([new Unsupported()]));

    [Fact]
    public void A_null_row_is_an_error()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(new Target[] { new(), null! });
        Assert.Throws<InvalidOperationException>(() => data.GetColumn<float>("Value").ToArray());
    }

    [Fact]
    public void The_sequence_is_enumerated_anew_at_each_pass()
    {
        int passes = 0;
        IEnumerable<Target> Rows()
        {
            passes++;
            yield return new Target { Value = passes };
        }
        IDataView data = _ml.Data.LoadFromEnumerable(Rows());
        Assert.Equal(0, passes);
        Assert.Equal([1f], data.GetColumn<float>("Value"));
        Assert.Equal([2f], data.GetColumn<float>("Value"));
        Assert.Null(data.GetRowCount());
    }

    [Fact]
    public void One_row_object_is_used_again_if_asked()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Sample());
        Assert.Single(_ml.Data.CreateEnumerable<Everything>(data, reuseRowObject: true).Distinct());
        Assert.Equal(2, _ml.Data.CreateEnumerable<Everything>(data, reuseRowObject: false).Distinct().Count());
    }

    [Fact]
    public void Columns_are_read_as_arrays_and_strings()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Sample());
        Assert.Equal([1, 2, 3], data.GetColumn<float[]>("Fixed").First());
        Assert.Equal(["one", ""], data.GetColumn<string>("Renamed"));
        Assert.Equal(["a", "b"], data.GetColumn<string[]>("Words").First());
        Assert.Equal(3, data.GetColumn<VBuffer<float>>("Fixed").First().Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.GetColumn<float>("Nothing").ToArray());
        Assert.ThrowsAny<Exception>(() => data.GetColumn<int>("Number").ToArray());
    }

    [Fact]
    public void A_preview_holds_rows_and_columns()
    {
        DataDebuggerPreview preview = _ml.Data.LoadFromEnumerable(Sample()).Preview(maxRows: 1);
        Assert.Single(preview.RowView);
        Assert.Equal(8, preview.ColumnView.Length);
        Assert.Equal(1.5f, preview.RowView[0].Values.Single(value => value.Key == "Number").Value);
        Assert.Equal("Number", preview.ColumnView[1].Column.Name);
    }

    private static Everything[] Sample() =>
    [
        new() { Field = 1, Number = 1.5f, Text = "one", Flag = true, Fixed = [1, 2, 3], Free = [4, 5], Words = ["a", "b"], Key = 2, Ignored = 9 },
        new() { Field = 2, Number = float.NaN, Free = null!, Fixed = [0, 0, 0], Words = [], Key = 4 },
    ];

    private sealed class Everything
    {
        public int Field;

        public float Number { get; set; }

        [ColumnName("Renamed")]
        public string? Text { get; set; }

        public bool Flag { get; set; }

        [VectorType(3)]
        public float[] Fixed { get; set; } = [];

        public float[] Free { get; set; } = [];

        public string[] Words { get; set; } = [];

        [KeyType(4)]
        public uint Key { get; set; }

        [NoColumn]
        public int Ignored { get; set; }
    }

    private sealed class Target
    {
        public float Value { get; set; }
    }

    private sealed class Wrong
    {
        public int Value { get; set; }
    }

    private sealed class Unsupported
    {
        public object? Value { get; set; }
    }
}
