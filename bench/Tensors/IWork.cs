namespace Disentangle.ML.Tensors.Bench;

/// <summary>The sizes of what a benchmark computes.</summary>
internal interface IWork
{
    /// <summary>Multiplications and additions.</summary>
    double Operations { get; }
}
