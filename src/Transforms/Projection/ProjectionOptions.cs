using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>Settings of <see cref="ProjectionEstimator"/>.</summary>
public sealed record ProjectionOptions
{
    /// <summary>The number of nearest rows to keep near each row on the map. At least 1. Default 15.</summary>
    public int Neighbors { get; init; } = 15;

    /// <summary>Passes over the rows. At least 1. Default null: enough for 3,000 steps, at least 20.</summary>
    public int? Epochs { get; init; }

    /// <summary>Rows in a batch. At least 2. Default 512.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>The seed of weights and batches. Default null: taken from the MLContext.</summary>
    public int? Seed { get; init; }

    /// <summary>How features are scaled first. Default: chosen from the data.</summary>
    public FeatureScaling Scaling { get; init; } = FeatureScaling.Auto;

    /// <summary>Called after every epoch. Default null.</summary>
    public Action<TrainingProgress>? Progress { get; init; }

    /// <summary>Stops training early. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal DisentangleEncoderOptions Encoder(int epochs) => new()
    {
        Network = new MlpNetwork { Hidden = [512, 256], Embedding = 2, EmbeddingActivation = Tensors.Activation.Identity },
        Objective = 1 * new Objective(new NeighborContrastLoss
        {
            Kernel = PairKernel.Cauchy, OtherClasses = 1, Pairs = new RowPairs { Neighbors = Neighbors, Walk = 0, Jitter = 0 },
        }),
        Scaling = Scaling,
        Epochs = epochs,
        BatchSize = BatchSize,
        Seed = Seed,
        Progress = Progress,
        CancellationToken = CancellationToken,
    };
}
