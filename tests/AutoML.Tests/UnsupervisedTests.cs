using System.IO.Compression;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Disentangle.ML.Sweeps;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.Trainers;

namespace Disentangle.ML.AutoML.Tests;

public class UnsupervisedTests
{
    private static readonly SweepSettings OneRestart = new() { KMeansRestarts = 1 };

    [Fact]
    public void The_default_metric_is_the_kappa_within_the_told_label_times_purity()
    {
        var best = (SweepTrialResult<DisentangleEncoderOptions>)Blobs.Ml.Auto().SweepDisentangleEncoder<RateSpace>(
            Blobs.Train, Blobs.Validation, "Features", "Flag", clusters: 4, options: Blobs.Options).SetGridSearchTuner()
            .SetMaxModelToExplore(3).Run();
        Assert.Equal("KappaWithinTimesPurity", best.History.Metric);
        Assert.True(best.History.MoreIsBetter);
        Assert.Equal(best.History.Trials.Max(trial => trial.Score), best.Metric);
        Assert.Equal(-best.Metric, best.Loss);
        Assert.Equal(["KappaWithinTimesPurity", "NeighborKappaWithin", "NeighborKappa", "CoarsePurity"], best.Trial.Scores.Keys);

        UnsupervisedEvaluation alone =
            Blobs.Ml.Clustering.EvaluateWithoutLabels([best.Model.Transform(Blobs.Validation)], "Flag", "Features");
        foreach ((string name, double score) in best.Trial.Scores)
            Assert.Equal(alone.Summaries[name].Mean, score, 12);
        Assert.Equal(alone.Summaries["KappaWithinTimesPurity"].Mean, best.Metric, 12);
    }

    [Fact]
    public void Stability_compares_what_the_seeds_found()
    {
        var best = Blobs.Sweep<RateSpace>(Metric("StabilityTimesPurity"), settings: OneRestart).SetGridSearchTuner().RunSweep(2);
        Assert.Equal(3, best.Trial.SeedScores.Count);

        // The same by hand: an encoder and a run of KMeans for each seed.
        IDataView[] clusterings = [.. new[] { 1, 2, 3 }.Select(seed =>
        {
            var ml = new MLContext(seed);
            ITransformer encoder = ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", best.Options! with { Seed = seed })
                .Fit(Blobs.Train);
            var options = new KMeansTrainer.Options { FeatureColumnName = "Embedding", NumberOfClusters = 4, NumberOfThreads = 1 };
            options.InitializationAlgorithm = KMeansTrainer.InitializationAlgorithm.KMeansPlusPlus;
            ITransformer kMeans = new MLContext(seed).Clustering.Trainers.KMeans(options)
                .Fit(ml.Data.Cache(encoder.Transform(Blobs.Train), "Embedding"));
            return kMeans.Transform(encoder.Transform(Blobs.Validation));
        })];
        UnsupervisedEvaluation expected = Blobs.Ml.Clustering.EvaluateWithoutLabels(clusterings, "Flag");
        Assert.Equal(expected.Clusterings.Select(quality => quality.StabilityTimesPurity!.Value), best.Trial.SeedScores);
        ScoreSummary summary = expected.Summaries["StabilityTimesPurity"];
        Assert.Equal((summary.Mean, summary.StandardDeviation), (best.Trial.Score, best.Trial.Deviation));
        Assert.Equal(expected.Summaries["Stability"].Mean, best.Trial.Scores["Stability"], 12);

        // The model is that of the seed which agrees most with the others.
        int place = best.Trial.SeedScores.ToList().IndexOf(best.Trial.SeedScores.Max());
        Assert.Equal(place + 1, best.Options!.Seed);
        Assert.Equal(clusterings[place].Column<uint>("PredictedLabel"), best.Model.Transform(Blobs.Validation)
            .Column<uint>("PredictedLabel"));
    }

