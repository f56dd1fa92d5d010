namespace Disentangle.ML.Trainers;

/// <summary>The posteriors of a batch.</summary>
/// <param name="Style">The style: what classes have in common.</param>
/// <param name="Content">The content: what distinguishes classes.</param>
public sealed record VariationalCode(GaussianCode Style, GaussianCode Content);
