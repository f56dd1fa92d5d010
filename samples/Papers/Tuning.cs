namespace Papers;

/// <summary>How to choose λ.</summary>
/// <param name="Lambdas">The values to try, ascending.</param>
/// <param name="Seeds">The number of runs for each.</param>
internal sealed record Tuning(float[] Lambdas, int Seeds)
{
    /// <summary>The paper's values: 0.05, 0.10, ..., 1.</summary>
    public static float[] Grid { get; } = [.. Enumerable.Range(1, 20).Select(i => i / 20f)];
}
