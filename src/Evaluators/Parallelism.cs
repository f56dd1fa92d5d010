namespace Disentangle.ML.Evaluators;

/// <summary>The degree of parallelism of a loop.</summary>
internal static class Parallelism
{
    /// <param name="threads">The maximum number of threads; 0 for the number of cores.</param>
    /// <param name="cancellation">Cancels the loop.</param>
    public static ParallelOptions Of(int threads, CancellationToken cancellation = default) => new()
    {
        MaxDegreeOfParallelism = threads == 0 ? Environment.ProcessorCount : threads,
        CancellationToken = cancellation,
    };
}
