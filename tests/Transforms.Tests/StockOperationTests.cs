using Disentangle.ML.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>Encoded data go through ML.NET's own operations like any others.</summary>
public class StockOperationTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _encoded;
    private readonly float[][] _embeddings;

    public StockOperationTests()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create(50));
        _encoded = _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.Options).Fit(data).Transform(data);
        _embeddings = _encoded.Column<float[]>("Embedding");
    }

    [Fact]
    public void Preview_shows_the_embedding()
    {
        DataDebuggerPreview preview = _encoded.Preview(maxRows: 3);
        KeyValuePair<string, object> last = preview.RowView[2].Values[^1];
        Assert.Equal("Embedding", last.Key);
        Assert.Equal(_embeddings[2], ((VBuffer<float>)last.Value).DenseValues());
    }

    [Fact]
    public void Files_hold_the_embedding()
    {
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.Create(path))
                _ml.Data.SaveAsBinary(_encoded, file);
            Assert.Equal(_embeddings, _ml.Data.LoadFromBinary(path).Column<float[]>("Embedding"));
            using var text = new MemoryStream();
            _ml.Data.SaveAsText(_encoded, text);
            Assert.Contains("Embedding", System.Text.Encoding.UTF8.GetString(text.ToArray()), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Caches_shuffles_filters_splits_and_selections_keep_it()
    {
        Assert.Equal(_embeddings, _ml.Data.Cache(_encoded).Column<float[]>("Embedding"));
        Assert.Equal(50, _ml.Data.ShuffleRows(_encoded, seed: 1).Column<float[]>("Embedding").Length);
        Assert.Equal(_embeddings[10..20], _ml.Data.TakeRows(_ml.Data.SkipRows(_encoded, 10), 10).Column<float[]>("Embedding"));
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(_encoded, testFraction: 0.3, seed: 1);
        Assert.Equal(50, split.TrainSet.Column<float[]>("Embedding").Length + split.TestSet.Column<float[]>("Embedding").Length);
        IDataView selected = _ml.Transforms.SelectColumns("Embedding").Fit(_encoded).Transform(_encoded);
        Assert.Equal(_embeddings, selected.Column<float[]>("Embedding"));
        IDataView dropped = _ml.Transforms.DropColumns("Features").Fit(_encoded).Transform(_encoded);
        Assert.Equal(_embeddings, dropped.Column<float[]>("Embedding"));
        IDataView all = _ml.Transforms.NormalizeMeanVariance("Scaled", "Embedding").Fit(_encoded).Transform(_encoded);
        Assert.Equal(50, all.Column<float[]>("Scaled").Length);
    }

    [Fact]
    public void The_schema_names_the_embedding_once_for_who_reads_visible_columns()
    {
        string[] visible = [.. _encoded.Schema.Where(column => !column.IsHidden).Select(column => column.Name)];
        Assert.Equal(["Features", "Group", "Flag", "Number", "Blob", "Embedding"], visible);
    }
}
