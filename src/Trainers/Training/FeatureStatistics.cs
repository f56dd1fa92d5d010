using System.Numerics.Tensors;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>The mean, variance and range of each feature over rows, or over the steps of sequences.</summary>
internal sealed class FeatureStatistics
{
    private FeatureStatistics(int width) =>
        (Means, Variances, Minima, Maxima) = (new double[width], new double[width], new double[width], new double[width]);

    public double[] Means { get; }

    /// <summary>With divisor N; exactly 0 for a constant feature.</summary>
    public double[] Variances { get; }

    public double[] Minima { get; }

    public double[] Maxima { get; }

    public IEnumerable<double> Ranges => Maxima.Zip(Minima, (maximum, minimum) => maximum - minimum);

    /// <exception cref="InvalidDataException">The difference of two values of a feature overflows single precision.</exception>
    public void RequireSpan()
    {
        for (int f = 0; f < Means.Length; f++)
        {
            if (Maxima[f] - Minima[f] > float.MaxValue)
            {
                throw new InvalidDataException(Invariant(
                    $"Feature {f} is from {Minima[f]:G3} to {Maxima[f]:G3}; ")
                    + Invariant($"the largest difference that can be scaled is {float.MaxValue:G3}."));
            }
        }
    }

    public static FeatureStatistics Of(IRowSource rows, int width, CancellationToken token)
    {
        var statistics = new FeatureStatistics(width);
        Array.Fill(statistics.Minima, double.PositiveInfinity);
        Array.Fill(statistics.Maxima, double.NegativeInfinity);
        // Sums of differences from the first row are accurate even for features far from 0.
        double[]? origin = null;
        double[] step = new double[width], sums = new double[width], squares = new double[width];
        long count = 0;
        using (IRowCursor cursor = rows.Open())
        {
            for (long row = 0; cursor.MoveNext(); row++)
            {
                token.ThrowIfCancellationRequested();
                ReadOnlySpan<float> features = cursor.ReadFeatures();
                if (features.Length % width != 0)
                {
                    throw new ArgumentException(
                        $"Row {row} (from 0) has {features.Length} values; expected {width}.", nameof(rows));
                }
                for (int start = 0; start < features.Length; start += width, count++)
                {
                    TensorPrimitives.ConvertChecked(features.Slice(start, width), step);
                    TensorPrimitives.Min(statistics.Minima, step, statistics.Minima);
                    TensorPrimitives.Max(statistics.Maxima, step, statistics.Maxima);
                    origin ??= [.. step];
                    TensorPrimitives.Subtract(step, origin, step);
                    TensorPrimitives.Add(sums, step, sums);
                    TensorPrimitives.MultiplyAdd(step, step, squares, squares);
                }
            }
        }
        if (origin is null)
            throw new InvalidDataException("There are no training rows.");
        for (int f = 0; f < width; f++)
        {
            double mean = sums[f] / count;
            statistics.Means[f] = origin[f] + mean;
            statistics.Variances[f] = statistics.Minima[f] == statistics.Maxima[f] ? 0 : Math.Max(0, squares[f] / count - mean * mean);
        }
        return statistics;
    }
}
