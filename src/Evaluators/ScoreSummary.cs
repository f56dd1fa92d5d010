using static System.FormattableString;

namespace Disentangle.ML.Evaluators;

/// <summary>The summary of a score over several runs.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">The sample standard deviation, with divisor n - 1; 0 for one run.</param>
/// <param name="Best">The best value: the largest, or the smallest for scores where lower is better.</param>
public readonly record struct ScoreSummary(double Mean, double StandardDeviation, double Best)
{
    /// <summary>Summarises the values of a score.</summary>
    /// <param name="values">One finite value per run.</param>
    /// <param name="moreIsBetter">Whether higher values are better.</param>
    /// <exception cref="ArgumentException">There are no values, or one is NaN or infinite.</exception>
    public static ScoreSummary Of(IReadOnlyList<double> values, bool moreIsBetter = true)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
            throw new ArgumentException("values is empty; it must have at least one value.", nameof(values));
        for (int i = 0; i < values.Count; i++)
        {
            if (!double.IsFinite(values[i]))
                throw new ArgumentException(Invariant($"Value {i} (from 0) is {values[i]}; it must be finite."),
                    nameof(values));
        }
        double largest = values.Max(Math.Abs);
        if (largest == 0)
            return default;
        // With the largest value near 1, sums and squares neither overflow nor underflow; scaling by a power of two is exact.
        double scale = Math.ScaleB(1, Math.ILogB(largest));
        double mean = values.Average(x => x / scale);
        double squares = values.Sum(x => (x / scale - mean) * (x / scale - mean));
        double deviation = values.Count == 1 ? 0 : Math.Sqrt(squares / (values.Count - 1));
        return new(scale * mean, scale * deviation, moreIsBetter ? values.Max() : values.Min());
    }
}
