using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.Sweeps;

/// <summary>The settings of the trials of a sweep.</summary>
public sealed record SweepSettings
{
    /// <summary>
    /// The seeds with which each trial is trained, instead of the seed of the options. The mean of their scores decides, and the model is
    /// that of the best seed. At least one, all different. Default null: 1, 2 and 3 if the metric compares seeds, such as stability,
    /// otherwise 1.
    /// </summary>
    public IReadOnlyList<int>? Seeds { get; init; }

    /// <summary>The number of KMeans runs per embedding, of which the one with the least inertia is used. At least 1. Default 5.</summary>
    public int KMeansRestarts { get; init; } = 5;

    /// <summary>The embedding column of the models. Default <c>Embedding</c>.</summary>
    public string EmbeddingColumnName { get; init; } = "Embedding";

    /// <summary>
    /// An estimator before the encoder, for example <c>MapValueToKey</c> of the label and a normaliser. It is fitted once to the training
    /// rows and is part of the models. Default null: none.
    /// </summary>
    public IEstimator<ITransformer>? Featurizer { get; init; }

    /// <summary>
    /// The number of failed trials, with none succeeding, after which the sweep ends with an exception. At least 1. Default 10.
    /// </summary>
    public int FailuresToGiveUp { get; init; } = 10;

    /// <summary>
    /// Receives the trials, to inspect while the sweep runs or if no trial succeeds. Each sweep needs its own history. Default null: a new
    /// one, returned with the result.
    /// </summary>
    public SweepHistory? History { get; init; }

    /// <summary>
    /// The number of trials that are trained at the same time, at least 1. In this process each has an equal share of the cores, unless the
    /// options set <c>Threads</c>. Random and grid search try the same points as one by one, with the same result; cost-frugal search
    /// knows fewer results when it proposes. Default null: 1, or on a cluster as many as it has room for.
    /// </summary>
    public int? Parallelism { get; init; }

    /// <summary>
    /// The number of trials that are proposed in addition to those being trained, at least 0. Results are reported in the order of the
    /// proposals, so a slow trial keeps others from starting unless some are proposed ahead. They cost nothing in a random or grid search.
    /// Default 0.
    /// </summary>
    public int ProposedAhead { get; init; }

    /// <summary>Where trials are trained; null for this process.</summary>
    internal ITrialHost? Host { get; init; }

    internal void Validate(int? clusters, EncoderOptions options)
    {
        var faults = new List<string>();
        if (Seeds is { Count: 0 })
            faults.Add("Seeds is empty; it must have at least one seed.");
        else if (Seeds?.Distinct().Count() < Seeds?.Count)
            faults.Add($"Seeds is {string.Join(", ", Seeds)}; all seeds must be different.");
        if (KMeansRestarts < 1)
            faults.Add($"KMeansRestarts is {KMeansRestarts}; it must be at least 1.");
        if (string.IsNullOrWhiteSpace(EmbeddingColumnName))
            faults.Add("EmbeddingColumnName is empty; it must name the embedding column.");
        if (FailuresToGiveUp < 1)
            faults.Add($"FailuresToGiveUp is {FailuresToGiveUp}; it must be at least 1.");
        if (Parallelism < 1)
            faults.Add($"Parallelism is {Parallelism}; it must be at least 1.");
        if (ProposedAhead < 0)
            faults.Add($"ProposedAhead is {ProposedAhead}; it must be at least 0.");
        if (History is { Metric: not null })
            faults.Add("History belongs to another sweep; use a new one.");
        if (clusters < 2)
            faults.Add($"The number of clusters is {clusters}; it must be at least 2.");
        if (options.CheckpointPath is not null)
        {
            faults.Add($"The options' CheckpointPath is '{options.CheckpointPath}'; "
                + "it must be null, because trials would overwrite each other's checkpoints.");
        }
        if (faults.Count > 0)
            throw new ArgumentException($"The sweep cannot start. {string.Join(" ", faults)}");
    }
}
