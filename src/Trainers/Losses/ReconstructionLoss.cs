using Disentangle.ML.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Disentangle.ML.Trainers;

/// <summary>How a reconstruction x̂ is compared with the input x.</summary>
public enum ReconstructionError
{
    /// <summary>-[x log x̂ + (1-x) log(1-x̂)] with x̂ = σ(output), for features between 0 and 1.</summary>
    BinaryCrossEntropy,

    /// <summary>(x - x̂)² with x̂ = output, for any features.</summary>
    MeanSquared,

    /// <summary>
    /// Decided by the training rows: <see cref="BinaryCrossEntropy"/> where all features lie between 0 and 1, else
    /// <see cref="MeanSquared"/>.
    /// </summary>
    Auto,
}

/// <summary>What an autoencoder loses: the mean over all features of a batch of the error between input and reconstruction. Needs no labels.</summary>
public sealed record ReconstructionLoss : ILoss
{
    /// <summary>How far from 0 to 1 a feature may lie for the binary cross-entropy, as rounding leaves it after NormalizeMinMax.</summary>
    private const float Rounding = 1e-4f;

    /// <inheritdoc/>
    public string Name => "reconstruction";

    /// <summary>Default: decided by the training rows.</summary>
    public ReconstructionError Error { get; init; } = ReconstructionError.Auto;

    /// <inheritdoc/>
    public LossNeeds Needs => LossNeeds.Decoder;

    /// <inheritdoc/>
    public IEnumerable<string> Faults() => SettingFaults.Defined($"Error of {Name}", Error);

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">
    /// A feature lies outside 0 to 1 by more than 0.0001, and the error is the binary cross-entropy; features less far outside count as 0
    /// or 1.
    /// </exception>
    public Tensor Compute(LossContext context)
    {
        Engine engine = context.Engine;
        Tensor output = context.Reconstruction.Output;
        if (Error == ReconstructionError.MeanSquared)
            return engine.Mean(engine.Square(output - engine.Constant(output.Shape, context.Features)));

        float least = TensorPrimitives.Min(context.Features), greatest = TensorPrimitives.Max(context.Features);
        if (!TakesAsProbabilities(least, greatest))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"A reconstruction by binary cross-entropy needs features between 0 and 1, and one is {(least < 0 ? least : greatest)}. ")
                + "Scale them (NormalizeMinMax) or use ReconstructionError.MeanSquared.");
        }
        if (least >= 0 && greatest <= 1)
            return engine.BinaryCrossEntropyWithLogits(output, context.Features);
        var clipped = new float[context.Features.Length];
        TensorPrimitives.Max(context.Features, 0, clipped);
        TensorPrimitives.Min(clipped, 1, clipped);
        return engine.BinaryCrossEntropyWithLogits(output, clipped);
    }

    /// <summary>Whether features in this range can be compared by binary cross-entropy.</summary>
    internal static bool TakesAsProbabilities(float least, float greatest) => least >= -Rounding && greatest <= 1 + Rounding;
}
