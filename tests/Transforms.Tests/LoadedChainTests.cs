using Disentangle.ML.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>What loaded models say of columns they cannot read: they name the user's, never a private one.</summary>
public sealed class LoadedChainTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Encoder_converts_numbers_and_names_the_column_it_cannot_read()
    {
        Sample[] samples = Samples.Create(rows: 60);
        IDataView data = _ml.Data.LoadFromEnumerable(samples);
        ITransformer model = _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.Options).Fit(data),
            loaded = Loaded(model, data);

        IDataView doubles = _ml.Data.LoadFromEnumerable(
            samples.Select(sample => new Doubles { Features = Array.ConvertAll(sample.Features, x => (double)x) }));
        Assert.Equal(model.Transform(data).Column<float[]>("Embedding"), loaded.Transform(doubles).Column<float[]>("Embedding"));

        Assert.Contains("The feature column 'Features' has 1 values; the model was trained on 12.", Message(loaded, new Number()));
        Assert.Contains("The feature column 'Features' has 3 values; the model was trained on 12.", Message(loaded, new Three()));
        Assert.Contains("Feature 0 of column 'Features' is NaN.", Message(loaded, new Texts()), StringComparison.Ordinal);
        Assert.Contains("'Features'", Message(loaded, new Date()), StringComparison.Ordinal);
        Assert.Contains("'Features'", Message(loaded, new Other()), StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_and_images_are_named_too()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Row()]);
        var vectors = WordVectors.Create(new Dictionary<string, float[]> { ["a"] = [1, 2] });
        IEstimator<ITransformer>[] estimators =
        [
            _ml.Transforms.Text.NormalizeWords("Embedding", "Text"), _ml.Transforms.Text.MeanWordVectors("Embedding", "Text", vectors),
            _ml.Transforms.Text.WordVectorSequence("Embedding", "Text", vectors),
                _ml.Transforms.StrokeSequences("Embedding", "Image", width: 2, height: 1),
        ];
        foreach (IEstimator<ITransformer> estimator in estimators)
        {
            ITransformer loaded = Loaded(estimator.Fit(data), data);
            Assert.Single(loaded.Transform(data).Preview(1).RowView);
            string message = Message(loaded, new Other());
            Assert.Matches("'(Text|Image)'", message);
            Assert.DoesNotContain("__Disentangle", message, StringComparison.Ordinal);
        }
        ITransformer strokes = Loaded(estimators[3].Fit(data), data);
        Assert.Contains("Column 'Image' is not an image: The image has 3 pixels; 2 x 1 needs 2.",
            Message(strokes, new Row { Image = [0, 0, 1] }));
        Assert.Contains("Column 'Image' is not an image: Pixel 1 is 255;", Message(strokes, new Row { Image = [0, 255] }));
    }

    [Fact]
    public void Key_of_Booleans_stays_one()
    {
        Sample[] samples = Samples.Create(rows: 60);
        IDataView data = _ml.Data.LoadFromEnumerable(samples);
        ITransformer model = _ml.Transforms.Conversion.MapValueToKey("Key", "Flag")
            .Append(_ml.Transforms.DisentangleEncoder("Embedding", "Features", "Key", Samples.AllOutputs)).Fit(data);
        ITransformer opened = DisentangleModel.Open(Loaded(model, data)).Transformer;
        Assert.Equal(model.Transform(data).Column<uint>("PredictedGroup"), opened.Transform(data).Column<uint>("PredictedGroup"));
    }

    private ITransformer Loaded(ITransformer model, IDataView data)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        return _ml.Model.Load(stream, out _);
    }

    private string Message<T>(ITransformer model, T row) where T : class
    {
        Exception thrown = Assert.ThrowsAny<Exception>(() =>
        {
            IDataView scored = model.Transform(_ml.Data.LoadFromEnumerable([row]));
            DataViewSchema.Column column = scored.Schema["Embedding"];
            using DataViewRowCursor cursor = scored.GetRowCursor([column]);
            ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(column);
            cursor.MoveNext();
            VBuffer<float> values = default;
            getter(ref values);
        });
        string message = thrown.Innermost().Message;
        Assert.DoesNotContain("__Disentangle", message, StringComparison.Ordinal);
        return message;
    }

    private sealed class Doubles
    {
        [VectorType(12)]
        public double[] Features { get; set; } = [];
    }

    private sealed class Number
    {
        public float Features { get; set; }
    }

    private sealed class Three
    {
        public float[] Features { get; set; } = new float[3];
    }

    private sealed class Texts
    {
        [VectorType(12)]
        public string[] Features { get; set; } = [.. Enumerable.Repeat("a", 12)];
    }

    private sealed class Date
    {
        public DateTime Features { get; set; }
    }

    private sealed class Other
    {
        public int Nothing { get; set; }
    }

    private sealed class Row
    {
        public string Text { get; set; } = "a b";

        public float[] Image { get; set; } = [0, 1];
    }
}
