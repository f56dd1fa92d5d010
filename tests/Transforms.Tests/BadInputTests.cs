using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

public class BadInputTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData("Pixels", "Flag", "There is no feature column 'Pixels'. The data have: Features, Group, Flag, Number, Blob.")]
    [InlineData("Features", "Lable", "There is no label column 'Lable'. The data have: Features, Group, Flag, Number, Blob.")]
    [InlineData("Number", "Flag", "The feature column 'Number' is one Single; it must be a vector of Single of known size")]
    [InlineData("Features", "Number", "The label column 'Number' is Scalar of Single; it must be a key (use Conversion.MapValueToKey")]
    [InlineData("Features", "Features", "The label column 'Features' is Vector of Single; it must be a key")]
    public void Columns_must_be_there_and_of_the_right_type(string features, string label, string expected)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
        var estimator = _ml.Transforms.DisentangleEncoder("Embedding", features, label, Samples.Options);

        // In a chain the check comes before any training, from the shape; alone, from the schema itself.
        var inChain =
            Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Append(_ml.Clustering.Trainers.KMeans("Embedding")).Fit(data));
        Assert.StartsWith(expected, inChain.Message);
        var alone = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(data));
        Assert.StartsWith(expected[..expected.IndexOf('\'', expected.IndexOf('\'') + 1)], alone.Message);
    }

    [Theory]
    [InlineData("Number", "of known size; ml.Transforms.Concatenate makes one of columns.")]
    [InlineData("Flag", "of known size; ml.Transforms.Conversion.ConvertType and then ml.Transforms.Concatenate makes one of it.")]
    [InlineData("Group", "of known size; ml.Transforms.Text.FeaturizeText makes one of text.")]
    [InlineData("Key", "of known size; ml.Transforms.Conversion.MapKeyToVector makes one of a key.")]
    [InlineData("Doubles", "of known size; ml.Transforms.Conversion.ConvertType makes one of it.")]
    [InlineData("Unsized", "of known size, for example with [VectorType(784)] on its property.")]
    public void Features_of_another_type_get_advice(string column, string expected)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create().Select(sample => new OtherTypes
        {
            Flag = sample.Flag, Group = sample.Group, Unsized = sample.Features,
            Doubles = [.. sample.Features.Select(value => (double)value)],
        }));
        data = _ml.Transforms.Conversion.MapValueToKey("Key", "Group").Fit(data).Transform(data);
        var estimator = _ml.Transforms.DisentangleEncoder("Embedding", column, "Flag", Samples.Options);
        var clusters = _ml.Clustering.Trainers.KMeansRestarts(column, 2);
        foreach (Action fit in new Action[]
        {
            () => estimator.Fit(data), () => estimator.Append(_ml.Clustering.Trainers.KMeans("Embedding")).Fit(data),
            () => clusters.Fit(data), () => new EstimatorChain<ITransformer>().Append(clusters).Fit(data),
        })
        {
            string message = Assert.ThrowsAny<ArgumentException>(fit).Message;
            Assert.Contains($"column '{column}' is", message, StringComparison.OrdinalIgnoreCase);
            Assert.Contains(expected, message);
        }
        // The advice is right.
        IEstimator<ITransformer>? conversion = column switch
        {
            "Number" => _ml.Transforms.Concatenate("Fit", column),
            "Flag" => _ml.Transforms.Conversion.ConvertType("Fit", column).Append(_ml.Transforms.Concatenate("Fit", "Fit")),
            "Group" => _ml.Transforms.Text.FeaturizeText("Fit", column),
            "Key" => _ml.Transforms.Conversion.MapKeyToVector("Fit", column),
            "Doubles" => _ml.Transforms.Conversion.ConvertType("Fit", column),
            _ => null,
        };
        conversion?.Append(_ml.Transforms.DisentangleEncoder("Embedding", "Fit", "Flag", Samples.Options)).Fit(data);
    }

    private sealed class OtherTypes
    {
        public float Number { get; set; }
        public bool Flag { get; set; }
        public string Group { get; set; } = "";

        [VectorType(Sample.Width)]
        public double[] Doubles { get; set; } = [];

        public float[] Unsized { get; set; } = [];
    }

    [Fact]
    public void The_size_of_the_features_must_be_known()
    {
        IDataView data =
            _ml.Data.LoadFromEnumerable(Samples.Create().Select(sample => new Variable { Features = sample.Features, Flag = sample.Flag }));
        var estimator = _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.Options);
        foreach (Action fit in new[] { () => { estimator.Fit(data); },
            () => { estimator.Append(_ml.Clustering.Trainers.KMeans("Embedding")).Fit(data); } })
        {
            string message = Assert.Throws<ArgumentOutOfRangeException>(fit).Message;
            Assert.Contains("'Features'", message);
            Assert.Contains("unknown size", message);
            Assert.Contains("[VectorType(784)]", message);
        }
    }

    [Fact]
    public void The_size_of_the_features_must_not_change()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
        var model = _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.Options).Fit(data);
        IDataView shorter = _ml.Data.LoadFromEnumerable([new Shorter()]);
        const string Expected = "The feature column 'Features' has 3 values; the model was trained on 12.";

        Assert.Contains(Expected, Assert.Throws<ArgumentOutOfRangeException>(() => model.Transform(shorter)).Message);
        Assert.Contains(Expected, Assert.Throws<ArgumentOutOfRangeException>(() => model.GetOutputSchema(shorter.Schema)).Message);

        using var stream = new MemoryStream();
        _ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        IDataView scored = _ml.Model.Load(stream, out _).Transform(shorter);
        Assert.Contains(Expected, Innermost(Assert.ThrowsAny<Exception>(() => scored.Column<float[]>("Embedding"))).Message);
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    public void Features_must_be_finite(float value, string printed)
    {
        Sample[] samples = Samples.Create();
        samples[37].Features[4] = value;
        IDataView broken = _ml.Data.LoadFromEnumerable(samples);
        var estimator = _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.Options);

        string expected = $"Feature 4 of column 'Features' is {printed} in row 37 (from 0).";
        Assert.StartsWith(expected, Assert.Throws<InvalidDataException>(() => estimator.Fit(broken)).Message);
        IDataView scored = estimator.Fit(_ml.Data.LoadFromEnumerable(Samples.Create())).Transform(broken);
        Assert.StartsWith(expected, Innermost(Assert.ThrowsAny<Exception>(() => scored.Column<float[]>("Embedding"))).Message);
    }

    [Fact]
    public void Features_whose_sum_overflows_are_finite_all_the_same()
    {
        float[] features = [3e38f, 3e38f, 1], buffer = [];
        Assert.Equal(features, FeatureReader.Check(new VBuffer<float>(3, features), steps: null, new InputShape(3, IsSequence: false),
            "Features", rowNumber: 0, ref buffer));
    }

    [Fact]
    public void There_must_be_two_classes_and_a_row()
    {
        var estimator = _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.Options);
        IDataView oneClass = _ml.Data.LoadFromEnumerable(Samples.Create().Where(sample => sample.Flag));
        Assert.StartsWith("All labelled rows have the same label in column 'Flag'; training needs rows of at least two classes. Without",
            Assert.Throws<InvalidDataException>(() => estimator.Fit(oneClass)).Message);
        Assert.Equal("There are no training rows.",
            Assert.Throws<InvalidDataException>(() => estimator.Fit(_ml.Data.LoadFromEnumerable(Array.Empty<Sample>()))).Message);

        Sample[] oneKey = Samples.Create();
        foreach (Sample sample in oneKey)
            sample.Group = "low";
        Assert.Equal("The label column 'Group' has 1 class; training needs at least two. Without labels, pass labelColumnName: null; the "
            + "default objectives need none then.",
            Assert.Throws<InvalidDataException>(() => Samples.Pipeline(_ml).Fit(_ml.Data.LoadFromEnumerable(oneKey))).Message);

        IDataView keys = _ml.Transforms.SelectColumns("Group").Fit(_ml.Data.LoadFromEnumerable(Samples.Create()))
            .Transform(_ml.Data.LoadFromEnumerable(Samples.Create()));
        Sample[] unknown = Samples.Create();
        foreach (Sample sample in unknown)
            sample.Group = "?";
        var labelled = _ml.Transforms.Conversion.MapValueToKey("Group", keyData: keys)
            .Append(_ml.Transforms.DisentangleEncoder("Embedding", "Features", "Group", Samples.Options));
        Assert.StartsWith("No row has a label in column 'Group'",
            Assert.Throws<InvalidDataException>(() => labelled.Fit(_ml.Data.LoadFromEnumerable(unknown))).Message);
    }

    [Fact]
    public void Options_are_checked_when_the_estimator_is_made_and_all_at_once()
    {
        var options = Samples.Options with
        {
            Objective = Objective.CrossEntropy() + Objective.RowMargin(weight: -1, margin: -5),
            Epochs = 0,
            ScoreColumnName = "Same",
            PredictedLabelColumnName = "Same",
            Network = Network.Mlp([4], 40_000),
        };
        string message =
            Assert.Throws<ArgumentException>(() => _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", options)).Message;
        foreach (string part in new[] { "5 errors", "weight of row margin is -1", "margin of row margin is -5", "Epochs is 0",
            "both 'Same'", "at most 32767" })
            Assert.Contains(part, message);
    }

    [Fact]
    public void The_outputs_need_different_names() =>
        Assert.Contains("'Embedding' is the embedding column", Assert.Throws<ArgumentException>(() =>
        _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag",
            Samples.Options with { ScoreColumnName = "Embedding" })).Message);

    [Fact]
    public void The_output_needs_a_name()
    {
        Assert.Throws<ArgumentException>("outputColumnName", () => _ml.Transforms.DisentangleEncoder(""));
        Assert.Throws<ArgumentException>("outputColumnName", () => _ml.Transforms.ProjectTo2D(" "));
        Assert.Throws<ArgumentException>("inputColumnName", () => _ml.Transforms.DisentangleEncoder("Embedding", ""));
    }

    [Fact]
    public void A_cancelled_training_ends_with_that_exception()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var estimator =
            _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.Options with { CancellationToken = source.Token });
        Assert.Throws<OperationCanceledException>(() => estimator.Fit(_ml.Data.LoadFromEnumerable(Samples.Create())));
    }

    private static Exception Innermost(Exception exception) =>
        exception.InnerException is null ? exception : Innermost(exception.InnerException);

    private sealed class Variable
    {
        public float[] Features { get; set; } = [];
        public bool Flag { get; set; }
    }

    private sealed class Shorter
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [1, 2, 3];
    }
}
