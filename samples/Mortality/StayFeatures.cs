using MathNet.Numerics.Statistics;

namespace Mortality;

/// <summary>
/// Stays as sequences of 48 hours. Each hour has, for every variable, the last known value, standardised (0, the mean, before the
/// first), and whether it was measured in that hour; then the constants age, gender, height and kind of ICU. Limits, means and
/// deviations come from the training stays.
/// </summary>
public sealed class StayFeatures
{
    // Most values beyond these quantiles are typing errors: a pH of 735, 0 mmHg.
    private const double Tail = 0.005;

    private readonly Scale[] _scales;
    private readonly Scale _age;
    private readonly Scale _height;

    public StayFeatures(IReadOnlyList<Stay> training)
    {
        _scales = [.. Enumerable.Range(0, Variable.All.Count).Select(variable => new Scale(training.SelectMany(
            stay => Enumerable.Range(0, Stay.Hours).Select(hour => stay[hour, variable]))))];
        _age = new Scale(training.Select(stay => stay.Age));
        _height = new Scale(training.Select(stay => stay.Height));
    }

    /// <summary>The number of values in an hour.</summary>
    public static int StepSize => 2 * Variable.All.Count + 3 + Enum.GetValues<IcuType>().Length - 1;

    /// <summary>The hours in order, as one vector.</summary>
    public float[] Of(Stay stay)
    {
        int variables = Variable.All.Count;
        var steps = new float[Stay.Hours * StepSize];
        for (int hour = 0; hour < Stay.Hours; hour++)
        {
            Span<float> step = steps.AsSpan(hour * StepSize, StepSize);
            for (int variable = 0; variable < variables; variable++)
            {
                double? value = stay[hour, variable];
                step[variable] = value is { } measured ? _scales[variable].Apply(measured)
                    : hour > 0 ? steps[(hour - 1) * StepSize + variable]
                    : 0;
                step[variables + variable] = value is null ? 0 : 1;
            }
            Span<float> constant = step[(2 * variables)..];
            constant[0] = stay.Age is { } age ? _age.Apply(age) : 0;
            constant[1] = (float)((stay.Gender ?? 0.5) * 2 - 1);
            constant[2] = stay.Height is { } height ? _height.Apply(height) : 0;
            if (stay.IcuType != IcuType.Unknown)
                constant[2 + (int)stay.IcuType] = 1;
        }
        return steps;
    }

    private sealed class Scale
    {
        private readonly double _low;
        private readonly double _high;
        private readonly double _mean;
        private readonly double _deviation;

        public Scale(IEnumerable<double?> known)
        {
            double[] values = [.. known.OfType<double>().Order()];
            if (values.Length == 0)
                return;
            (_low, _high) = (SortedArrayStatistics.Quantile(values, Tail), SortedArrayStatistics.Quantile(values, 1 - Tail));
            for (int i = 0; i < values.Length; i++)
                values[i] = Math.Clamp(values[i], _low, _high);
            (_mean, _deviation) = ArrayStatistics.MeanStandardDeviation(values);
        }

        public float Apply(double value) => _deviation > 0 ? (float)((Math.Clamp(value, _low, _high) - _mean) / _deviation) : 0;
    }
}
