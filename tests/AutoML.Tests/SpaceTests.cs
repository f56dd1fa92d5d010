using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;

namespace Disentangle.ML.AutoML.Tests;

public class SpaceTests
{
    [Fact]
    public void The_defaults_are_those_of_the_losses()
    {
        AssertSame(Objective.CrossEntropy() + Objective.RowMargin(), Default<RowMarginSpace>());
        AssertSame(Objective.CrossEntropy() + Objective.SampleMargin(), Default<SampleMarginSpace>());
        AssertSame(Objective.GaussianCorel(), Default<GaussianCorelSpace>());
        AssertSame(Objective.CosineCorel(), Default<CosineCorelSpace>());
        AssertSame(Objective.CategoricalCorel(), Default<CategoricalCorelSpace>());
        AssertSame(Objective.Center(), Default<CenterSpace>());
        AssertSame(Objective.CrossEntropy() + Objective.NeighborContrast(), Default<NeighborContrastSpace>());
        var space = new SearchSpace<SoftNearestNeighborSpace>();
        AssertSame(Objective.Reconstruction() + Objective.SoftNearestNeighbor(),
            space.SampleFromFeatureSpace(space.Default).Apply(new DisentangleAutoencoderOptions()).Objective);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.99999999)]
    public void Every_point_gives_valid_options(double coordinate)
    {
        Check<RowMarginSpace, DisentangleEncoderOptions>(new());
        Check<SampleMarginSpace, DisentangleEncoderOptions>(new());
        Check<GaussianCorelSpace, DisentangleEncoderOptions>(new());
        Check<CosineCorelSpace, DisentangleEncoderOptions>(new());
        Check<CategoricalCorelSpace, DisentangleEncoderOptions>(new());
        Check<CenterSpace, DisentangleEncoderOptions>(new());
        Check<NeighborContrastSpace, DisentangleEncoderOptions>(new());
        Check<NeighborContrastSpace, DisentangleEncoderOptions>(new() { Objective = Objective.CrossEntropy() });
        Check<SoftNearestNeighborSpace, DisentangleAutoencoderOptions>(new());

        void Check<TSpace, TOptions>(TOptions options)
            where TSpace : class, ISweepSpace<TOptions>, new()
            where TOptions : EncoderOptions
        {
            var space = new SearchSpace<TSpace>();
            space.SampleFromFeatureSpace([.. Enumerable.Repeat(coordinate, space.FeatureSpaceDim)]).Apply(options).Validate();
        }
    }

    [Fact]
    public void Of_an_objective_the_space_of_the_neighbor_contrast_changes_that_alone()
    {
        var space = new NeighborContrastSpace { Neighbors = 7, Temperature = 0.75f };
        var given = new DisentangleEncoderOptions
        {
            Objective = 2 * Objective.CrossEntropy() + Objective.NeighborContrast(weight: 3, walk: 0.25f), LearningRate = 0.01f,
        };
        AssertSame(2 * Objective.CrossEntropy() + Objective.NeighborContrast(weight: 3, temperature: 0.75f, neighbors: 7, walk: 0.25f),
            space.Apply(given).Objective);
        Assert.Equal(0.01f, space.Apply(given).LearningRate);
        AssertSame(Objective.CrossEntropy() + Objective.NeighborContrast(temperature: 0.75f, neighbors: 7),
            space.Apply(new() { Objective = Objective.CrossEntropy() }).Objective);
    }

    [Fact]
    public void A_sweepable_encoder_needs_no_labels()
    {
        MLContext ml = Blobs.Ml;
        SweepablePipeline pipeline = ml.Transforms.CopyColumns("Copy", "Features")
            .Append(ml.Auto().SweepableDisentangleEncoder<NeighborContrastSpace>(
                "Embedding", "Features", labelColumnName: null, new() { Epochs = 1 }));
        SearchSpace space = pipeline.SearchSpace;
        ITransformer model = pipeline.BuildFromOption(ml, space.SampleFromFeatureSpace(space.Default)).Fit(Blobs.Train);
        Assert.Equal(32, ((VectorDataViewType)model.Transform(Blobs.Validation).Schema["Embedding"].Type).Size);
    }

    [Fact]
    public void A_sweepable_encoder_stands_in_a_pipeline()
    {
        MLContext ml = Blobs.Ml;
        SweepablePipeline pipeline = ml.Transforms.Conversion.MapValueToKey("Group")
            .Append(ml.Auto().SweepableDisentangleEncoder<SizeSpace>("Embedding", "Features", "Group", Blobs.Options))
            .Append(ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 4));
        var runner = new PipelineRunner(pipeline);
        var monitor = new Monitor();
        TrialResult best = ml.Auto().CreateExperiment().SetPipeline(pipeline).SetTrialRunner(runner).SetMonitor(monitor)
            .SetMaxModelToExplore(4).Run();
        Assert.Empty(monitor.Failed);
        Assert.Equal(4, runner.Sizes.Count);
        Assert.All(runner.Sizes, size => Assert.Contains(size, new[] { 3, 5 }));
        Assert.Equal(best.Metric,
            Blobs.Ml.Clustering.EvaluateAgainstLabels(best.Model.Transform(Blobs.Validation), "Blob").HungarianAccuracy);
    }

    [Fact]
    public void A_sweepable_autoencoder_stands_in_a_pipeline()
    {
        MLContext ml = Blobs.Ml;
        var options = new DisentangleAutoencoderOptions { Network = Network.MlpAutoencoder([8], 3), Epochs = 1 };
        SweepablePipeline pipeline = ml.Transforms.NormalizeMinMax("Features")
            .Append(ml.Auto().SweepableDisentangleAutoencoder<SoftNearestNeighborSpace>("Code", "Features", "Flag", options));
        SearchSpace space = pipeline.SearchSpace;
        IDataView coded = pipeline.BuildFromOption(ml, space.SampleFromFeatureSpace(space.Default)).Fit(Blobs.Train).Transform(Blobs.Train);
        Assert.Equal(3, ((VectorDataViewType)coded.Schema["Code"].Type).Size);
    }

    private static Objective Default<TSpace>()
        where TSpace : class, ISweepSpace<DisentangleEncoderOptions>, new()
    {
        var space = new SearchSpace<TSpace>();
        return space.SampleFromFeatureSpace(space.Default).Apply(new()).Objective;
    }

    /// <summary>But for the rounding of a logarithmic scale and back.</summary>
    private static void AssertSame(Objective expected, Objective actual)
    {
        Assert.Equal(expected.Terms.Count, actual.Terms.Count);
        Assert.All(expected.Terms.Zip(actual.Terms), pair =>
        {
            Assert.Equal(pair.First.Weight, pair.Second.Weight, 1e-5f * pair.First.Weight);
            Assert.Equal(pair.First.Loss.ToString(), pair.Second.Loss.ToString());
        });
    }

    private sealed class PipelineRunner(SweepablePipeline pipeline) : ITrialRunner
    {
        public List<int> Sizes { get; } = [];

        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        {
            ITransformer model = pipeline.BuildFromOption(Blobs.Ml, settings.Parameter["_pipeline_"]).Fit(Blobs.Train);
            IDataView scored = model.Transform(Blobs.Validation);
            Sizes.Add(((VectorDataViewType)scored.Schema["Embedding"].Type).Size);
            double accuracy = Blobs.Ml.Clustering.EvaluateAgainstLabels(scored, "Blob").HungarianAccuracy;
            return Task.FromResult(new TrialResult { TrialSettings = settings, Model = model, Metric = accuracy, Loss = -accuracy });
        }

        public void Dispose() { }
    }
}
