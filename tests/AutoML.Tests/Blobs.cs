using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Disentangle.ML.Sweeps;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;

namespace Disentangle.ML.AutoML.Tests;

/// <summary>Four blobs in two groups, and sweeps over a small encoder of them. Training is told the group, the blob judges.</summary>
internal static class Blobs
{
    public static readonly DisentangleEncoderOptions Options = new()
    {
        Network = Network.Mlp(hidden: [8], embedding: 4),
        Objective = Objective.CrossEntropy(),
        Epochs = 2,
        BatchSize = 16,
        LearningRate = 0.01f,
    };

    /// <summary>A new one each time: tests run at the same time, and share no source of random numbers.</summary>
    public static MLContext Ml => new(seed: 1);

    public static IDataView Train => Ml.Data.LoadFromEnumerable(Samples.Create(rows: 120, seed: 1));

    public static IDataView Validation => Ml.Data.LoadFromEnumerable(Samples.Create(rows: 80, seed: 2));

    public static SweepMetric Judged => SweepMetric.HungarianAccuracy("Blob");

    public static AutoMLExperiment Sweep<TSpace>(
        SweepMetric? metric = null,
        int? clusters = 4,
        DisentangleEncoderOptions? options = null,
        SweepSettings? settings = null,
        SearchSpace<TSpace>? space = null)
        where TSpace : class, ISweepSpace<DisentangleEncoderOptions>, new() => Ml.Auto().SweepDisentangleEncoder(
            Train, Validation, "Features", "Flag", metric ?? Judged, clusters, options ?? Options, space, settings
            ?? new() { KMeansRestarts = 2 });

    public static SweepTrialResult<DisentangleEncoderOptions> RunSweep(this AutoMLExperiment experiment, int trials) =>
        (SweepTrialResult<DisentangleEncoderOptions>)experiment.SetMaxModelToExplore(trials).Run();
}

/// <summary>Learning rates from useless to good.</summary>
public sealed class RateSpace : ISweepSpace<DisentangleEncoderOptions>
{
    [Choice(1e-6f, 0.001f, 0.03f)]
    public float LearningRate { get; set; }

    public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) => options with { LearningRate = LearningRate };
}

/// <summary>What a trial does, in the order of a grid.</summary>
public sealed class FateSpace : ISweepSpace<DisentangleEncoderOptions>
{
    [Choice("throw", "diverge", "learn", "throw again", "learn more")]
    public string Fate { get; set; } = "";

    public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) => Fate switch
    {
        "throw" or "throw again" => throw new NotSupportedException($"I {Fate}."),
        "diverge" => options with { LearningRate = 1e30f },
        "learn" => options with { Epochs = 1 },
        _ => options,
    };
}

/// <summary>Always wrong.</summary>
public sealed class WrongSpace : ISweepSpace<DisentangleEncoderOptions>
{
    [Range(-3, -1)]
    public int Epochs { get; set; }

    public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) => options with { Epochs = Epochs };
}

/// <summary>The number of clusters, and the size of the network.</summary>
public sealed class SizeSpace : ISweepSpace<DisentangleEncoderOptions>
{
    [Choice(2, 4, 7)]
    public int Clusters { get; set; }

    [NestOption]
    public SizeOfNetwork Network { get; set; } = new();

    int? ISweepSpace<DisentangleEncoderOptions>.NumberOfClusters => Clusters;

    public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) =>
        options with { Network = Trainers.Network.Mlp([Network.Hidden], Network.Embedding) };
}

public sealed class SizeOfNetwork
{
    // A single choice, which ML.NET's grid search alone stumbles over.
    [Choice(6)]
    public int Hidden { get; set; }

    [Choice(3, 5)]
    public int Embedding { get; set; }
}

public sealed class EmptySpace : ISweepSpace<DisentangleEncoderOptions>
{
    public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) => options;
}

/// <summary>Keeps what it is told.</summary>
internal sealed class Monitor : IMonitor
{
    public List<TrialResult> Completed { get; } = [];

    public List<Exception?> Failed { get; } = [];

    public event Action<TrialSettings>? Running;

    public void ReportRunningTrial(TrialSettings settings) => Running?.Invoke(settings);

    public void ReportCompletedTrial(TrialResult result) => Completed.Add(result);

    public void ReportBestTrial(TrialResult result) { }

    public void ReportFailTrial(TrialSettings settings, Exception? exception = null) => Failed.Add(exception);
}
