using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>Settings of <see cref="DisentangleAutoencoderEstimator"/>.</summary>
public sealed record DisentangleAutoencoderOptions : EncoderOptions
{
    /// <summary>
    /// The architecture, an autoencoder. Default: <c>Network.MlpAutoencoder(hidden: [500, 500, 2000], embedding: 70)</c>.
    /// </summary>
    public override Network Network { get; init; } = DefaultNetwork(DisentangleAutoencoderEstimator.Defaults.EmbeddingSize);

    /// <inheritdoc cref="DisentangleEncoderOptions.Of"/>
    internal static DisentangleAutoencoderOptions Of(DisentangleAutoencoderOptions? options, int? embeddingSize, int? epochs)
    {
        RequireOneWay(options, embeddingSize, epochs);
        return options ?? new()
        {
            Network = DefaultNetwork(embeddingSize ?? DisentangleAutoencoderEstimator.Defaults.EmbeddingSize), Epochs = epochs,
        };
    }

    private static Network DefaultNetwork(int embeddingSize) => Network.MlpAutoencoder([500, 500, 2000], embeddingSize);

    private static Objective DefaultObjective { get; } = Objective.Reconstruction() + Objective.SoftNearestNeighbor();

    /// <summary>Without a label column, the default objective loses what needs labels.</summary>
    internal DisentangleAutoencoderOptions For(string? labelColumnName) =>
        labelColumnName is null && ReferenceEquals(Objective, DefaultObjective)
            ? this with { Objective = Objective.Reconstruction() } : this;

    /// <summary>
    /// The objective to minimise. Default: reconstruction and 100 times the annealed soft nearest neighbour loss; without a label column,
    /// reconstruction alone.
    /// </summary>
    public override Objective Objective { get; init; } = DefaultObjective;

    /// <summary>
    /// The column for the reconstruction, the size of the features. For vectors only, not for sequences. Default null: none.
    /// </summary>
    public string? ReconstructionColumnName { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        foreach (string fault in base.Faults().Concat(ColumnNames.Faults((nameof(ReconstructionColumnName), ReconstructionColumnName))))
            yield return fault;
        if (Network is not null and not AutoencoderNetwork)
            yield return $"Network is a {Network.GetType().Name}, not an autoencoder; use Network.MlpAutoencoder(...).";
        if (ReconstructionColumnName is not null && Network?.StepSize is not null)
            yield return "ReconstructionColumnName is set, but Network reads sequences, whose reconstruction has no fixed size.";
    }
}
