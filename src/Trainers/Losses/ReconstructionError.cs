namespace Disentangle.ML.Trainers;

/// <summary>The error of a reconstruction x̂ of the input x.</summary>
public enum ReconstructionError
{
    /// <summary>-[x log x̂ + (1-x) log(1-x̂)] with x̂ = σ(output), for features between 0 and 1.</summary>
    BinaryCrossEntropy,

    /// <summary>(x - x̂)² with x̂ = output, for any features.</summary>
    MeanSquared,

    /// <summary>
    /// <see cref="BinaryCrossEntropy"/> if all features of the training rows lie between 0 and 1, otherwise <see cref="MeanSquared"/>.
    /// </summary>
    Auto,
}