    [Fact]
    public void Every_unsupervised_score_decides()
    {
        foreach (UnsupervisedScore score in UnsupervisedScore.All)
        {
            var settings = OneRestart with { Seeds = [3, 4] };
            var best = Blobs.Sweep<RateSpace>(SweepMetric.Unsupervised(score), settings: settings).SetGridSearchTuner().RunSweep(2);
            Assert.Equal(score.Name, best.History.Metric);
            Assert.Equal(best.History.Trials.Max(trial => trial.Score), best.Trial.Scores[score.Name]);
        }
    }

    [Fact]
    public void The_default_picks_the_loss_that_keeps_the_blobs_apart()
    {
        // Trained long on the told label alone, the blobs of a group run into each other; the sample margin keeps them apart.
        string Picked(SweepMetric? metric) => ((SweepTrialResult)Blobs.Ml.Auto().SweepDisentangleEncoder<LossSpace>(
                Blobs.Train, Blobs.Validation, "Features", "Flag", metric, 4, Blobs.Options with { Epochs = 60 }, settings: OneRestart)
            .SetGridSearchTuner().SetMaxModelToExplore(2).Run()).Trial.Parameters["Loss"].GetString()!;
        Assert.Equal("margin", Picked(SweepMetric.HungarianAccuracy("Blob")));
        Assert.Equal("margin", Picked(null));
        Assert.Equal("margin", Picked(Metric("StabilityTimesPurity")));
    }

    public sealed class LossSpace : ISweepSpace<DisentangleEncoderOptions>
    {
        [Choice("label alone", "margin")]
        public string Loss { get; set; } = "";

