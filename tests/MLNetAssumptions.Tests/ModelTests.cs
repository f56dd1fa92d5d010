using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.MLNetAssumptions.Tests;

/// <summary>
/// What a saved model relies on: the chain of stock transformers that carries the weights, and how it is found and run after loading.
/// </summary>
public class ModelTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void A_mapping_by_contract_needs_no_registration()
    {
        ITransformer model = _ml.Transforms.CustomMapping(new Doubling().GetMapping(), Doubling.Contract).Fit(Data());
        Assert.Equal([2f, 4f], SaveAndLoad(model).Transform(Data()).GetColumn<float>("Twice"));
    }

    [Fact]
    public void A_transformer_that_saves_itself_as_a_chain_is_loaded_as_that_chain()
    {
        ITransformer loaded = SaveAndLoad(Delegating(out _));
        var steps = Assert.IsType<TransformerChain<ITransformer>>(loaded).ToArray();
        Assert.Equal(3, steps.Length);
        Assert.IsType<TransformerChain<ITransformer>>(steps[1]);
        Assert.Equal([2f, 4f], loaded.Transform(Data()).GetColumn<float>("After"));
    }

    [Fact]
    public void A_prediction_engine_maps_rows_by_the_mapper_of_a_third_party()
    {
        ITransformer model = Delegating(out DelegatingTransformer own);
        using PredictionEngine<Row, AfterOnly> engine = _ml.Model.CreatePredictionEngine<Row, AfterOnly>(model);
        Assert.Equal(6, engine.Predict(new Row { Number = 3 }).After);
        Assert.Equal(1, own.Rows);
    }

    [Fact]
    public void Large_texts_are_kept()
    {
        string text = string.Concat(Enumerable.Range(0, 3_000_000).Select(i => (char)('a' + (i % 26))));
        ITransformer model = _ml.Transforms.Conversion.MapValue("Text", [KeyValuePair.Create("a", text)]).Fit(Data());
        Assert.Equal(text, SaveAndLoad(model).Transform(Data()).GetColumn<string>("Text").First());
    }

    [Fact]
    public void A_mapped_text_is_the_same_object_at_each_row()
    {
        ITransformer model = _ml.Transforms.Conversion.MapValue("Text", [KeyValuePair.Create("a", new string('x', 1000))]).Fit(Data());
        foreach (ITransformer either in new[] { model, SaveAndLoad(model) })
        {
            string?[] texts = [.. either.Transform(Data()).GetColumn<ReadOnlyMemory<char>>("Text").Select(Object)];
            Assert.NotNull(texts[0]);
            Assert.Same(texts[0], texts[1]);
        }

        static string? Object(ReadOnlyMemory<char> text) =>
            MemoryMarshal.TryGetString(text, out string? value, out _, out _) ? value : null;
    }

    private TransformerChain<ITransformer> Delegating(out DelegatingTransformer own)
    {
        DelegatingTransformer? fitted = null;
        TransformerChain<ITransformer> model = new EstimatorChain<ITransformer>().Append(_ml.Transforms.CopyColumns("Before", "Number"))
            .Append(new DelegatingEstimator(_ml).WithOnFitDelegate(transformer => fitted = transformer))
            .Append<ITransformer>(_ml.Transforms.CopyColumns("After", "Twice")).Fit(Data());
        own = fitted!;
        return model;
    }

    private ITransformer SaveAndLoad(ITransformer model)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, Data().Schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    private IDataView Data() => _ml.Data.LoadFromEnumerable([new Row { Number = 1, Text = "a" }, new Row { Number = 2, Text = "a" }]);

    private sealed class Row
    {
        public float Number { get; set; }

        public string Text { get; set; } = "";
    }

    private sealed class AfterOnly
    {
        public float After { get; set; }
    }
}
