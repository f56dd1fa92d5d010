using System.Text.Json.Serialization;

namespace Disentangle.ML.Trainers;

/// <summary>Settings for training an encoder.</summary>
public abstract record EncoderTrainingOptions : TrainingOptions
{
    /// <summary>The architecture.</summary>
    public abstract Network Network { get; init; }

    /// <summary>The objective to minimise.</summary>
    public abstract Objective Objective { get; init; }

    /// <summary>
    /// How features are scaled before the network and the neighbour search. Default: chosen from the data for encoders, as given for
    /// autoencoders.
    /// </summary>
    public virtual FeatureScaling Scaling { get; init; } = FeatureScaling.AsGiven;

    /// <summary>
    /// Whether embeddings are scaled to length 1, so that KMeans compares directions. Default null: true if <see cref="Objective"/>
    /// compares embeddings by angle, as neighbour contrast and Cosine-COREL do, and the network is not an autoencoder.
    /// </summary>
    public bool? NormalizeEmbedding { get; init; }

    /// <summary>
    /// Called on the training thread with the completed share, 0 to 1, while the neighbour graph is built before the first epoch. Default
    /// null.
    /// </summary>
    [JsonIgnore]
    public Action<double>? PreparationProgress { get; init; }

    /// <summary>
    /// Whether a label that at least 60 % of the row's 15 nearest labelled rows contradict is treated as missing. Useful if a tenth of the
    /// labels is wrong; on hard data with correct labels it removes informative ones. Requires rows in memory. Default false.
    /// </summary>
    public bool IgnoreContradictedLabels { get; init; }

    /// <summary>
    /// The number of layers, counted from the input, that keep the weights of the previous model; only for <c>Fit(data, previousModel)</c>.
    /// Freeze all layers of the network to train the classifier alone. From 0 to the number of layers. Default 0.
    /// </summary>
    public int FrozenLayers { get; init; }

    /// <summary>How batches are drawn. Default: shuffled.</summary>
    public BatchSampling Sampling { get; init; }

    /// <summary>
    /// Whether the rows are read once and kept in memory. If false, they are read again in every epoch and shuffled within
    /// <see cref="ShufflePoolSize"/> rows, and memory use does not grow with the data. Default true.
    /// </summary>
    public bool CacheInMemory { get; init; } = true;

    /// <summary>The size of the pool from which streamed rows are drawn. At least 1. Default 4096.</summary>
    public int ShufflePoolSize { get; init; } = 4096;

    internal bool NormalizesEmbedding => NormalizeEmbedding ?? (Objective.ComparesByAngle && Network is not AutoencoderNetwork);

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        foreach (string fault in base.Faults())
            yield return fault;
        foreach (string fault in SettingFaults.Defined(nameof(Sampling), Sampling))
            yield return fault;
        if (ShufflePoolSize < 1)
            yield return $"ShufflePoolSize is {ShufflePoolSize}; it must be at least 1.";
        if (FrozenLayers < 0)
            yield return $"FrozenLayers is {FrozenLayers}; it must be 0 or more.";
        if (Sampling == BatchSampling.TwoOfEachClass && !CacheInMemory)
            yield return "Sampling is TwoOfEachClass, which needs rows in memory, but CacheInMemory is false.";
        if (IgnoreContradictedLabels && !CacheInMemory)
            yield return "IgnoreContradictedLabels needs rows in memory, but CacheInMemory is false.";
        if (IgnoreContradictedLabels && Network is { ReadsWordNumbers: true })
        {
            yield return "IgnoreContradictedLabels compares features, but the network reads word numbers, whose distances mean nothing; "
                + "use word vectors (WordVectorSequence) or set it to false.";
        }
        if (!CacheInMemory && Objective?.Pairs is not null)
        {
            yield return "The neighbour contrast needs all rows in memory to find neighbours, but CacheInMemory is false; "
                + "set it to true, or use an objective without pairs, for example Objective.CrossEntropy() + Objective.RowMargin().";
        }
        if (Network is { ReadsWordNumbers: true } && Objective?.Pairs is { Neighbors: > 0 })
        {
            yield return "The network learns word vectors from word numbers, whose distances mean nothing; "
                + "the neighbour contrast needs word vectors "
                + "(WordVectorSequence). Otherwise use an objective without neighbours, "
                + "for example Objective.CrossEntropy() + Objective.SampleMargin().";
        }
        if (Network is { ReadsWordNumbers: true }
            && Scaling is not null and not { Kind: FeatureScalingKind.Auto or FeatureScalingKind.AsGiven })
            yield return $"Scaling is {Scaling}, but the network reads word numbers, which must not be scaled; "
                + "use FeatureScaling.AsGiven.";
        if (Scaling is null)
            yield return "Scaling is null; FeatureScaling.AsGiven leaves features as they are.";
        if (Network is null)
            yield return "Network is null; use for example Network.Mlp(...).";
        if (Objective is null)
            yield return "Objective is null; use for example Objective.CrossEntropy().";
        foreach (string fault in (IEnumerable<string>)[.. Scaling?.Faults() ?? [], .. Network?.Faults() ?? [],
            .. Objective?.Faults() ?? []])
            yield return fault;
        if (Objective is not null && Network is not null and not AutoencoderNetwork && Objective.Needs.HasFlag(LossNeeds.Decoder))
            yield return "Objective has a reconstruction loss, but Network is not an autoencoder; use Network.MlpAutoencoder(...).";
        if (EarlyStopping is { Metric: ValidationMetric.Accuracy } && Objective is not null
            && !Objective.Needs.HasFlag(LossNeeds.Classifier))
            yield return "EarlyStopping compares accuracies, but Objective trains no classifier.";
    }
}
