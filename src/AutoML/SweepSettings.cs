using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.AutoML;

/// <summary>How the trials of a sweep are run.</summary>
public sealed record SweepSettings
{
    /// <summary>
    /// The seeds each trial is trained with, one after the other, in the place of the options' own; the mean of their scores decides, and the model is that of
    /// the best. At least one, all different. Default null: the seeds 1, 2 and 3
    /// where the metric compares seeds, such as a stability; else the seed 1 alone.
    /// </summary>
    public IReadOnlyList<int>? Seeds { get; init; }

    /// <summary>Runs of KMeans on each embedding, of which that with the least inertia counts. At least 1. Default 5.</summary>
    public int KMeansRestarts { get; init; } = 5;

    /// <summary>The column of the embedding in the models. Default <c>Embedding</c>.</summary>
    public string EmbeddingColumnName { get; init; } = "Embedding";

    /// <summary>
    /// What comes before the encoder, for example <c>MapValueToKey</c> of the label and a normaliser. It is fitted once, on the training rows, and is part of
    /// the models. Default null: nothing.
    /// </summary>
    public IEstimator<ITransformer>? Featurizer { get; init; }

    /// <summary>The sweep ends with an exception when so many trials have failed and none has succeeded. At least 1. Default 10.</summary>
    public int FailuresToGiveUp { get; init; } = 10;

    /// <summary>
    /// Where the trials are noted: to look at it while the sweep runs, or when no trial succeeded. A sweep needs one of its own. Default null: a new one, which
    /// the result has.
    /// </summary>
    public SweepHistory? History { get; init; }

    internal void Validate(int? clusters, EncodingOptions options)
    {
        var faults = new List<string>();
        if (Seeds is { Count: 0 })
            faults.Add("Seeds is empty; a trial needs at least one seed.");
        else if (Seeds?.Distinct().Count() < Seeds?.Count)
            faults.Add($"Seeds has {string.Join(", ", Seeds)}; they must all differ.");
        if (KMeansRestarts < 1)
            faults.Add($"KMeansRestarts is {KMeansRestarts}; it must be at least 1.");
        if (string.IsNullOrWhiteSpace(EmbeddingColumnName))
            faults.Add("EmbeddingColumnName is empty; the embedding needs a column.");
        if (FailuresToGiveUp < 1)
            faults.Add($"FailuresToGiveUp is {FailuresToGiveUp}; it must be at least 1.");
        if (History is { Metric: not null })
            faults.Add("History belongs to another sweep; give a new one.");
        if (clusters < 2)
            faults.Add($"The number of clusters is {clusters}; it must be at least 2.");
        if (options.CheckpointPath is not null)
            faults.Add($"The options' CheckpointPath is '{options.CheckpointPath}'; the trials would overwrite each other's, so leave it null.");
        if (faults.Count > 0)
            throw new ArgumentException($"The sweep cannot start. {string.Join(" ", faults)}");
    }
}
