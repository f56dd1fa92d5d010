using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Disentangle.ML.Host.Tests;

public class ChainTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void A_chain_runs_its_parts_in_order()
    {
        EstimatorChain<ColumnCopyingTransformer> chain = _ml.Transforms.CopyColumns("B", "A").Append(_ml.Transforms.CopyColumns("C", "B"));
        TransformerChain<ColumnCopyingTransformer> model = chain.Fit(Data());
        Assert.Equal(2, model.Count());
        Assert.Same(model.Last(), model.LastTransformer);
        Assert.Equal([1f, 2f], model.Transform(Data()).GetColumn<float>("C"));
        Assert.Equal(["A", "B", "C"], model.GetOutputSchema(Data().Schema).Select(column => column.Name));
    }

    [Fact]
    public void An_error_of_the_schema_comes_before_anything_is_trained()
    {
        bool trained = false;
        IEstimator<ITransformer> estimator = _ml.Transforms.CopyColumns("B", "A").WithOnFitDelegate(_ => trained = true)
            .Append(_ml.Transforms.CopyColumns("C", "Nothing"));
        Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(Data()));
        Assert.False(trained);
    }

    [Fact]
    public void A_delegate_gets_the_transformer_when_it_is_fitted()
    {
        ITransformer? seen = null;
        IEstimator<ITransformer> estimator = _ml.Transforms.CopyColumns("B", "A").WithOnFitDelegate(transformer => seen = transformer);
        ITransformer model = estimator.Fit(Data());
        Assert.Same(model, seen);
    }

    [Fact]
    public void A_shape_knows_kinds_but_no_sizes()
    {
        SchemaShape shape = _ml.Transforms.Concatenate("Both", "A", "A").Append(_ml.Transforms.Conversion.MapValueToKey("Key", "A"))
            .GetOutputSchema(ShapeOfData());
        SchemaShape.Column both = shape.Single(column => column.Name == "Both");
        Assert.Equal(SchemaShape.Column.VectorKind.Vector, both.Kind);
        Assert.Equal(NumberDataViewType.Single, both.ItemType);
        SchemaShape.Column key = shape.Single(column => column.Name == "Key");
        Assert.True(key.IsKey);
        Assert.Equal(NumberDataViewType.UInt32, key.ItemType);
        Assert.Contains("KeyValues", key.Annotations.Select(annotation => annotation.Name));
    }

    [Fact]
    public void Transformers_can_be_chained_by_hand()
    {
        ITransformer first = _ml.Transforms.CopyColumns("B", "A").Fit(Data());
        ITransformer second = _ml.Transforms.CopyColumns("C", "B").Fit(first.Transform(Data()));
        Assert.Equal([1f, 2f], first.Append(second).Transform(Data()).GetColumn<float>("C"));
        Assert.Equal([1f, 2f], new TransformerChain<ITransformer>(first, second).Transform(Data()).GetColumn<float>("C"));
        Assert.Equal(2, new TransformerChain<ITransformer>(first).Append(second).Count());
        Assert.Null(new TransformerChain<ITransformer>().LastTransformer);
        Assert.Throws<InvalidOperationException>(() => new TransformerChain<ITransformer>([first], [TransformerScope.Scoring, TransformerScope.Scoring]));
    }

    [Fact]
    public void A_part_for_training_only_does_not_score()
    {
        var chain = new EstimatorChain<ITransformer>().Append(_ml.Transforms.CopyColumns("B", "A"), TransformerScope.Training)
            .Append(_ml.Transforms.CopyColumns("C", "A"));
        DataViewSchema schema = chain.Fit(Data()).Transform(Data()).Schema;
        Assert.Null(schema.GetColumnOrNull("B"));
        Assert.NotNull(schema.GetColumnOrNull("C"));
        Assert.Single(chain.Fit(Data()).GetModelFor(TransformerScope.Scoring));
        Assert.NotNull(chain.Fit(Data()).Transform(Data(), TransformerScope.Training).Schema.GetColumnOrNull("B"));
    }

    [Fact]
    public void A_checkpoint_caches_what_is_before_it()
    {
        int mapped = 0;
        void Map(Input input, Output output)
        {
            Interlocked.Increment(ref mapped);
            output.Twice = 2 * input.A;
        }

        IEstimator<ITransformer> estimator = _ml.Transforms.CustomMapping<Input, Output>(Map, null).AppendCacheCheckpoint(_ml)
            .Append(_ml.Transforms.NormalizeMinMax("X", "Twice")).Append(_ml.Transforms.NormalizeMinMax("Y", "Twice"));
        estimator.Fit(Data());
        Assert.Equal(2, mapped);
        Assert.Throws<InvalidOperationException>(() => new EstimatorChain<ITransformer>().AppendCacheCheckpoint(_ml));
    }

    [Fact]
    public void A_chain_disposes_of_its_parts_once()
    {
        var part = new DisposableTransformer();
        var chain = new TransformerChain<ITransformer>(part, part);
        chain.Dispose();
        chain.Dispose();
        Assert.Equal(2, part.Disposals);
    }

    [Fact]
    public void A_row_goes_through_a_chain_of_mappers()
    {
        ITransformer model = _ml.Transforms.CopyColumns("B", "A").Append(_ml.Transforms.Concatenate("C", "A", "B"))
            .Append(_ml.Transforms.DropColumns("A")).Fit(Data());
        Assert.True(model.IsRowToRowMapper);
        IRowToRowMapper mapper = model.GetRowToRowMapper(Data().Schema);
        Assert.Equal(["B", "C"], mapper.OutputSchema.Select(column => column.Name));
        Assert.Equal(["A"], mapper.GetDependencies([mapper.OutputSchema["C"]]).Select(column => column.Name));
        using DataViewRowCursor cursor = Data().GetRowCursor(mapper.InputSchema);
        Assert.ThrowsAny<Exception>(() => mapper.GetRow(cursor, mapper.OutputSchema));
    }

    private SchemaShape ShapeOfData()
        => _ml.Transforms.CustomMapping<Empty, Input>((_, _) => { }, null).GetOutputSchema(new SchemaShape([]));

    private IDataView Data() => _ml.Data.LoadFromEnumerable([new Input { A = 1 }, new Input { A = 2 }]);

    private sealed class Empty;

    private sealed class Input
    {
        public float A { get; set; }
    }

    private sealed class Output
    {
        public float Twice { get; set; }
    }

    private sealed class DisposableTransformer : ITransformer, IDisposable
    {
        public int Disposals { get; private set; }

        public bool IsRowToRowMapper => true;

        public void Dispose() => Disposals++;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

        public IDataView Transform(IDataView input) => input;

        public void Save(ModelSaveContext ctx) => throw new NotSupportedException();
    }
}
