using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Host.Tests;

public class PredictionEngineTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Each_prediction_is_of_its_own_row()
    {
        PredictionEngine<Input, Output> engine = _ml.Model.CreatePredictionEngine<Input, Output>(Model());
        Assert.Equal([1, 2, 3], engine.Predict(new Input { Number = 1, Vector = [2, 3] }).All);
        Assert.Equal([4, 5, 6], engine.Predict(new Input { Number = 4, Vector = [5, 6] }).All);
        Assert.Equal([1, 2, 3], engine.Predict(new Input { Number = 1, Vector = [2, 3] }).All);
    }

    [Fact]
    public void A_prediction_object_is_used_again()
    {
        PredictionEngine<Input, Output> engine = _ml.Model.CreatePredictionEngine<Input, Output>(Model());
        var first = new Output();
        Output prediction = first;
        engine.Predict(new Input { Number = 1, Vector = [2, 3] }, ref prediction);
        float[] array = prediction.All;
        engine.Predict(new Input { Number = 7, Vector = [2, 3] }, ref prediction);
        Assert.Same(first, prediction);
        Assert.Same(array, prediction.All);
        Assert.Equal([7, 2, 3], prediction.All);
        Output created = null!;
        engine.Predict(new Input { Vector = [2, 3] }, ref created);
        Assert.NotNull(created);
    }

    [Fact]
    public void Members_without_a_column_are_left_alone_or_errors()
    {
        Assert.Equal(5, _ml.Model.CreatePredictionEngine<Input, TooMuch>(Model()).Predict(new Input { Vector = [1, 2] }).Extra);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<Input, TooMuch>(Model(), ignoreMissingColumns: false));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<Input, TooMuch>(Model(), Data().Schema));
        var options = new PredictionEngineOptions { IgnoreMissingColumns = false };
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<Input, TooMuch>(Model(), options));
    }

    [Fact]
    public void The_output_schema_is_that_of_the_model()
        => Assert.Equal(["Number", "Vector", "All"], _ml.Model.CreatePredictionEngine<Input, Output>(Model()).OutputSchema.Select(column => column.Name));

    [Fact]
    public void A_schema_gives_the_sizes_of_vectors()
    {
        ITransformer model = Model();
        var example = new FreeInput { Number = 1, Vector = [2, 3] };
        Assert.Equal([1, 2, 3], _ml.Model.CreatePredictionEngine<FreeInput, Output>(model, Data().Schema).Predict(example).All);
        var definition = SchemaDefinition.Create(typeof(FreeInput));
        definition["Vector"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2);
        Assert.Equal([1, 2, 3], _ml.Model.CreatePredictionEngine<FreeInput, Output>(model, inputSchemaDefinition: definition).Predict(example).All);
    }

    [Fact]
    public void A_mapping_runs_once_a_prediction()
    {
        int calls = 0;
        void Map(Input input, Mapped output)
        {
            calls++;
            output.First = input.Number;
            output.Second = -input.Number;
        }

        ITransformer model = _ml.Transforms.CustomMapping<Input, Mapped>(Map, null).Fit(Data());
        PredictionEngine<Input, Mapped> engine = _ml.Model.CreatePredictionEngine<Input, Mapped>(model);
        Mapped prediction = engine.Predict(new Input { Number = 3 });
        Assert.Equal((3, -3), (prediction.First, prediction.Second));
        engine.Predict(new Input { Number = 3 });
        Assert.Equal(2, calls);
    }

    [Fact]
    public void A_third_partys_transformer_maps_rows_its_own_way()
    {
        ITransformer model = _ml.Transforms.CopyColumns("Before", "Number").Append(new DelegatingEstimator(_ml))
            .Append(_ml.Transforms.CopyColumns("After", "Twice")).Fit(Data());
        Assert.Equal(6, _ml.Model.CreatePredictionEngine<Input, AfterOnly>(model).Predict(new Input { Number = 3 }).After);
    }

    [Fact]
    public void A_transformer_that_maps_no_rows_is_an_error()
        => Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<Input, Output>(new NoMapper()));

    [Fact]
    public void The_model_is_disposed_of_with_the_engine_unless_it_is_anothers()
    {
        var model = new NoMapper { IsRowToRowMapper = true };
        _ml.Model.CreatePredictionEngine<Input, Input>(model, new PredictionEngineOptions { OwnsTransformer = false }).Dispose();
        Assert.Equal(0, model.Disposals);
        PredictionEngine<Input, Input> owner = _ml.Model.CreatePredictionEngine<Input, Input>(model);
        owner.Dispose();
        owner.Dispose();
        Assert.Equal(1, model.Disposals);
    }

    [Fact]
    public void A_missing_example_is_an_error()
        => Assert.Throws<ArgumentNullException>(() => _ml.Model.CreatePredictionEngine<Input, Output>(Model()).Predict(null!));

    private ITransformer Model() => _ml.Transforms.Concatenate("All", "Number", "Vector").Fit(Data());

    private IDataView Data() => _ml.Data.LoadFromEnumerable([new Input { Number = 1, Vector = [2, 3] }]);

    private sealed class Input
    {
        public float Number { get; set; }

        [VectorType(2)]
        public float[] Vector { get; set; } = [0, 0];
    }

    private sealed class FreeInput
    {
        public float Number { get; set; }

        public float[] Vector { get; set; } = [];
    }

    private sealed class Output
    {
        public float[] All { get; set; } = [];
    }

    private sealed class Mapped
    {
        public float First { get; set; }

        public float Second { get; set; }
    }

    private sealed class AfterOnly
    {
        public float After { get; set; }
    }

    private sealed class TooMuch
    {
        public float Extra { get; set; } = 5;
    }

    private sealed class NoMapper : ITransformer, IDisposable
    {
        public bool IsRowToRowMapper { get; set; }

        public int Disposals { get; private set; }

        public void Dispose() => Disposals++;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
            => ((ITransformer)new TransformerChain<ITransformer>()).GetRowToRowMapper(inputSchema);

        public IDataView Transform(IDataView input) => input;

        public void Save(ModelSaveContext ctx) => throw new NotSupportedException();
    }
}
