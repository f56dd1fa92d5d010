using System.Numerics.Tensors;
using Disentangle.ML.Tensors;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>Trains <see cref="JointAutoencoder"/>s.</summary>
public static class JointAutoencoderTrainer
{
    /// <summary>Trains new joint autoencoders.</summary>
    /// <param name="data">The two sets.</param>
    /// <param name="options">The settings.</param>
    /// <param name="seed">The seed if <see cref="TrainingOptions.Seed"/> is null.</param>
    /// <param name="onEpoch">Called after every epoch, before <see cref="TrainingOptions.Progress"/>.</param>
    /// <param name="onWarning">Called with each of <see cref="JointTrainingResult.Warnings"/> as soon as it occurs.</param>
    /// <param name="onMessage">Receives log messages, such as the device in use.</param>
    /// <exception cref="ArgumentException">The options are invalid or do not match the data.</exception>
    /// <exception cref="InvalidDataException">
    /// The size of rows differs from the images of their network, pixels are not between 0 and 1, labels are not classes, there are too few
    /// rows or classes, or the checkpoint is damaged or belongs to another training.
    /// </exception>
    /// <exception cref="DirectoryNotFoundException">The folder of the checkpoint does not exist.</exception>
    /// <exception cref="NonFiniteLossException">A loss or its gradient became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The cancellation token was cancelled before the first epoch finished.</exception>
    /// <exception cref="TimeoutException">
    /// <see cref="TrainingOptions.MaximumTime"/> was reached before the first epoch finished.
    /// </exception>
    public static JointTrainingResult Train(
        JointTrainingData data, JointTrainingOptions options, int seed, Action<TrainingProgress>? onEpoch = null,
        Action<string>? onWarning = null, Action<string>? onMessage = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        options.RequireValidation(data.Validation is not null);
        Check(data.Primary, JointSide.Primary, data.ClassCount, options);
        if (options.Mode != JointMode.Single)
            Check(data.Auxiliary, JointSide.Auxiliary, data.ClassCount, options);
        int labels = Enumerable.Range(0, data.Primary.Count).Select(data.Primary.Label).Where(label => label >= 0).Distinct().Count();
        if (labels < 2)
            throw new InvalidDataException($"The primary rows have labels of {labels} classes; training needs at least two.");

        var warnings = new TrainingWarnings(onWarning);
        if (labels < data.ClassCount)
            warnings.Add($"Of the {data.ClassCount} classes, {labels} have primary rows.");

        seed = options.Seed ?? seed;
        using Engine engine = options.Device.CreateEngine(options.Threads, seed, onMessage);
        var model = new JointAutoencoder(engine, options, data.ClassCount, seed);
        var task = new JointTask(engine, model, data, options, onMessage);
        TrainingOutcome outcome = new TrainingLoop<JointBatch>(engine, task, options, seed, onEpoch).Run();
        warnings.Add(TrainingChecks.Progress(task.Terms, _ => false, outcome, options.LearningRate));
        return new JointTrainingResult(model.On(WeightStore.Engine), outcome.History, outcome.StopReason,
            outcome.BestEpoch) { Warnings = warnings.All };
    }

    private static void Check(RowStore rows, JointSide side, int classCount, JointTrainingOptions options)
    {
        ImageSize image = options.Network(side).Image;
        if (rows.Count == 0)
            throw new InvalidDataException($"There are no {Name(side)} rows.");
        for (int row = 0; row < rows.Count; row++)
        {
            ReadOnlySpan<float> features = rows.Features(row);
            if (features.Length != image.Length)
            {
                throw new InvalidDataException(
                    $"Row {row} (from 0) of the {Name(side)} set has {features.Length} values; "
                    + $"{side}.Image is {image} = {image.Length} (height x width x channels).");
            }
            if (rows.Label(row) >= classCount)
            {
                throw new InvalidDataException(
                    $"Row {row} (from 0) of the {Name(side)} set has the label {rows.Label(row)}; the classes are 0 to {classCount - 1}.");
            }
            if (options.Mode != JointMode.Joint)
                continue;
            float least = TensorPrimitives.Min(features), greatest = TensorPrimitives.Max(features);
            if (!(least >= 0 && greatest <= 1))
            {
                throw new InvalidDataException(Invariant(
                    $"Row {row} (from 0) of the {Name(side)} set has the value {(least < 0 ? least : greatest)}. ")
                    + "The reconstruction needs values between 0 and 1; scale them (NormalizeMinMax).");
            }
        }
    }

    private static string Name(JointSide side) => side == JointSide.Primary ? "primary" : "auxiliary";
}
