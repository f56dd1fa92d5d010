using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>How a reconstruction x̂ is compared with the input x.</summary>
public enum ReconstructionError
{
    /// <summary>-[x log x̂ + (1-x) log(1-x̂)] with x̂ = σ(output), for features between 0 and 1.</summary>
    BinaryCrossEntropy,

    /// <summary>(x - x̂)² with x̂ = output, for any features.</summary>
    MeanSquared,
}

/// <summary>What an autoencoder loses: the mean over all features of a batch of the error between input and reconstruction. Needs no labels.</summary>
public sealed record ReconstructionLoss : ILoss
{
    /// <inheritdoc/>
    public string Name => "reconstruction";

    /// <summary>Default: binary cross-entropy.</summary>
    public ReconstructionError Error { get; init; }

    /// <inheritdoc/>
    public LossNeeds Needs => LossNeeds.Decoder;

    /// <inheritdoc/>
    public IEnumerable<string> Faults() => SettingFaults.Defined($"Error of {Name}", Error);

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">A feature is not between 0 and 1, and the error is the binary cross-entropy.</exception>
    public Tensor Compute(LossContext context)
    {
        Engine engine = context.Engine;
        Tensor output = context.Reconstruction.Output;
        if (Error == ReconstructionError.MeanSquared)
            return engine.Mean(engine.Square(output - engine.Constant(output.Shape, context.Features)));

        float least = System.Numerics.Tensors.TensorPrimitives.Min(context.Features), greatest = System.Numerics.Tensors.TensorPrimitives.Max(context.Features);
        if (least < 0 || greatest > 1)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"A reconstruction by binary cross-entropy needs features between 0 and 1, and one is {(least < 0 ? least : greatest)}. ")
                + "Scale them (NormalizeMinMax) or use ReconstructionError.MeanSquared.");
        }
        return engine.BinaryCrossEntropyWithLogits(output, context.Features);
    }
}
