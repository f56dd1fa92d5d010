using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Disentangle.ML.Host.Tests;

public class ModelFileTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string> Kinds =>
    [
        "copy", "concatenate", "select", "drop", "key", "key by value", "value", "convert", "table of texts", "table of numbers", "table of vectors",
        "table of keys", "min max", "mean variance", "mapping", "k-means", "chain", "nested chain", "delegating",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_loaded_does_what_was_saved(string kind)
    {
        IDataView data = Data();
        ITransformer model = Create(kind).Fit(data);
        ITransformer loaded = RoundTrip(model, data.Schema, out DataViewSchema schema);
        Assert.Equal(data.Schema.Select(column => column.ToString()), schema.Select(column => column.ToString()));
        AssertSame(model.Transform(data), loaded.Transform(data));
        AssertSame(model.Transform(data), RoundTrip(loaded, data.Schema, out _).Transform(data));
    }

    [Fact]
    public void The_file_is_a_zip()
    {
        IDataView data = Data();
        using MemoryStream stream = Save(Create("chain").Fit(data), data.Schema);
        using var archive = new ZipArchive(stream);
        Assert.Contains(archive.Entries, entry => entry.FullName.Contains("TransformerChain"));
        Assert.Contains(archive.Entries, entry => entry.FullName.Contains("Transform_001"));
        Assert.Contains(archive.Entries, entry => entry.FullName == "Schema");
    }

    [Fact]
    public void A_model_can_be_saved_to_a_path_and_without_a_schema()
    {
        string path = Path.GetTempFileName();
        try
        {
            IDataView data = Data();
            _ml.Model.Save(Create("copy").Fit(data), null, path);
            ITransformer loaded = new MLContext().Model.Load(path, out DataViewSchema schema);
            Assert.Null(schema);
            Assert.NotNull(loaded.Transform(data).Schema.GetColumnOrNull("Copy"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_chain_is_loaded_as_a_chain()
    {
        IDataView data = Data();
        ITransformer loaded = RoundTrip(Create("nested chain").Fit(data), data.Schema, out _);
        var chain = Assert.IsType<TransformerChain<ITransformer>>(loaded);
        Assert.IsType<TransformerChain<ITransformer>>(chain.First());
        Assert.IsType<Microsoft.ML.Transforms.ColumnCopyingTransformer>(((TransformerChain<ITransformer>)chain.First()).First());
    }

    [Fact]
    public void Clusters_are_loaded_with_a_model_of_a_general_type()
    {
        IDataView data = Data();
        ITransformer loaded = RoundTrip(Create("k-means").Fit(data), data.Schema, out _);
        Assert.IsNotType<ClusteringPredictionTransformer<KMeansModelParameters>>(loaded);
        var prediction = Assert.IsAssignableFrom<IPredictionTransformer<object>>(loaded);
        VBuffer<float>[] centroids = [];
        Assert.IsType<KMeansModelParameters>(prediction.Model).GetClusterCentroids(ref centroids, out int k);
        Assert.Equal(3, k);
    }

    [Fact]
    public void A_transformer_that_saves_itself_as_a_chain_is_loaded_as_that_chain()
    {
        IDataView data = Data();
        ITransformer model = _ml.Transforms.CopyColumns("Before", "Number").Append(new DelegatingEstimator(_ml))
            .Append(_ml.Transforms.CopyColumns("After", "Twice")).Fit(data);
        var loaded = (TransformerChain<ITransformer>)RoundTrip(model, data.Schema, out _);
        Assert.Equal(3, loaded.Count());
        Assert.IsType<TransformerChain<ITransformer>>(loaded.ElementAt(1));
        AssertSame(model.Transform(data), loaded.Transform(data));
    }

    [Fact]
    public void A_schema_keeps_its_annotations()
    {
        IDataView data = Data();
        IDataView keyed = _ml.Transforms.Conversion.MapValueToKey("Key", "Text").Fit(data).Transform(data);
        RoundTrip(_ml.Transforms.CopyColumns("Copy", "Key").Fit(keyed), keyed.Schema, out DataViewSchema schema);
        VBuffer<ReadOnlyMemory<char>> values = default;
        schema["Key"].GetKeyValues(ref values);
        Assert.Equal(["a", "b", "c"], values.DenseValues().Select(value => value.ToString()));
    }

    [Fact]
    public void Large_texts_are_kept()
    {
        string text = string.Concat(Enumerable.Range(0, 3_000_000).Select(i => (char)('a' + (i % 26))));
        IDataView data = Data();
        ITransformer model = _ml.Transforms.Conversion.MapValue("Text", [KeyValuePair.Create("a", text)]).Fit(data);
        Assert.Equal(text, RoundTrip(model, data.Schema, out _).Transform(data).GetColumn<string>("Text").First());
    }

    [Fact]
    public void What_is_no_zip_is_an_error()
        => Assert.Throws<FormatException>(() => _ml.Model.Load(new MemoryStream([1, 2, 3]), out _));

    [Fact]
    public void A_truncated_file_is_an_error()
    {
        IDataView data = Data();
        byte[] file = Save(Create("chain").Fit(data), data.Schema).ToArray();
        Assert.Throws<FormatException>(() => _ml.Model.Load(new MemoryStream(file[..(file.Length / 2)]), out _));
    }

    [Fact]
    public void A_file_without_a_part_is_an_error()
    {
        IDataView data = Data();
        using MemoryStream stream = Save(Create("chain").Fit(data), data.Schema);
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.FullName.Contains("Transform_001")).ToArray())
                entry.Delete();
        }
        stream.Position = 0;
        Assert.ThrowsAny<Exception>(() => _ml.Model.Load(stream, out _));
    }

    [Fact]
    public void An_altered_file_is_an_error()
    {
        Assert.SkipUnless(TestHost.IsStandIn, "ML.NET does not check that a model is what it was when it was saved.");
        IDataView data = Data();
        using MemoryStream stream = Save(Create("k-means").Fit(data), data.Schema);
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            using Stream content = archive.Entries.Single(entry => entry.FullName.StartsWith("TransformerChain", StringComparison.Ordinal)).Open();
            content.Position = content.Length - 1;
            int last = content.ReadByte();
            content.Position--;
            content.WriteByte((byte)(last ^ 1));
        }
        stream.Position = 0;
        var exception = Assert.Throws<FormatException>(() => _ml.Model.Load(stream, out _));
        Assert.Contains("has been altered", exception.Message);
    }

    private static void AssertSame(IDataView expected, IDataView actual)
    {
        Assert.Equal(expected.Schema.Select(column => column.ToString()), actual.Schema.Select(column => column.ToString()));
        Assert.Equal(Values(expected), Values(actual));

        static IEnumerable<string> Values(IDataView data) => data.Preview().RowView.SelectMany(row => row.Values).Select(value => value.Value switch
        {
            VBuffer<float> vector => string.Join(' ', vector.DenseValues().Select(item => item.ToString("R"))),
            VBuffer<uint> vector => string.Join(' ', vector.DenseValues()),
            _ => $"{value.Value:R}",
        });
    }

    private IEstimator<ITransformer> Create(string kind)
    {
        TransformsCatalog transforms = _ml.Transforms;
        TransformsCatalog.ConversionTransforms conversion = transforms.Conversion;
        return kind switch
        {
            "copy" => transforms.CopyColumns("Copy", "Text"),
            "concatenate" => transforms.Concatenate("All", "Number", "Vector"),
            "select" => transforms.SelectColumns("Vector", "Text"),
            "drop" => transforms.DropColumns("Vector"),
            "key" => conversion.MapValueToKey([new InputOutputColumnPair("Key", "Text"), new InputOutputColumnPair("Number")]),
            "key by value" => conversion.MapValueToKey("Vector", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue),
            "value" => conversion.MapValueToKey("Text").Append(conversion.MapKeyToValue("Back", "Text")),
            "convert" => conversion.ConvertType("Number", outputKind: DataKind.Double),
            "table of texts" => conversion.MapValue("Text", [KeyValuePair.Create("a", "one"), KeyValuePair.Create("c", "three")]),
            "table of numbers" => conversion.MapValue("Value", [KeyValuePair.Create("a", 1), KeyValuePair.Create("c", 3)], "Text"),
            "table of vectors" => conversion.MapValue("Value", "abc".Select((c, i) => KeyValuePair.Create(c.ToString(), new float[] { i, -i })), "Text"),
            "table of keys" => conversion.MapValue("Value", [KeyValuePair.Create("a", "x"), KeyValuePair.Create("c", "y")], "Text", treatValuesAsKeyType: true),
            "min max" => transforms.NormalizeMinMax("Vector"),
            "mean variance" => transforms.NormalizeMeanVariance("Number", fixZero: false),
            "mapping" => transforms.CustomMapping(new CustomMappingTests.Doubling().GetMapping(), CustomMappingTests.Doubling.Contract),
            "k-means" => _ml.Clustering.Trainers.KMeans("Vector", numberOfClusters: 3),
            "chain" => transforms.CopyColumns("Copy", "Text").Append(transforms.NormalizeMinMax("Vector"))
                .Append(_ml.Clustering.Trainers.KMeans("Vector", numberOfClusters: 2)),
            "nested chain" => new EstimatorChain<ITransformer>().Append(Create("chain")).Append(Create("delegating")),
            "delegating" => new DelegatingEstimator(_ml),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    private MemoryStream Save(ITransformer model, DataViewSchema? schema)
    {
        var stream = new MemoryStream();
        _ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return stream;
    }

    private ITransformer RoundTrip(ITransformer model, DataViewSchema schema, out DataViewSchema loadedSchema)
    {
        using MemoryStream stream = Save(model, schema);
        return new MLContext().Model.Load(stream, out loadedSchema);
    }

    private IDataView Data() => _ml.Data.LoadFromEnumerable(new Row[]
    {
        new() { Number = 1, Text = "a", Vector = [1, 2] },
        new() { Number = 2, Text = "b", Vector = [5, 1] },
        new() { Number = 4, Text = "c", Vector = [-3, 1] },
        new() { Number = 4, Text = "a", Vector = [-3, 4] },
    });

    internal sealed class Row
    {
        public float Number { get; set; }

        public string Text { get; set; } = "";

        [VectorType(2)]
        public float[] Vector { get; set; } = [];
    }
}
