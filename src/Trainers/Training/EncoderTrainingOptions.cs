using System.Text.Json.Serialization;

namespace Disentangle.ML.Trainers;

/// <summary>How rows are put into batches.</summary>
public enum BatchSampling
{
    /// <summary>In shuffled order.</summary>
    Shuffled,

    /// <summary>
    /// In shuffled order, and a batch with fewer than two labelled rows of a class gets more of them, drawn in turn, as far as the class has two at all: for
    /// losses that compare rows of a class, when few have labels. Such batches are a little larger, and these rows are seen more often. Needs rows in memory.
    /// </summary>
    TwoOfEachClass,
}

/// <summary>How an encoder is trained.</summary>
public abstract record EncoderTrainingOptions : TrainingOptions
{
    /// <summary>The architecture.</summary>
    public abstract Network Network { get; init; }

    /// <summary>What is minimised.</summary>
    public abstract Objective Objective { get; init; }

    /// <summary>
    /// How features are scaled before the network and the search for neighbours see them. Default: decided by the data for encoders, as given for autoencoders.
    /// </summary>
    public virtual FeatureScaling Scaling { get; init; } = FeatureScaling.AsGiven;

    /// <summary>
    /// Whether embeddings are scaled to length 1, so that KMeans compares their directions. Default null: where <see cref="Objective"/> compares embeddings by
    /// angle, as the neighbour contrast and Cosine-COREL do, and the network is no autoencoder.
    /// </summary>
    public bool? NormalizeEmbedding { get; init; }

    /// <summary>
    /// Called with the share that is done, 0 to 1, while the graph of neighbours is built before the first epoch. On the training thread. Default null.
    /// </summary>
    [JsonIgnore]
    public Action<double>? PreparationProgress { get; init; }

    /// <summary>
    /// Whether training ignores the label of a row that at least 60 % of its 15 nearest labelled rows contradict, as if it were missing. Worth it where a
    /// tenth of the labels is wrong; on hard data with true labels it removes what is worth learning. Needs rows in memory. Default false.
    /// </summary>
    public bool IgnoreContradictedLabels { get; init; }

    /// <summary>How batches are drawn. Default: shuffled.</summary>
    public BatchSampling Sampling { get; init; }

    /// <summary>
    /// Whether the rows are read once and kept in memory. False reads them anew in every epoch, and shuffles within <see cref="ShufflePoolSize"/> rows; memory
    /// does not grow with the data then. Default true.
    /// </summary>
    public bool CacheInMemory { get; init; } = true;

    /// <summary>The number of rows among which a streamed row is drawn. At least 1. Default 4096.</summary>
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
        if (Sampling == BatchSampling.TwoOfEachClass && !CacheInMemory)
            yield return "Sampling is TwoOfEachClass, which needs rows in memory, and CacheInMemory is false.";
        if (IgnoreContradictedLabels && !CacheInMemory)
            yield return "IgnoreContradictedLabels needs rows in memory, and CacheInMemory is false.";
        if (IgnoreContradictedLabels && Network is { ReadsWordNumbers: true })
        {
            yield return "IgnoreContradictedLabels compares features, and the network reads numbers of words, which say nothing of what is near; "
                + "use word vectors (WordVectorSequence) or leave it out.";
        }
        if (!CacheInMemory && Objective?.Pairs is not null)
        {
            yield return "The neighbour contrast needs all rows in memory to find neighbours, and CacheInMemory is false; "
                + "set it to true, or use an objective without pairs, for example Objective.CrossEntropy() + Objective.RowMargin().";
        }
        if (Network is { ReadsWordNumbers: true } && Objective?.Pairs is { Neighbors: > 0 })
        {
            yield return "The network learns word vectors from the numbers of words, which say nothing of what is near; the neighbour contrast needs word vectors "
                + "(WordVectorSequence), or use an objective without neighbours, for example Objective.CrossEntropy() + Objective.SampleMargin().";
        }
        if (Network is { ReadsWordNumbers: true } && Scaling is not null and not { Kind: FeatureScalingKind.Auto or FeatureScalingKind.AsGiven })
            yield return $"Scaling is {Scaling}, and the network reads numbers of words, which must not be scaled; leave it out.";
        if (Scaling is null)
            yield return "Scaling is null; FeatureScaling.AsGiven leaves features as they are.";
        if (Network is null)
            yield return "Network is null; Network.Mlp(...) makes one.";
        if (Objective is null)
            yield return "Objective is null; Objective.CrossEntropy() is the plain one.";
        foreach (string fault in (IEnumerable<string>)[.. Scaling?.Faults() ?? [], .. Network?.Faults() ?? [], .. Objective?.Faults() ?? []])
            yield return fault;
        if (Objective is not null && Network is not null and not AutoencoderNetwork && Objective.Needs.HasFlag(LossNeeds.Decoder))
            yield return "Objective has a reconstruction, and Network is no autoencoder; Network.MlpAutoencoder(...) makes one.";
        if (EarlyStopping is { Metric: ValidationMetric.Accuracy } && Objective is not null && !Objective.Needs.HasFlag(LossNeeds.Classifier))
            yield return "EarlyStopping compares accuracies, and Objective trains no classifier.";
    }
}
