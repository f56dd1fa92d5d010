using System.Diagnostics;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Sweeps;

/// <summary>Trains the trials of a sweep: an encoder per seed, KMeans on its embedding, and the scores of the clusters.</summary>
internal sealed class SweepTraining<TOptions>(
    SweepData data, SweepMetric metric, SweepSettings settings, EncoderFactory<TOptions> create)
    where TOptions : EncoderOptions
{
    public SweepData Data => data;

    public SweepMetric Metric => metric;

    /// <summary>The settings, with the seeds given.</summary>
    public SweepSettings Settings => settings;

    /// <summary>Opens the sweep where its settings say.</summary>
    public ITrialWorker<TOptions> Open() => settings.Host?.Open(this) ?? new LocalTrials<TOptions>(this);

    /// <summary>A note for the log that only a sample of the validation rows is used for neighbours; null if all are.</summary>
    public string? SampleNote => data.Graph is { IsSample: true } graph ? $"{metric.Name}: {graph}." : null;

    /// <summary>Creates the estimator of an encoder.</summary>
    public IEstimator<EncoderTransformer> Create(MLContext context, TOptions chosen) =>
        create(context, settings.EmbeddingColumnName, data.Features, data.Label, chosen);

    /// <summary>Trains a trial with every seed.</summary>
    /// <param name="context">For the log.</param>
    /// <param name="trial">The trial without its scores.</param>
    /// <param name="chosen">Its options.</param>
    /// <param name="numberOfClusters">Its number of clusters; null for no clustering.</param>
    /// <param name="threads">The number of threads unless the options set it; 0 for all cores.</param>
    /// <param name="token">Ends the training within a batch.</param>
    /// <exception cref="InvalidOperationException">A seed has no score.</exception>
    public TrainedTrial<TOptions> Run(
        MLContext context, SweepTrial trial, TOptions chosen, int? numberOfClusters, int threads, CancellationToken token)
    {
        var clock = Stopwatch.StartNew();
        if (chosen.Threads == 0)
            chosen = (TOptions)(chosen with { Threads = threads });
        SeedRun[] runs = [.. settings.Seeds!.Select(seed => Train(context, chosen, numberOfClusters, seed, token))];
        if (metric.IsUnsupervised)
            AddUnsupervised(runs);
        double[] scores =
        [
            .. runs.Select(run =>
                run.Scores.TryGetValue(metric.Name, out double score) && !double.IsNaN(score) ? score : throw NoScore()),
        ];
        ScoreSummary summary = ScoreSummary.Of(scores, metric.MoreIsBetter);
        int best = Array.IndexOf(scores, summary.Best);
        trial = trial with
        {
            Score = summary.Mean,
            Deviation = summary.StandardDeviation,
            SeedScores = scores,
            Scores = runs[0].Scores.Keys.Where(name => runs.All(run => run.Scores.ContainsKey(name)))
                .ToDictionary(name => name, name => runs.Average(run => run.Scores[name])),
            NumberOfClusters = numberOfClusters,
            Seconds = clock.Elapsed.TotalSeconds,
        };
        ITransformer model = runs[best].Model;
        return new(trial, (TOptions)(chosen with { Seed = settings.Seeds![best] }), _ => Task.FromResult(model));
    }

    private SeedRun Train(MLContext context, TOptions chosen, int? numberOfClusters, int seed, CancellationToken token)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, chosen.CancellationToken);
        chosen = (TOptions)(chosen with { Seed = seed, CancellationToken = either.Token });
        bool validates = chosen.ValidationData is not null || chosen.ValidationFraction > 0;
        if (metric.IsLabelAccuracy || (chosen.EarlyStopping is not null && !validates))
            chosen = (TOptions)(chosen with { ValidationData = data.Validation, ValidationFraction = 0 });
        EncoderTransformer encoder = Create(context, chosen).Fit(data.Train);
        token.ThrowIfCancellationRequested();

        var scores = new Dictionary<string, double>();
        if (encoder.History[encoder.BestEpoch - 1].Validation?.Accuracy is { } accuracy)
            scores.Add(nameof(SweepMetric.LabelAccuracy), accuracy);
        if (numberOfClusters is null)
            return new(scores, [], new TransformerChain<ITransformer>(data.Featurizer, encoder));

        string embedding = settings.EmbeddingColumnName;
        ITransformer kMeans = context.Clustering.Trainers.KMeansRestarts(new KMeansRestartsOptions
        {
            FeatureColumnName = embedding,
            NumberOfClusters = numberOfClusters.Value,
            Restarts = settings.KMeansRestarts,
            Seed = seed,
            Threads = chosen.Threads,
            CancellationToken = token,
        }).Fit(encoder.Transform(data.Train));
        IDataView clustered = kMeans.Transform(encoder.Transform(data.Validation));
        var model = new TransformerChain<ITransformer>(data.Featurizer, encoder, kMeans);
        if (metric.IsUnsupervised)
            return new(scores, UnsupervisedEvaluator.Labels(clustered, SweepData.ClusterColumn), model);
        // Without a judge column the clusters are compared with themselves, and those scores are dropped.
        ClusteringQuality quality = ClusteringEvaluator.Evaluate(clustered, metric.JudgeColumnName ?? SweepData.ClusterColumn,
            SweepData.ClusterColumn, metric.Separation is null ? null : embedding, metric.Separation ?? new());
        foreach (ClusteringScore score in ClusteringScore.All)
        {
            if (score.Value(quality) is { } value && (metric.JudgeColumnName is not null || score.NeedsFeatures))
                scores.Add(score.Name, value);
        }
        return new(scores, [], model);
    }

    /// <summary>Adds the scores that compare the clusterings of all seeds.</summary>
    private void AddUnsupervised(SeedRun[] runs)
    {
        UnsupervisedEvaluation evaluation = UnsupervisedEvaluation.Create([.. runs.Select(run => run.Clusters)], data.Classes, data.Graph);
        foreach ((SeedRun run, UnsupervisedQuality quality) in runs.Zip(evaluation.Clusterings))
        {
            foreach (UnsupervisedScore score in UnsupervisedScore.All)
            {
                if (score.Value(quality) is { } value)
                    run.Scores.Add(score.Name, value);
            }
        }
    }

    private InvalidOperationException NoScore() => new(metric.IsLabelAccuracy
        ? "LabelAccuracy is undefined: it needs an objective with a classifier, such as cross-entropy, and labelled validation rows."
        : $"{metric.Name} is undefined for the clusters of the validation rows.");

    /// <summary>The result of a seed; the clusters of the validation rows are empty unless the metric is unsupervised.</summary>
    private sealed record SeedRun(Dictionary<string, double> Scores, int[] Clusters, ITransformer Model);
}
