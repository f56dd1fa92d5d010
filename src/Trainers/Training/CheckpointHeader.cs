namespace Disentangle.ML.Trainers;

/// <summary>The header of a checkpoint: everything except the arrays.</summary>
internal sealed record CheckpointHeader(
    string Settings, string Data, int Seed, IReadOnlyList<TrainingProgress> History,
    int BestEpoch, double BestValue, long StepCount, ulong[] RandomState, int[] Memories, string? Prepared);
