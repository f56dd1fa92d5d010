namespace Papers;

/// <summary>A line of a results file: what one run found.</summary>
/// <param name="Experiment">The experiment with all its settings but the number of seeds.</param>
/// <param name="Method">The method.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Scores">The scores.</param>
/// <param name="Seconds">The duration.</param>
/// <param name="Machine">The processor and the number of cores.</param>
/// <param name="Finished">When the run finished, in UTC.</param>
public sealed record FinishedRun(
    string Experiment, string Method, int Seed, Score[] Scores, double Seconds, string Machine, DateTime Finished);
