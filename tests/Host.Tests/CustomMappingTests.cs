using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Disentangle.ML.Host.Tests;

public class CustomMappingTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void A_mapping_adds_the_members_of_its_output()
    {
        IDataView data = Apply((input, output) =>
        {
            output.Sum = input.Numbers.Sum();
            output.Pair = [input.Number, -input.Number];
            output.Key = (uint)input.Number;
            output.Text = input.Text + "!";
        });
        Assert.Equal(["Number", "Numbers", "Text", "Text", "Sum", "Pair", "Key"], data.Schema.Select(column => column.Name));
        Assert.Equal("Pair: Vector<Single, 2>", data.Schema["Pair"].ToString());
        Assert.Equal([3f, 7f], data.GetColumn<float>("Sum"));
        Assert.Equal([[1, -1], [2, -2]], data.GetColumn<float[]>("Pair"));
        Assert.Equal(["a!", "b!"], data.GetColumn<string>("Text"));
        // The member counts keys from 0.
        Assert.Equal([2u, 3u], data.GetColumn<uint>("Key"));
    }

    [Fact]
    public void A_mapping_runs_once_a_row_and_not_where_nothing_of_it_is_read()
    {
        int calls = 0;
        IDataView data = Apply((input, output) =>
        {
            Interlocked.Increment(ref calls);
            output.Sum = 1;
        });
        Assert.Equal(2, data.GetColumn<float>("Number").Count());
        Assert.Equal(0, calls);
        Assert.Equal(2, data.Preview().RowView.Length);
        Assert.Equal(2, calls);
    }

    [Fact]
    public void Only_the_members_of_the_input_are_read()
    {
        var source = new StrictView(10);
        ITransformer model = _ml.Transforms.CustomMapping<Features, Result>((input, output) => output.Sum = input.Values.Sum(), null, Renamed()).Fit(source);
        IDataView data = model.Transform(source);
        source.Requests.Clear();
        Assert.Equal(10, data.GetColumn<float>("Sum").Count());
        Assert.All(source.Requests, columns => Assert.Equal(["Features"], columns));

        static SchemaDefinition Renamed()
        {
            var definition = SchemaDefinition.Create(typeof(Features));
            definition["Values"].ColumnName = "Features";
            return definition;
        }
    }

    [Fact]
    public void A_schema_definition_sets_the_output()
    {
        var definition = SchemaDefinition.Create(typeof(Result));
        definition["Sum"].ColumnName = "Total";
        definition["Pair"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 7);
        IDataView data = Data();
        ITransformer model = _ml.Transforms.CustomMapping<Input, Result>((_, output) => output.Pair = new float[7], null, null, definition).Fit(data);
        DataViewSchema schema = model.Transform(data).Schema;
        Assert.Equal("Vector<Single, 7>", schema["Pair"].Type.ToString());
        Assert.NotNull(schema.GetColumnOrNull("Total"));
        SchemaShape shape = _ml.Transforms.CustomMapping<Nothing, Result>((_, _) => { }, null, null, definition).GetOutputSchema(new SchemaShape([]));
        Assert.Equal(SchemaShape.Column.VectorKind.Vector, shape.Single(column => column.Name == "Pair").Kind);
        Assert.True(shape.Single(column => column.Name == "Key").IsKey);
    }

    [Fact]
    public void A_vector_of_unknown_size_does_for_any_vector_but_not_the_other_way()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Fixed { Numbers = [1, 2] }]);
        IEstimator<ITransformer> sum = _ml.Transforms.CustomMapping<Free, Result>((input, output) => output.Sum = input.Numbers.Sum(), null);
        Assert.Equal([3f], _ml.Transforms.CopyColumns("C", "Numbers").Append(sum).Fit(data).Transform(data).GetColumn<float>("Sum"));
        IDataView free = _ml.Data.LoadFromEnumerable([new Free { Numbers = [1, 2] }]);
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.CopyColumns("C", "Numbers")
            .Append(_ml.Transforms.CustomMapping<Fixed, Result>((_, _) => { }, null)).Fit(free));
        Assert.Contains("Schema mismatch for input column 'Numbers': expected Vector<Single, 2>, got VarVector<Single>", exception.Message);
    }

    [Fact]
    public void Another_type_is_an_error()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Wrong { Number = 1 }]);
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.CopyColumns("C", "Number")
            .Append(_ml.Transforms.CustomMapping<NumberOnly, Result>((_, _) => { }, null)).Fit(data));
        Assert.Contains("Schema mismatch for input column 'Number': expected Single, got Int32", exception.Message);
        Assert.Throws<InvalidOperationException>(() => _ml.Transforms.CustomMapping<NumberOnly, Result>((_, _) => { }, null).Fit(data));
    }

    [Fact]
    public void A_mapping_without_a_contract_cannot_be_saved()
    {
        IDataView data = Data();
        ITransformer model = _ml.Transforms.CustomMapping<Input, Result>((_, _) => { }, null).Fit(data);
        using var stream = new MemoryStream();
        Assert.Throws<InvalidOperationException>(() => _ml.Model.Save(model, data.Schema, stream));
    }

    [Fact]
    public void A_mapping_by_contract_is_found_in_a_new_context()
    {
        IDataView data = Data();
        ITransformer model = _ml.Transforms.CustomMapping(new Doubling().GetMapping(), Doubling.Contract).Fit(data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(stream, out DataViewSchema schema);
        Assert.Equal([2f, 4f], loaded.Transform(Data()).GetColumn<float>("Twice"));
        Assert.Equal(["Number", "Numbers", "Text"], schema.Select(column => column.Name));
    }

    [Fact]
    public void A_contract_that_nobody_keeps_is_an_error()
    {
        IDataView data = Data();
        ITransformer model = _ml.Transforms.CustomMapping<NumberOnly, Result>((_, _) => { }, "a contract of no class").Fit(data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        var exception = Assert.ThrowsAny<Exception>(() => new MLContext().Model.Load(stream, out _));
        Assert.Contains("Unable to locate an extension for the contract 'a contract of no class'", exception.ToString());
    }

    private IDataView Data() => _ml.Data.LoadFromEnumerable(new Input[]
    {
        new() { Number = 1, Numbers = [1, 2], Text = "a" },
        new() { Number = 2, Numbers = [3, 4], Text = "b" },
    });

    private IDataView Apply(Action<Input, Result> mapping)
    {
        IDataView data = Data();
        return _ml.Transforms.CustomMapping(mapping, null).Fit(data).Transform(data);
    }

    internal sealed class NumberOnly
    {
        public float Number { get; set; }
    }

    internal sealed class Twice
    {
        [ColumnName("Twice")]
        public float Value { get; set; }
    }

    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class Doubling : CustomMappingFactory<NumberOnly, Twice>
    {
        public const string Contract = "Disentangle.ML.Host.Tests.Doubling";

        public override Action<NumberOnly, Twice> GetMapping() => (input, output) => output.Value = 2 * input.Number;
    }

    private sealed class Input
    {
        public float Number { get; set; }

        public float[] Numbers { get; set; } = [];

        public string Text { get; set; } = "";
    }

    private sealed class Result
    {
        public string Text { get; set; } = "";

        public float Sum { get; set; }

        [VectorType(2)]
        public float[] Pair { get; set; } = [0, 0];

        [KeyType(5)]
        public uint Key { get; set; }
    }

    private sealed class Nothing;

    private sealed class Features
    {
        [VectorType(4)]
        public float[] Values { get; set; } = [];
    }

    private sealed class Fixed
    {
        [VectorType(2)]
        public float[] Numbers { get; set; } = [];
    }

    private sealed class Free
    {
        public float[] Numbers { get; set; } = [];
    }

    private sealed class Wrong
    {
        public int Number { get; set; }
    }
}
