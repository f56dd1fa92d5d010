using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;

/// <summary>
/// Keeps embeddings at a distance R from the origin: L = 1/N Σ_i (|h_i| - R)².
/// Zheng, Pal and Savvides, "Ring loss" (2018).
/// </summary>
public sealed record RingLoss : ILoss
{
    public string Name => "ring";

    /// <summary>R, greater than 0. Default 1.</summary>
    public float Radius { get; init; } = 1;

    public IEnumerable<string> Faults()
    {
        if (!(Radius > 0))
            yield return $"The radius of the ring loss is {Radius}; it must be greater than 0.";
    }

    public Tensor Compute(LossContext context)
    {
        Engine engine = context.Engine;
        Tensor squares = engine.Sum(engine.Square(context.Embedding.Output), axis: 1);
        Tensor lengths = engine.Sqrt(squares + 1e-12f);     // keeps the gradient of the root finite at 0
        return engine.Mean(engine.Square(lengths - Radius));
    }
}
