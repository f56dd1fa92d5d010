using Disentangle.ML.Trainers;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Transforms;

/// <summary>What the estimators say in the log.</summary>
internal static class TrainingLog
{
    /// <summary>Why training ended, if it did before its last epoch.</summary>
    public static void InfoEnd(this IChannel channel, IReadOnlyList<TrainingProgress> history, StopReason reason, int bestEpoch)
    {
        if (reason != StopReason.Completed)
            channel.Info(MessageSensitivity.None, $"Training ended after {history.Count} epochs ({reason}); the weights are those of epoch {bestEpoch}.");
    }
}
