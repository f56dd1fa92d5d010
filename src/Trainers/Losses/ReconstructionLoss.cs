using Disentangle.ML.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Disentangle.ML.Trainers;

/// <summary>The reconstruction error of an autoencoder, averaged over all features of a batch. Needs no labels.</summary>
public sealed record ReconstructionLoss : ILoss
{
    /// <summary>How far outside 0 to 1 a feature may lie for the binary cross-entropy, because of rounding in NormalizeMinMax.</summary>
    private const float Rounding = 1e-4f;

    /// <inheritdoc/>
    public string Name => "reconstruction";

    /// <summary>The error. Default: chosen by the range of the training rows.</summary>
    public ReconstructionError Error { get; init; } = ReconstructionError.Auto;

    /// <inheritdoc/>
    public LossNeeds Needs => LossNeeds.Decoder;

    /// <inheritdoc/>
    public IEnumerable<string> Faults() => SettingFaults.Defined($"Error of {Name}", Error);

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">
    /// The error is the binary cross-entropy and a feature lies more than 0.0001 outside 0 to 1; features closer to the range are clipped
    /// to it.
    /// </exception>
    public Tensor Compute(LossContext context)
    {
        Engine engine = context.Engine;
        Tensor output = context.Reconstruction.Output;
        if (Error == ReconstructionError.MeanSquared)
            return engine.Mean(engine.Square(output - engine.Reshape(context.Input, output.Shape)));

        float least = TensorPrimitives.Min(context.Features), greatest = TensorPrimitives.Max(context.Features);
        if (!TakesAsProbabilities(least, greatest))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"ReconstructionError.BinaryCrossEntropy needs features between 0 and 1, but one is {(least < 0 ? least : greatest)}. ")
                + "Scale them (NormalizeMinMax) or use ReconstructionError.MeanSquared.");
        }
        Tensor targets = context.Input;
        if (least < 0)
            targets = engine.ClampMin(targets, 0);
        if (greatest > 1)
            targets = -engine.ClampMin(-targets, -1);
        return engine.BinaryCrossEntropyWithLogits(output, targets);
    }

    /// <summary>Whether the binary cross-entropy accepts features in this range.</summary>
    internal static bool TakesAsProbabilities(float least, float greatest) => least >= -Rounding && greatest <= 1 + Rounding;
}
