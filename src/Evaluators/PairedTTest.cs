using MathNet.Numerics.Distributions;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// The paired two-tailed t-test (Student 1908): do two methods differ, given one score of each for every seed or data set? Assumes
/// independent, normally distributed differences.
/// </summary>
/// <param name="MeanDifference">The mean of first - second.</param>
/// <param name="T">
/// mean / (standard deviation of the differences / √n); ±∞ if all differences are equal and not 0, and 0 if all are 0.
/// </param>
/// <param name="DegreesOfFreedom">n - 1.</param>
/// <param name="PValue">The probability, 0 to 1, of a |t| at least as large if the methods do not differ.</param>
public sealed record PairedTTest(double MeanDifference, double T, int DegreesOfFreedom, double PValue)
{
    /// <summary>Compares the scores of two methods.</summary>
    /// <param name="first">The scores of one method.</param>
    /// <param name="second">The scores of the other, in the same order.</param>
    /// <exception cref="ArgumentException">The lists differ in length or have fewer than two scores, or a score is not finite.</exception>
    public static PairedTTest Compare(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count != second.Count || first.Count < 2)
        {
            throw new ArgumentException(
                $"A paired test needs two lists of the same length of at least 2; they have {first.Count} and {second.Count} scores.",
                nameof(second));
        }
        double[] differences = [.. first.Zip(second, (x, y) => x - y)];
        int wrong = Array.FindIndex(differences, d => !double.IsFinite(d));
        if (wrong >= 0)
            throw new ArgumentException(
                $"The scores at index {wrong} (from 0) are {first[wrong]} and {second[wrong]}; both must be finite.", nameof(first));

        ScoreSummary summary = ScoreSummary.Of(differences);
        double t = summary.Mean == 0 ? 0 : summary.Mean / (summary.StandardDeviation / Math.Sqrt(differences.Length));
        int freedom = differences.Length - 1;
        return new(summary.Mean, t, freedom, Math.Min(1, 2 * StudentT.CDF(0, 1, freedom, -Math.Abs(t))));
    }
}
