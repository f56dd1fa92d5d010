namespace Disentangle.ML.Evaluators;

/// <summary>A score over several runs.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">The standard deviation of the sample, with divisor n - 1; 0 for one run.</param>
/// <param name="Best">The best: the largest, or the smallest for scores where less is better.</param>
public readonly record struct ScoreSummary(double Mean, double StandardDeviation, double Best)
{
    /// <summary>Summarises the values of a score.</summary>
    /// <param name="values">One value for each run.</param>
    /// <param name="moreIsBetter">Whether the largest is the best.</param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static ScoreSummary Of(IReadOnlyList<double> values, bool moreIsBetter = true)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
            throw new ArgumentException("There are no values to summarise.", nameof(values));
        double mean = values.Average();
        double squares = values.Sum(x => (x - mean) * (x - mean));
        return new(mean, values.Count == 1 ? 0 : Math.Sqrt(squares / (values.Count - 1)), moreIsBetter ? values.Max() : values.Min());
    }
}
