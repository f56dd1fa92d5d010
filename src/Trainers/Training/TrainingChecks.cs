using System.Runtime.InteropServices;
using Disentangle.ML.Tensors;
using static System.FormattableString;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Detects training runs that finish without an error but produce nothing useful. Each check returns a warning, or null.
/// </summary>
internal static class TrainingChecks
{
    /// <summary>The number of rows to check.</summary>
    public const int SampleSize = 512;

    private const double MaximumDeviationRatio = 100;
    private const double LargeLoss = 1000;
    private const double Worse = 0.1;
    private const double SameEmbedding = 1e-5;

    /// <summary>Returns evenly spaced rows, or all if there are few.</summary>
    public static RowStore Sample(RowStore rows)
    {
        if (rows.Count <= SampleSize)
            return rows;
        var sample = new RowStore();
        for (int i = 0; i < SampleSize; i++)
        {
            int row = (int)((long)i * rows.Count / SampleSize);
            ReadOnlySpan<float> features = rows.Features(row);
            features.CopyTo(sample.Add(rows.Label(row), features.Length));
        }
        return sample;
    }

    /// <summary>Warns if feature scales differ so much that the largest features dominate.</summary>
    /// <param name="sample">Rows as the network sees them.</param>
    /// <param name="width">Features in a row, or in a step.</param>
    /// <param name="scaling">The scaling of the features.</param>
    public static string? Scale(RowStore sample, int width, FeatureScaling scaling)
    {
        if (scaling.Kind is not (FeatureScalingKind.AsGiven or FeatureScalingKind.Common) || sample.Count == 0)
            return null;
        FeatureStatistics statistics = FeatureStatistics.Of(sample, width, CancellationToken.None);
        if (InputScaling.Choose(statistics).Kind != FeatureScalingKind.Standardized)
            return null;
        double[] deviations = [.. statistics.Variances.Select(Math.Sqrt)];
        double largest = deviations.Max(), smallest = deviations.Where(deviation => deviation > 0).Min();
        return largest < MaximumDeviationRatio * smallest
            ? null
            : "The features are not on one scale: the standard deviation of "
                + Invariant($"feature {Array.IndexOf(deviations, largest)} is {largest:G3}, ")
                + Invariant($"that of feature {Array.IndexOf(deviations, smallest)} is {smallest:G3}, and Scaling is {scaling}. ")
                + "The largest features dominate; use FeatureScaling.Standardized.";
    }

    /// <summary>Warns if a loss that grows with the features is in the thousands in the first epoch.</summary>
    public static string? Magnitude(Objective objective, TrainingProgress first)
    {
        foreach (WeightedLoss term in objective.Terms)
        {
            bool growsWithFeatures = term.Loss
                is CrossEntropyLoss or ReconstructionLoss or CenterLoss or DeCovLoss or XCovLoss or GaussianCorelLoss;
            double loss = first.Terms[term.Loss.Name];
            if (growsWithFeatures && loss >= LargeLoss)
            {
                return Invariant($"The loss '{term.Loss.Name}' is {loss:G4} in the first epoch; are the features scaled? ")
                    + "Use FeatureScaling.Standardized or scale them beforehand.";
            }
        }
        return null;
    }

    /// <summary>Warns if a loss is higher after training than at the start.</summary>
    /// <param name="terms">The terms of the objective.</param>
    /// <param name="isAnnealed">Whether a term changes from epoch to epoch, so that its values cannot be compared.</param>
    /// <param name="outcome">The outcome of training.</param>
    /// <param name="learningRate">For the message.</param>
    public static string? Progress(IReadOnlyList<LossTerm> terms, Func<int, bool> isAnnealed, TrainingOutcome outcome, float learningRate)
    {
        IReadOnlyDictionary<string, double> start = outcome.Start ?? outcome.History[0].Terms;
        IReadOnlyDictionary<string, double> end = outcome.History[outcome.BestEpoch - 1].Terms;
        (double before, double after) = (Sum(start, _ => true), Sum(end, _ => true));
        bool isWorse = IsWorse(before, after)
            && (!terms.Where((_, t) => isAnnealed(t)).Any() || IsWorse(Sum(start, t => !isAnnealed(t)), Sum(end, t => !isAnnealed(t))));
        if (isWorse)
        {
            return "Training made the loss worse: it was "
                + Invariant($"{before:G4} in the first batch and is {after:G4} in epoch {outcome.BestEpoch}. ")
                + Invariant($"LearningRate is {learningRate}; a smaller one usually helps.");
        }
        return outcome.History.All(epoch => epoch.GradientNorm == 0)
            ? "The gradient was 0 in every step: the objective does not depend on the weights, so the network did not change."
            : null;

        double Sum(IReadOnlyDictionary<string, double> values, Func<int, bool> counts) =>
            terms.Select((term, t) => counts(t) ? term.Weight * values[term.Name] : 0).Sum();
        static bool IsWorse(double before, double after) => after > before + Worse * Math.Abs(before);
    }

    /// <summary>Warns if all or most distinct rows have the same embedding.</summary>
    /// <param name="engine">Computes the embeddings.</param>
    /// <param name="encoder">The trained encoder.</param>
    /// <param name="sample">Rows as the network sees them.</param>
    /// <param name="batchSize">The number of rows to encode together.</param>
    public static string? Collapse(Engine engine, Encoder encoder, RowStore sample, int batchSize)
    {
        int[] different = [.. Enumerable.Range(0, sample.Count)
            .DistinctBy(row => Convert.ToBase64String(MemoryMarshal.AsBytes<float>(sample.Features(row))))];
        if (different.Length < 2)
        {
            return sample.Count < 2 ? null
                : $"All {sample.Count} checked rows have the same features, so their embeddings are the same and cannot be clustered.";
        }
        int size = encoder.EmbeddingSize;
        var embeddings = new float[different.Length * size];
        var batch = new RowBatch(encoder.ScaledInput);
        for (int start = 0; start < different.Length; start += batchSize)
        {
            batch.Clear();
            foreach (int row in different.Skip(start).Take(batchSize))
                batch.Add(sample.Features(row));
            using IDisposable step = engine.BeginStep(training: false);
            encoder.Forward(engine, batch.ToInput(engine))[^1].Output.CopyTo(embeddings.AsSpan(start * size, batch.Count * size));
        }
        // If more than half of the rows are at one point, that point is the median of each coordinate.
        var median = new float[size];
        var column = new float[different.Length];
        for (int j = 0; j < size; j++)
        {
            for (int i = 0; i < column.Length; i++)
                column[i] = embeddings[i * size + j];
            Array.Sort(column);
            median[j] = column[column.Length / 2];
        }
        double tolerance = SameEmbedding * Math.Sqrt(TensorPrimitives.SumOfSquares<float>(embeddings) / different.Length);
        int same = Enumerable.Range(0, different.Length)
            .Count(i => TensorPrimitives.Distance<float>(embeddings.AsSpan(i * size, size), median) <= tolerance);
        return same <= different.Length / 2
            ? null
            : $"The embedding has collapsed: {same} of {different.Length} distinct rows have the same one, "
                + "so clustering cannot distinguish them. A smaller LearningRate, scaled features, "
                + "an activation other than ReLU for the embedding, or more cross-entropy usually helps.";
    }
}
