using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Disentangle.ML.Host.Tests;

public class KeyTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Values_get_keys_from_1_in_the_order_they_occur()
    {
        IDataView data = Apply(Conversion.MapValueToKey("Key", "Text"), "b", "a", "b", "", "c");
        Assert.Equal([1u, 2u, 1u, 0u, 3u], data.GetColumn<uint>("Key"));
        Assert.Equal("Key<UInt32, 0-2>", data.Schema["Key"].Type.ToString());
        Assert.Equal(["b", "a", "c"], KeyValues(data));
    }

    [Fact]
    public void Values_get_keys_in_their_own_order_if_asked()
    {
        IEstimator<ITransformer> estimator = Conversion.MapValueToKey("Key", "Text", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue);
        IDataView data = Apply(estimator, "b", "a", "c", "B");
        Assert.Equal(["B", "a", "b", "c"], KeyValues(data));
        Assert.Equal([3u, 2u, 4u, 1u], data.GetColumn<uint>("Key"));
    }

    [Fact]
    public void Values_beyond_the_maximum_are_missing()
    {
        IDataView data = Apply(Conversion.MapValueToKey("Key", "Text", maximumNumberOfKeys: 2), "a", "b", "c", "a");
        Assert.Equal([1u, 2u, 0u, 1u], data.GetColumn<uint>("Key"));
    }

    [Fact]
    public void Values_not_seen_in_training_are_missing()
    {
        ITransformer model = Conversion.MapValueToKey("Key", "Text").Fit(Texts("a", "b"));
        Assert.Equal([0u, 2u], model.Transform(Texts("x", "b")).GetColumn<uint>("Key"));
    }

    [Fact]
    public void Numbers_get_keys_and_NaN_is_missing()
    {
        IDataView numbers = _ml.Data.LoadFromEnumerable(new float[] { 5, float.NaN, 3, 5 }.Select(value => new Number { Value = value }));
        IDataView data = Conversion.MapValueToKey("Key", "Value").Fit(numbers).Transform(numbers);
        Assert.Equal([1u, 0u, 2u, 1u], data.GetColumn<uint>("Key"));
        VBuffer<float> values = default;
        data.Schema["Key"].GetKeyValues(ref values);
        Assert.Equal([5, 3], values.DenseValues());
        Assert.True(data.Schema["Key"].HasKeyValues(NumberDataViewType.Single));
        Assert.False(data.Schema["Key"].HasKeyValues());
        ITransformer asText = Conversion.MapValueToKey("Key", "Value", addKeyValueAnnotationsAsText: true).Fit(numbers);
        Assert.Equal(["5", "3"], KeyValues(asText.Transform(numbers)));
    }

    [Fact]
    public void Keys_can_be_given()
    {
        IDataView data = Apply(Conversion.MapValueToKey("Key", "Text", keyData: Texts("x", "b")), "a", "b", "x");
        Assert.Equal([0u, 2u, 1u], data.GetColumn<uint>("Key"));
    }

    [Fact]
    public void Keys_get_their_values_back()
    {
        IEstimator<ITransformer> estimator = Conversion.MapValueToKey("Key", "Text").Append(Conversion.MapKeyToValue("Back", "Key"));
        IDataView data = Apply(estimator, "b", "a", "", "b");
        Assert.Equal(["b", "a", "", "b"], data.GetColumn<string>("Back"));
        Assert.Equal("String", data.Schema["Back"].Type.ToString());
    }

    [Fact]
    public void A_missing_key_of_a_number_is_NaN()
    {
        IDataView numbers = _ml.Data.LoadFromEnumerable(new float[] { 5, float.NaN }.Select(value => new Number { Value = value }));
        IEstimator<ITransformer> estimator = Conversion.MapValueToKey("Value").Append(Conversion.MapKeyToValue("Value"));
        Assert.Equal([5, float.NaN], estimator.Fit(numbers).Transform(numbers).GetColumn<float>("Value"));
    }

    [Fact]
    public void Only_keys_have_values()
    {
        Assert.Throws<InvalidOperationException>(() => Apply(Conversion.MapKeyToValue("Back", "Text"), "a"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Apply(_ml.Transforms.CopyColumns("C", "Text").Append(Conversion.MapKeyToValue("Back", "C")), "a"));
    }

    [Fact]
    public void A_column_without_values_has_one_key()
    {
        IDataView data = Apply(Conversion.MapValueToKey("Key", "Text"), "");
        Assert.Equal("Key<UInt32, 0-0>", data.Schema["Key"].Type.ToString());
        Assert.Equal([0u], data.GetColumn<uint>("Key"));
    }

    [Fact]
    public void Each_item_of_a_vector_gets_a_key()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Words { Value = ["a", "b"] }, new Words { Value = ["b", "c", "a"] }]);
        IDataView keys = Conversion.MapValueToKey("Value").Fit(data).Transform(data);
        Assert.Equal([[1u, 2u], [2u, 3u, 1u]], keys.GetColumn<uint[]>("Value"));
        Assert.Equal("Vector<Key<UInt32, 0-2>>", keys.Schema["Value"].Type.ToString());
    }

    [Fact]
    public void Values_are_mapped_by_a_table()
    {
        IDataView data = Apply(Conversion.MapValue("Mapped", [KeyValuePair.Create("a", 1f), KeyValuePair.Create("b", 2f)], "Text"), "b", "x", "a");
        Assert.Equal("Single", data.Schema["Mapped"].Type.ToString());
        Assert.Equal([2f, 0f, 1f], data.GetColumn<float>("Mapped"));
    }

    [Fact]
    public void Texts_are_mapped_to_texts()
    {
        IDataView data = Apply(Conversion.MapValue("Text", [KeyValuePair.Create("a", "one"), KeyValuePair.Create("b", "two")]), "b", "x", "a");
        Assert.Equal(["two", "", "one"], data.GetColumn<string>("Text"));
    }

    [Fact]
    public void A_mapped_text_is_the_same_object_at_each_row()
    {
        IDataView data = Apply(Conversion.MapValue("Text", [KeyValuePair.Create("a", new string('x', 1000))]), "a", "a");
        ReadOnlyMemory<char>[] values = data.GetColumn<ReadOnlyMemory<char>>("Text").ToArray();
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetString(values[0], out string? first, out _, out _));
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetString(values[1], out string? second, out _, out _));
        Assert.Same(first, second);
    }

    [Fact]
    public void Values_are_mapped_to_keys_if_asked()
    {
        KeyValuePair<string, string>[] table = [new("a", "one"), new("b", "two"), new("c", "one")];
        IDataView data = Apply(Conversion.MapValue("Key", table, "Text", treatValuesAsKeyType: true), "b", "c", "a", "x");
        Assert.Equal("Key<UInt32, 0-1>", data.Schema["Key"].Type.ToString());
        Assert.Equal([2u, 1u, 1u, 0u], data.GetColumn<uint>("Key"));
        Assert.Equal(["one", "two"], KeyValues(data));
    }

    [Fact]
    public void Values_are_mapped_to_vectors()
    {
        KeyValuePair<string, int[]>[] table = [new("a", [1, 2]), new("b", [3, 4])];
        IDataView data = Apply(Conversion.MapValue("Vector", table, "Text"), "b", "a");
        Assert.Equal([[3, 4], [1, 2]], data.GetColumn<int[]>("Vector"));
    }

    [Fact]
    public void A_key_twice_in_a_table_is_an_error()
    {
        KeyValuePair<string, float>[] table = [new("a", 1), new("a", 2)];
        Assert.ThrowsAny<InvalidOperationException>(() => Conversion.MapValue("Mapped", table, "Text"));
    }

    private TransformsCatalog.ConversionTransforms Conversion => _ml.Transforms.Conversion;

    private static string[] KeyValues(IDataView data)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        data.Schema["Key"].GetKeyValues(ref values);
        return values.DenseValues().Select(value => value.ToString()).ToArray();
    }

    private IDataView Texts(params string[] texts) => _ml.Data.LoadFromEnumerable(texts.Select(text => new Row { Text = text }));

    private IDataView Apply(IEstimator<ITransformer> estimator, params string[] texts)
    {
        IDataView data = Texts(texts);
        return estimator.Fit(data).Transform(data);
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";
    }

    private sealed class Number
    {
        public float Value { get; set; }
    }

    private sealed class Words
    {
        public string[] Value { get; set; } = [];
    }
}
