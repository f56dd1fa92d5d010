using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Host.Tests;

public class SchemaTests
{
    [Fact]
    public void A_name_finds_the_last_column_and_hides_the_others()
    {
        DataViewSchema schema = Schema(("A", NumberDataViewType.Single), ("B", NumberDataViewType.Single), ("A", TextDataViewType.Instance));
        Assert.Equal(2, schema["A"].Index);
        Assert.Equal([true, false, false], schema.Select(column => column.IsHidden));
        Assert.Equal("A: String", schema["A"].ToString());
    }

    [Fact]
    public void A_missing_name_is_an_error_or_null()
    {
        DataViewSchema schema = Schema(("A", NumberDataViewType.Single));
        Assert.Null(schema.GetColumnOrNull("B"));
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => schema["B"]);
        Assert.Contains("Column 'B' not found", exception.Message);
        Assert.Throws<ArgumentNullException>(() => schema[""]);
        Assert.Throws<ArgumentOutOfRangeException>(() => schema[1]);
    }

    [Fact]
    public void Annotations_are_read_by_kind()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue("Number", NumberDataViewType.Int32, 7);
        DataViewSchema.Annotations annotations = builder.ToAnnotations();
        int value = 0;
        annotations.GetValue("Number", ref value);
        Assert.Equal(7, value);
        Assert.Throws<InvalidOperationException>(() => annotations.GetValue("Other", ref value));
        double wrong = 0;
        Assert.Throws<InvalidOperationException>(() => annotations.GetValue("Number", ref wrong));
        Assert.Equal("A: Int32 {Number}", Schema(("A", NumberDataViewType.Int32), annotations)["A"].ToString());
    }

    [Fact]
    public void Types_are_equal_by_what_they_hold()
    {
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), new VectorDataViewType(NumberDataViewType.Single, 3));
        Assert.NotEqual(new VectorDataViewType(NumberDataViewType.Single, 6), new VectorDataViewType(NumberDataViewType.Single, 2, 3));
        Assert.Equal(new KeyDataViewType(typeof(uint), 3), new KeyDataViewType(typeof(uint), 3ul));
        Assert.NotEqual(new KeyDataViewType(typeof(uint), 3), new KeyDataViewType(typeof(uint), 4));
        Assert.False(NumberDataViewType.Single.Equals(NumberDataViewType.Double));
    }

    [Fact]
    public void Types_print_themselves()
    {
        Assert.Equal("Single", NumberDataViewType.Single.ToString());
        Assert.Equal("Boolean", BooleanDataViewType.Instance.ToString());
        Assert.Equal("Key<UInt32, 0-2>", new KeyDataViewType(typeof(uint), 3).ToString());
        Assert.Equal("Vector<Single, 3>", new VectorDataViewType(NumberDataViewType.Single, 3).ToString());
        Assert.Equal("Vector<Single>", new VectorDataViewType(NumberDataViewType.Single).ToString());
        Assert.Equal("Vector<Single, 2, *>", new VectorDataViewType(NumberDataViewType.Single, 2, 0).ToString());
    }

    [Fact]
    public void A_vector_of_unknown_size_has_size_0()
    {
        var vector = new VectorDataViewType(NumberDataViewType.Single, 2, 0);
        Assert.False(vector.IsKnownSize);
        Assert.Equal(0, vector.Size);
        Assert.Equal(6, new VectorDataViewType(NumberDataViewType.Single, ImmutableArray.Create(2, 3)).Size);
    }

    [Fact]
    public void Keys_need_an_unsigned_type_and_a_count()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(int), 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(uint), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(byte), 256));
    }

    private static DataViewSchema Schema(params (string Name, DataViewType Type)[] columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach ((string name, DataViewType type) in columns)
            builder.AddColumn(name, type);
        return builder.ToSchema();
    }

    private static DataViewSchema Schema((string Name, DataViewType Type) column, DataViewSchema.Annotations annotations)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(column.Name, column.Type, annotations);
        return builder.ToSchema();
    }
}
