using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Transforms.Tests;

public class GaussianMixtureTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _data;

    public GaussianMixtureTests() => _data = _ml.Data.LoadFromEnumerable(Samples.Create());

    public static TheoryData<CovarianceType> Types => [.. Enum.GetValues<CovarianceType>()];

    [Fact]
    public void Its_columns_are_those_of_KMeans()
    {
        var trainer = _ml.Clustering.Trainers.GaussianMixture(numberOfComponents: 4);
        var kMeans = _ml.Clustering.Trainers.KMeans(numberOfClusters: 4);
        DataViewSchema expected = kMeans.Fit(_data).Transform(_data).Schema, actual = trainer.Fit(_data).Transform(_data).Schema;
        Assert.Equal(expected.Where(column => !column.IsHidden).Select(column => $"{column.Name}: {column.Type}"),
            actual.Where(column => !column.IsHidden).Select(column => $"{column.Name}: {column.Type}"));

        SchemaShape input = Shape();
        string[] Describe(SchemaShape shape) =>
            [.. shape.Select(column => $"{column.Name}: {column.Kind} of {column.ItemType}, key {column.IsKey}").Order()];
        Assert.Equal(Describe(kMeans.GetOutputSchema(input)), Describe(trainer.GetOutputSchema(input)));
    }

    [Fact]
    public void Features_smaller_than_the_regularization_are_a_warning()
    {
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                warnings.Add(e.Message);
        };
        _ml.Clustering.Trainers.GaussianMixture(numberOfComponents: 2).Fit(_data);
        Assert.Empty(warnings);
        Sample[] samples = Samples.Create();
        foreach (Sample sample in samples)
            sample.Features = [.. sample.Features.Select(value => value * 1e-30f)];
        _ml.Clustering.Trainers.GaussianMixture(numberOfComponents: 2).Fit(_ml.Data.LoadFromEnumerable(samples));
        Assert.Contains("less than Regularization, which is 1E-06; the components hardly depend on the rows.", Assert.Single(warnings));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Finds_the_blobs_and_is_the_same_after_loading(CovarianceType type)
    {
        GaussianMixtureTransformer model = _ml.Clustering.Trainers.GaussianMixture(new GaussianMixtureOptions
        {
            NumberOfComponents = 4, CovarianceType = type, LogDensityColumnName = "Density", NumberOfRestarts = 3,
        }).Fit(_data);
        IDataView expected = model.Transform(_data);
        Assert.Equal(1, _ml.Clustering.EvaluateAgainstLabels(expected, "Blob").AdjustedMutualInformation, 1e-9);

        ITransformer loaded = _ml.SaveAndLoad(model, _data);
        var opened = Assert.IsType<GaussianMixtureTransformer>(Assert.Single(DisentangleModel.Open(loaded).Transformers));
        foreach (IDataView actual in new[] { loaded.Transform(_data), opened.Transform(_data) })
        {
            Assert.Equal(expected.Column<float[]>("Score"), actual.Column<float[]>("Score"));
            Assert.Equal(expected.Column<uint>("PredictedLabel"), actual.Column<uint>("PredictedLabel"));
            Assert.Equal(expected.Column<float>("Density"), actual.Column<float>("Density"));
            Assert.Equal(expected.Schema.Where(column => !column.IsHidden).Select(column => $"{column.Name}: {column.Type}").Order(),
                actual.Schema.Where(column => !column.IsHidden).Select(column => $"{column.Name}: {column.Type}").Order());
        }
        Assert.Equal(model.Options, opened.Options);
        Assert.Equal(model.Mixture.Bic, opened.Mixture.Bic);
        Assert.Equal(model.Mixture.History, opened.Mixture.History);
        Assert.Equal(model.Mixture.Covariance(3).Cast<double>(), opened.Mixture.Covariance(3).Cast<double>());
    }

    [Fact]
    public void The_columns_are_what_the_mixture_says_of_the_row()
    {
        var model = _ml.Clustering.Trainers.GaussianMixture(new GaussianMixtureOptions { NumberOfComponents = 3,
            LogDensityColumnName = "Density" }).Fit(_data);
        Sample[] samples = Samples.Create(rows: 300, seed: 2);
        float[] values = [.. samples.SelectMany(sample => sample.Features)];
        double[] posteriors = new double[300 * 3], densities = new double[300];
        model.Mixture.Score<float>(values, posteriors, densities);

        IDataView scored = model.Transform(_ml.Data.LoadFromEnumerable(samples));
        Assert.Equal(posteriors.Select(value => (float)value), scored.Column<float[]>("Score").SelectMany(row => row));
        Assert.Equal(densities.Select(value => (float)value), scored.Column<float>("Density"));
        Assert.Equal(model.Mixture.Predict<float>(values).Select(component => (uint)component + 1), scored.Column<uint>("PredictedLabel"));
        using var engine = _ml.Model.CreatePredictionEngine<Sample, Clustered>(model, _data.Schema);
        Clustered[] predictions = [.. samples.Select(engine.Predict)];
        Assert.Equal(scored.Column<float[]>("Score"), predictions.Select(prediction => prediction.Score));
        Assert.Equal(scored.Column<float>("Density"), predictions.Select(prediction => prediction.Density));
        Assert.Equal(scored.Column<uint>("PredictedLabel"), predictions.Select(prediction => prediction.PredictedLabel));
    }

    [Fact]
    public void The_seed_of_the_context_decides()
    {
        IReadOnlyList<double> Fit(int context, int? seed) => new MLContext(context).Clustering.Trainers
            .GaussianMixture(new GaussianMixtureOptions { NumberOfComponents = 7, Seed = seed }).Fit(_data).Mixture.History;
        Assert.Equal(Fit(3, null), Fit(3, null));
        Assert.NotEqual(Fit(3, null), Fit(4, null));
        Assert.Equal(Fit(3, 8), Fit(4, 8));
    }

    [Fact]
    public void It_clusters_an_embedding_and_ML_NET_evaluates_it()
    {
        var pipeline = Samples.Pipeline(_ml)
            .Append(_ml.Clustering.Trainers.GaussianMixture("Embedding", numberOfComponents: 2, covarianceType: CovarianceType.Diagonal));
        ITransformer model = pipeline.Fit(_data);
        IDataView scored = model.Transform(_data);
        double index = _ml.Clustering.Evaluate(scored, featureColumnName: "Embedding").DaviesBouldinIndex;
        Assert.InRange(index, 0.01, 5);

        ITransformer loaded = _ml.SaveAndLoad(model, _data);
        Assert.Equal(scored.Column<float[]>("Score"), loaded.Transform(_data).Column<float[]>("Score"));
        Assert.Equal(2, DisentangleModel.Open(loaded).Transformers.Count);
    }

    [Fact]
    public void Weights_say_how_often_a_row_counts()
    {
        GaussianMixture mixture = _ml.Clustering.Trainers
            .GaussianMixture("Features", exampleWeightColumnName: "Number", numberOfComponents: 1).Fit(_data).Mixture;
        Sample[] samples = Samples.Create();
        Assert.Equal(samples.Sum(sample => sample.Number), mixture.RowCount);
        Assert.Equal(samples.Sum(sample => sample.Number * sample.Features[5]) / mixture.RowCount, mixture.Mean(0)[5], 1e-5);
    }

    [Theory]
    [InlineData("Pixels", null, "There is no feature column 'Pixels'. The data have: Features, Group, Flag, Number, Blob.")]
    [InlineData("Number", null, "The feature column 'Number' is one Single; it must be a vector of Single of known size")]
    [InlineData("Features", "Wait", "There is no weight column 'Wait'.")]
    [InlineData("Features", "Blob", "The weight column 'Blob' is Scalar of Int32; it must be a Single.")]
    public void Columns_must_be_there_and_of_the_right_type(string features, string? weight, string expected)
    {
        var trainer = _ml.Clustering.Trainers.GaussianMixture(features, weight);
        // The shape first, then the schema itself.
        Assert.StartsWith(expected, Assert.Throws<ArgumentOutOfRangeException>(() => trainer.GetOutputSchema(Shape())).Message);
        var alone = Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(_data));
        Assert.StartsWith(expected[..expected.IndexOf('\'', expected.IndexOf('\'') + 1)], alone.Message);
    }

    [Fact]
    public void The_size_of_the_features_must_not_change()
    {
        var model = _ml.Clustering.Trainers.GaussianMixture().Fit(_data);
        IDataView shorter = _ml.Data.LoadFromEnumerable([new Shorter()]);
        Assert.Contains("The feature column 'Features' has 3 values; the model was trained on 12.",
            Assert.Throws<ArgumentOutOfRangeException>(() => model.Transform(shorter)).Message);
    }

    [Fact]
    public void Rows_must_be_finite_and_enough()
    {
        var trainer = _ml.Clustering.Trainers.GaussianMixture();
        Sample[] samples = Samples.Create();
        samples[37].Features[4] = float.NaN;
        IDataView broken = _ml.Data.LoadFromEnumerable(samples);
        const string Expected = "Feature 4 of column 'Features' is NaN in row 37 (from 0).";
        Assert.StartsWith(Expected, Assert.Throws<InvalidDataException>(() => trainer.Fit(broken)).Message);
        Assert.StartsWith(Expected, Assert.ThrowsAny<Exception>(() => trainer.Fit(_data).Transform(broken).Column<float[]>("Score"))
            .Innermost().Message);
        Assert.Equal("There are 4 rows; a mixture of 5 components needs at least as many.",
            Assert.Throws<InvalidDataException>(() => trainer.Fit(_ml.Data.LoadFromEnumerable(Samples.Create(rows: 4)))).Message);

        Sample[] negative = Samples.Create();
        negative[3].Number = -2;
        Assert.Equal("The weight of row 3 (from 0) is -2; it must be finite and 0 or more.", Assert.Throws<InvalidDataException>(() =>
            _ml.Clustering.Trainers.GaussianMixture("Features", "Number").Fit(_ml.Data.LoadFromEnumerable(negative))).Message);
    }

    [Fact]
    public void Options_are_checked_when_the_trainer_is_made_and_all_at_once()
    {
        var options = new GaussianMixtureOptions
        {
            FeatureColumnName = "", ExampleWeightColumnName = " ", LogDensityColumnName = "Score", NumberOfComponents = 40_000,
        };
        string message = Assert.Throws<ArgumentException>(() => _ml.Clustering.Trainers.GaussianMixture(options)).Message;
        foreach (string part in new[] { "4 errors", "FeatureColumnName is empty", "ExampleWeightColumnName is empty", "another output",
            "from 1 to 32767" })
            Assert.Contains(part, message);
    }

    [Fact]
    public void Fitting_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var trainer = _ml.Clustering.Trainers.GaussianMixture(new GaussianMixtureOptions { CancellationToken = source.Token });
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(_data));
    }

    /// <summary>The shape of the data, as an estimator in a chain is given it.</summary>
    private SchemaShape Shape()
    {
        SchemaShape? shape = null;
        new EstimatorChain<ITransformer>().Append(new ShapeReader(seen => shape = seen)).Fit(_data);
        return shape!;
    }

    private sealed class ShapeReader(Action<SchemaShape> read) : IEstimator<ITransformer>
    {
        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            read(inputSchema);
            return inputSchema;
        }

        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();
    }

    private sealed class Clustered
    {
        public uint PredictedLabel { get; set; }
        public float[] Score { get; set; } = [];
        public float Density { get; set; }
    }

    private sealed class Shorter
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [1, 2, 3];
    }
}
