using MathNet.Numerics.Distributions;

namespace Disentangle.ML.Evaluators;

/// <summary>How the mean of a feature in a cluster differs from its mean in all other rows.</summary>
/// <param name="Feature">
/// The column; for a vector the column and its slot, <c>Pixels.12</c>; for texts and keys the column and its value, <c>Colour = red</c>,
/// and the means are shares.
/// </param>
/// <param name="Mean">The mean in the cluster.</param>
/// <param name="OtherMean">The mean in all other rows.</param>
/// <param name="Difference">
/// The standardised mean difference (Hedges' g): (mean - other mean) / s · (1 - 3 / (4N - 9)), where s is the pooled standard deviation and
/// N the number of rows. Infinite where the feature does not vary within the two groups.
/// </param>
/// <param name="Lower">The lower end of its confidence interval.</param>
/// <param name="Upper">The upper end of its confidence interval.</param>
/// <param name="Rows">The rows of the cluster in which the feature is known.</param>
/// <param name="OtherRows">The other rows in which it is known.</param>
public sealed record FeatureDifference(
    string Feature, double Mean, double OtherMean, double Difference, double Lower, double Upper, int Rows, int OtherRows)
{
    /// <summary>
    /// The variance of g is (n + m) / (nm) + g² / (2 (n + m - 3.94)) (Hedges 1982), its distribution about normal.
    /// </summary>
    /// <param name="feature">The name of the feature.</param>
    /// <param name="own">The moments of the cluster, of values divided by the unit.</param>
    /// <param name="others">Those of all other rows.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="confidence">The level of the interval.</param>
    internal static FeatureDifference Of(string feature, Moments own, Moments others, double unit, double confidence)
    {
        double mean = own.Mean * unit, otherMean = others.Mean * unit;
        double n = own.Count, m = others.Count, difference = own.Mean - others.Mean;
        double deviation = Math.Sqrt((own.Squares + others.Squares) / (n + m - 2));
        if (deviation == 0 && difference != 0)
        {
            double infinite = double.CopySign(double.PositiveInfinity, difference);
            return new(feature, mean, otherMean, infinite, infinite, infinite, own.Count, others.Count);
        }
        double g = difference == 0 ? 0 : difference / deviation * (1 - 3 / (4 * (n + m) - 9));
        double error = Math.Sqrt((n + m) / (n * m) + g * g / (2 * (n + m - 3.94)));
        double margin = Normal.InvCDF(0, 1, (1 + confidence) / 2) * error;
        return new(feature, mean, otherMean, g, g - margin, g + margin, own.Count, others.Count);
    }
}
