using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>Settings of <see cref="ProjectionEstimator"/>.</summary>
public sealed record ProjectionOptions
{
    /// <summary>The nearest rows of each row that stay near it on the map. At least 1. Default 15.</summary>
    public int Neighbors { get; init; } = 15;

    /// <summary>Passes over the rows. At least 1. Default null: as many as make 3,000 steps, at least 20.</summary>
    public int? Epochs { get; init; }

    /// <summary>Rows in a batch. At least 2. Default 512.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>Decides weights and batches. Default null: by the MLContext.</summary>
    public int? Seed { get; init; }

    /// <summary>How features are scaled first. Default: decided by the data.</summary>
    public FeatureScaling Scaling { get; init; } = FeatureScaling.Auto;

    /// <summary>Called after every epoch. Default null.</summary>
    public Action<TrainingProgress>? Progress { get; init; }

    /// <summary>Ends training early. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal DisentangleEncoderOptions Encoder(int epochs) => new()
    {
        Network = new MlpNetwork { Hidden = [512, 256], Embedding = 2, EmbeddingActivation = Tensors.Activation.Identity },
        Objective = 1 * new Objective(new NeighborContrastLoss
        {
            Kernel = PairKernel.Cauchy, OtherClasses = 1, Pairs = new RowPairs { Neighbors = Neighbors, Walk = 0 },
        }),
        Scaling = Scaling,
        Epochs = epochs,
        BatchSize = BatchSize,
        Seed = Seed,
        Progress = Progress,
        CancellationToken = CancellationToken,
    };
}
