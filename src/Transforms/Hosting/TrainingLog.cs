using Disentangle.ML.Trainers;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Transforms;

/// <summary>The estimators' log messages.</summary>
internal static class TrainingLog
{
    /// <summary>Logs why training stopped, if it stopped before the last epoch.</summary>
    public static void InfoEnd(this IChannel channel, IReadOnlyList<TrainingProgress> history, StopReason reason, int bestEpoch)
    {
        if (reason != StopReason.Completed)
            channel.Info(MessageSensitivity.None,
                $"Training stopped after {history.Count} epochs ({reason}); the weights are from epoch {bestEpoch}.");
    }
}
