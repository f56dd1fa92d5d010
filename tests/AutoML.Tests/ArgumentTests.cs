using Disentangle.ML.Sweeps;
using Microsoft.ML;
using Microsoft.ML.AutoML;

namespace Disentangle.ML.AutoML.Tests;

public class ArgumentTests
{
    [Fact]
    public void All_wrong_settings_are_named_at_once()
    {
        var settings = new SweepSettings { Seeds = [1, 1], KMeansRestarts = 0, EmbeddingColumnName = " ", FailuresToGiveUp = 0 };
        string message = Assert.Throws<ArgumentException>(() =>
            Blobs.Sweep<RateSpace>(settings: settings, clusters: 1, options: Blobs.Options with { CheckpointPath = "x" })).Message;
        foreach (string fault in new[]
        {
            "Seeds is 1, 1; all seeds must be different.", "KMeansRestarts is 0", "EmbeddingColumnName is empty", "FailuresToGiveUp is 0",
            "The number of clusters is 1", "CheckpointPath is 'x'",
        })
        {
            Assert.Contains(fault, message);
        }
        Assert.Contains("Seeds is empty",
            Assert.Throws<ArgumentException>(() => Blobs.Sweep<RateSpace>(settings: new() { Seeds = [] })).Message);
    }

    [Theory]
    [InlineData("Nowhere", "Flag", "Blob",
        "The training rows have no feature column 'Nowhere'. They have: Features, Group, Flag, Number, Blob.")]
    [InlineData("Features", "Nowhere", "Blob", "The training rows have no label column 'Nowhere'.")]
    [InlineData("Features", "Flag", "Nowhere", "The validation rows have no judge column 'Nowhere'.")]
    public void A_missing_column_is_named(string features, string label, string judge, string message)
    {
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Blobs.Ml.Auto().SweepDisentangleEncoder<RateSpace>(
            Blobs.Train, Blobs.Validation, features, label, SweepMetric.AdjustedRandIndex(judge))).Message);
    }

    [Fact]
    public void Clusters_are_not_judged_by_themselves()
    {
        IDataView copied = Blobs.Ml.Transforms.CopyColumns("PredictedLabel", "Blob").Fit(Blobs.Validation).Transform(Blobs.Validation);
        Assert.Contains("The judge column is 'PredictedLabel'",
            Assert.Throws<ArgumentException>(() => Blobs.Ml.Auto().SweepDisentangleEncoder<RateSpace>(
            copied, copied, "Features", "Flag", SweepMetric.AdjustedRandIndex("PredictedLabel"))).Message);
    }

    [Fact]
    public void Validation_rows_need_the_features_too()
    {
        IDataView without = Blobs.Ml.Transforms.DropColumns("Features").Fit(Blobs.Validation).Transform(Blobs.Validation);
        Assert.Contains("The validation rows have no feature column 'Features'", Assert.Throws<ArgumentException>(() =>
            Blobs.Ml.Auto().SweepDisentangleEncoder<RateSpace>(Blobs.Train, without, "Features", "Flag", Blobs.Judged)).Message);
    }

    [Fact]
    public void A_space_without_options_is_refused()
    {
        const string Message = "EmptySpace is an empty search space";
        Assert.Contains(Message, Assert.Throws<ArgumentException>(() => Blobs.Sweep<EmptySpace>()).Message);
        Assert.Contains(Message,
            Assert.Throws<ArgumentException>(() => Blobs.Ml.Auto().SweepableDisentangleEncoder<EmptySpace>("E")).Message);
    }

    [Fact]
    public void A_score_of_clusters_needs_their_number() =>
        Assert.Contains("HungarianAccuracy is a score of clusters; the number of clusters must be given.",
            Assert.Throws<ArgumentException>(() => Blobs.Sweep<RateSpace>(clusters: null)).Message);

    [Fact]
    public void A_history_belongs_to_one_sweep()
    {
        var settings = new SweepSettings { History = new() };
        Blobs.Sweep<RateSpace>(settings: settings);
        Assert.Contains("History belongs to another sweep",
            Assert.Throws<ArgumentException>(() => Blobs.Sweep<RateSpace>(settings: settings)).Message);
    }

    [Fact]
    public void What_must_be_given_is_asked_for()
    {
        Assert.Throws<ArgumentNullException>("train", () => Blobs.Ml.Auto()
            .SweepDisentangleEncoder<RateSpace>(null!, Blobs.Train, "F", "L", Blobs.Judged));
        Assert.Throws<ArgumentException>("judgeColumnName", () => SweepMetric.HungarianAccuracy(" "));
        Assert.Contains("SampleSize is 1",
            Assert.Throws<ArgumentException>(() => SweepMetric.Silhouette(new() { SampleSize = 1 })).Message);
    }
}
