using static System.FormattableString;

namespace Disentangle.ML.Evaluators;

/// <summary>A score over several runs.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">The standard deviation of the sample, with divisor n - 1; 0 for one run.</param>
/// <param name="Best">The best: the largest, or the smallest for scores where less is better.</param>
public readonly record struct ScoreSummary(double Mean, double StandardDeviation, double Best)
{
    /// <summary>Summarises the values of a score.</summary>
    /// <param name="values">One value for each run, each finite.</param>
    /// <param name="moreIsBetter">Whether the largest is the best.</param>
    /// <exception cref="ArgumentException">There are no values, or one is NaN or infinite.</exception>
    public static ScoreSummary Of(IReadOnlyList<double> values, bool moreIsBetter = true)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
            throw new ArgumentException("There are no values to summarise.", nameof(values));
        for (int i = 0; i < values.Count; i++)
        {
            if (!double.IsFinite(values[i]))
                throw new ArgumentException(Invariant($"Value {i} (counted from 0) is {values[i]}; scores to summarise are finite."),
                    nameof(values));
        }
        double largest = values.Max(Math.Abs);
        if (largest == 0)
            return default;
        // With the largest value near 1, sums and squares neither overflow nor vanish; a power of two costs no digit.
        double scale = Math.ScaleB(1, Math.ILogB(largest));
        double mean = values.Average(x => x / scale);
        double squares = values.Sum(x => (x / scale - mean) * (x / scale - mean));
        double deviation = values.Count == 1 ? 0 : Math.Sqrt(squares / (values.Count - 1));
        return new(scale * mean, scale * deviation, moreIsBetter ? values.Max() : values.Min());
    }
}
