namespace Disentangle.ML.Trainers;

/// <summary>What a checkpoint holds besides numbers in bulk.</summary>
internal sealed record CheckpointHeader(
    string Settings, string Data, int Seed, IReadOnlyList<TrainingProgress> History,
    int BestEpoch, double BestValue, long StepCount, ulong[] RandomState, int[] Memories, string? Prepared);