        public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) =>
            options with { Objective = Loss == "margin" ? Objective.CrossEntropy()
                + Objective.SampleMargin(weight: 3) : Objective.CrossEntropy() };
    }

    [Fact]
    public void On_optdigits_the_default_picks_nearly_the_best_trial()
    {
        string folder = TestData.Development("optdigits");
        IDataView train = Digits("optdigits.tra.csv.gz"), validation = Digits("optdigits.tes.csv.gz");
        SweepHistory Run(SweepMetric? metric) => ((SweepTrialResult)Blobs.Ml.Auto().SweepDisentangleEncoder<DigitSpace>(
                train, validation, "Pixels", "High", metric, options: new() { Epochs = 15 })
            .SetGridSearchTuner().SetMaxModelToExplore(5).Run()).History;
        SweepHistory truth = Run(SweepMetric.AdjustedMutualInformation("Digit", EntropyMean.Max));
        double Truth(SweepHistory history) => truth.Trials[history.Best!.Trial].Score!.Value;
        Assert.InRange(Truth(Run(null)), 0.95 * Truth(truth), 1);
        Assert.InRange(Truth(Run(SweepMetric.Silhouette(new() { SampleSize = 500 }))), 0, 0.9 * Truth(truth));

        IDataView Digits(string name)
        {
            using var file = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, name)), CompressionMode.Decompress));
            // Every second row; they lie in the order of their digits.
            string[] lines = [.. file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where((_, row) => row % 2 == 0)];
            return Blobs.Ml.Data.LoadFromEnumerable(lines.Select(line =>
            {
                float[] numbers = [.. line.Split(',').Select(float.Parse)];
                return new DigitRow { Pixels = [.. numbers[..64].Select(x => x / 16)], Digit = (int)numbers[64], High = numbers[64] >= 5 };
            }).ToArray());
        }
    }

    private sealed class DigitRow
    {
        [VectorType(64)]
        public float[] Pixels { get; set; } = [];

        public int Digit { get; set; }

        public bool High { get; set; }
    }

    public sealed class DigitSpace : ISweepSpace<DisentangleEncoderOptions>
    {
        [Choice("label alone", "narrow", "row margin", "sample margin", "strong DeCov")]
        public string Setting { get; set; } = "";

        public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) => options with
        {
            Network = Setting == "narrow" ? Network.Mlp([64], 8) : Network.Mlp([256], 32),
            BatchSize = 128,
            Scaling = FeatureScaling.AsGiven,
            Objective = Setting switch
            {
                "row margin" => Objective.CrossEntropy() + Objective.RowMargin(),
                "sample margin" => Objective.CrossEntropy() + Objective.SampleMargin(),
                "strong DeCov" => Objective.CrossEntropy() + Objective.DeCov(weight: 1),
                _ => Objective.CrossEntropy(),
            },
        };
    }

    [Fact]
    public void An_autoencoder_without_label_is_judged_by_its_neighbours()
    {
        var options = new DisentangleAutoencoderOptions
        {
            Network = Network.MlpAutoencoder([8], 3),
            Objective = Objective.Reconstruction(),
            Epochs = 2,
        };
        IDataView unit = Blobs.Ml.Transforms.NormalizeMinMax("Features").Fit(Blobs.Train).Transform(Blobs.Train);
        SweepTrialResult Run(string? label, SweepMetric? metric = null) =>
            (SweepTrialResult)Blobs.Ml.Auto().SweepDisentangleAutoencoder<RateOfAutoencoder>(
            unit, unit, "Features", label, metric, 4, options, settings: OneRestart)
            .SetGridSearchTuner().SetMaxModelToExplore(2).Run();
        SweepTrialResult unlabelled = Run(null);
        Assert.Equal("NeighborKappa", unlabelled.History.Metric);
        Assert.Equal(["NeighborKappa"], unlabelled.Trial.Scores.Keys);
        Assert.Equal("KappaWithinTimesPurity", Run("Flag").History.Metric);
        Assert.Equal(3, Run(null, Metric("StabilityTimesKappa")).Trial.SeedScores.Count);
        Assert.Contains("CoarsePurity needs a label column, but labelColumnName is null.",
            Assert.Throws<ArgumentException>(() => Run(null, Metric("CoarsePurity"))).Message);
    }

    [Fact]
    public void An_encoder_is_swept_without_labels()
    {
        static IDataView Features(IDataView rows) => Blobs.Ml.Transforms.SelectColumns("Features").Fit(rows).Transform(rows);
        AutoMLExperiment Sweep<TSpace>(SweepMetric? metric = null)
            where TSpace : class, ISweepSpace<DisentangleEncoderOptions>, new() => Blobs.Ml.Auto().SweepDisentangleEncoder<TSpace>(
            Features(Blobs.Train), Features(Blobs.Validation), "Features", labelColumnName: null, metric, 4, new() { Epochs = 1 },
            settings: OneRestart).SetGridSearchTuner(2);
        SweepTrialResult<DisentangleEncoderOptions> best = Sweep<NeighborContrastSpace>().RunSweep(4);
        Assert.Equal("NeighborKappa", best.History.Metric);
        Assert.Equal(4, best.History.Trials.Count(trial => trial.Outcome == TrialOutcome.Succeeded));
        Assert.IsType<NeighborContrastLoss>(Assert.Single(best.Options!.Objective.Terms).Loss);

        // A space that leaves the default objective as it is.
        Assert.IsType<NeighborContrastLoss>(Assert.Single(Sweep<RateSpace>().RunSweep(1).Options!.Objective.Terms).Loss);

        Assert.Contains("LabelAccuracy needs a label column, but labelColumnName is null.",
            Assert.Throws<ArgumentException>(() => Sweep<RateSpace>(SweepMetric.LabelAccuracy())).Message);
        Assert.Contains("needs labels; name a label column.",
            Assert.Throws<AggregateException>(() => Sweep<RowMarginSpace>().RunSweep(2)).InnerException!.Message);
    }

    public sealed class RateOfAutoencoder : ISweepSpace<DisentangleAutoencoderOptions>
    {
        [Choice(0.001f, 0.03f)]
        public float LearningRate { get; set; }

        public DisentangleAutoencoderOptions Apply(DisentangleAutoencoderOptions options) => options with { LearningRate = LearningRate };
    }

    [Fact]
    public void Features_that_vary_in_size_are_judged_by_stability()
    {
        IDataView sequences = Blobs.Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Sequence
        {
            Flag = i % 4 >= 2,
            Steps = [.. Enumerable.Range(0, 2 * (3 + i % 3)).Select(t => i % 4 + t % 2 + i / 60f)],
        }).ToArray());
        AutoMLExperiment Sweep(SweepMetric? metric) => Blobs.Ml.Auto().SweepDisentangleEncoder<RateSpace>(
            sequences, sequences, "Steps", "Flag", metric, 4, Blobs.Options with { Network = Network.Gru(2, 4, 3), Epochs = 1 },
            settings: OneRestart);
        var best = Sweep(null).SetGridSearchTuner().RunSweep(2);
        Assert.Equal("StabilityTimesPurity", best.History.Metric);
        Assert.Equal(3, best.Trial.SeedScores.Count);
        Assert.Contains("vector of Single of known size", Assert.Throws<ArgumentException>(() => Sweep(Metric("NeighborKappa"))).Message);
    }

    private sealed class Sequence
    {
        public bool Flag { get; set; }

        public float[] Steps { get; set; } = [];
    }

    [Fact]
    public void Rows_without_label_do_not_count_and_some_must_have_one()
    {
        IDataView some = Keyed(unlabelled: true), none = Keyed(unlabelled: true, onlyUnlabelled: true);
        SweepTrialResult Run(IDataView validation) => (SweepTrialResult)Blobs.Ml.Auto().SweepDisentangleEncoder<RateSpace>(
            some, validation, "Features", "Key", clusters: 4, options: Blobs.Options, settings: OneRestart).SetGridSearchTuner()
            .SetMaxModelToExplore(1).Run();
        SweepTrialResult best = Run(some);
        UnsupervisedEvaluation alone = Blobs.Ml.Clustering.EvaluateWithoutLabels([best.Model.Transform(some)], "Key", "Features");
        Assert.Equal(alone.Summaries["KappaWithinTimesPurity"].Mean, best.Metric, 12);
        Assert.Contains("KappaWithinTimesPurity needs labelled validation rows, but column 'Key' is missing in all of them.",
            Assert.Throws<InvalidDataException>(() => Run(none)).Message);

        static IDataView Keyed(bool unlabelled, bool onlyUnlabelled = false)
        {
            MLContext ml = Blobs.Ml;
            Sample[] rows = Samples.Create(rows: 120, unlabelled: unlabelled);
            IDataView all = ml.Data.LoadFromEnumerable(rows.Where(row => row.Group.Length > 0).ToArray());
            ITransformer keys = ml.Transforms.Conversion.MapValueToKey("Key", "Group").Fit(all);
            return keys.Transform(ml.Data.LoadFromEnumerable(onlyUnlabelled ? [.. rows.Where(row => row.Group.Length == 0)] : rows));
        }
    }

    [Fact]
    public void What_cannot_be_compared_is_refused_before_training()
    {
        Assert.Contains("StabilityTimesPurity compares seeds; Seeds must have at least two.", Refusal(() =>
            Blobs.Sweep<RateSpace>(Metric("StabilityTimesPurity"), settings: new() { Seeds = [1] })));
        IDataView few = Blobs.Ml.Data.LoadFromEnumerable(Samples.Create(rows: 8));
        Assert.Contains("10 neighbours per row need at least 11 rows; there are 8.", Refusal(() =>
            Blobs.Ml.Auto().SweepDisentangleEncoder<RateSpace>(Blobs.Train, few, "Features", "Flag")));
        IDataView unlabelled = Blobs.Ml.Transforms.DropColumns("Flag").Fit(Blobs.Validation).Transform(Blobs.Validation);
        Assert.Contains("The validation rows have no label column 'Flag'", Refusal(() =>
            Blobs.Ml.Auto().SweepDisentangleEncoder<RateSpace>(Blobs.Train, unlabelled, "Features", "Flag")));
        Assert.Contains("Unsupervised is a score of clusters; the number of clusters must be given.", Refusal(() =>
            Blobs.Ml.Auto().SweepDisentangleEncoder<RateSpace>(Blobs.Train, Blobs.Validation, "Features", "Flag", clusters: null)));
    }

    private static SweepMetric Metric(string score) => SweepMetric.Unsupervised(UnsupervisedScore.Named(score));

    private static string Refusal(Func<object> action) => Assert.Throws<ArgumentException>(action).Message;
}
