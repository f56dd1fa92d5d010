namespace Mortality;

/// <summary>The first 48 hours of a patient in intensive care.</summary>
public sealed class Stay(int record)
{
    public const int Hours = 48;

    public int Record { get; } = record;

    /// <summary>In years; null if unknown.</summary>
    public double? Age { get; private set; }

    /// <summary>1 for men, 0 for women; null if unknown.</summary>
    public double? Gender { get; private set; }

    /// <summary>In cm; null if unknown.</summary>
    public double? Height { get; private set; }

    public IcuType IcuType { get; private set; }

    /// <summary>Whether the patient died in hospital.</summary>
    public bool Died { get; set; }

    private readonly (double Sum, int Count)[,] _hourly = new (double, int)[Hours, Variable.All.Count];

    /// <summary>The mean of a variable's measurements in an hour; without one, the variable's <see cref="Variable.Absent"/>.</summary>
    public double? this[int hour, int variable] =>
        _hourly[hour, variable] is { Count: > 0 } measured ? measured.Sum / measured.Count : Variable.All[variable].Absent;

    /// <summary>Records a measurement. Negative values mean unknown and are ignored.</summary>
    /// <param name="minute">Minutes since admission. The last hour includes its end.</param>
    /// <param name="parameter">Its name in the files.</param>
    /// <param name="value">Its value.</param>
    public void Add(int minute, string parameter, double value)
    {
        if (value < 0)
            return;
        switch (parameter)
        {
            case "Age":
                Age = value;
                break;
            case "Gender":
                Gender = value;
                break;
            case "Height":
                Height = value;
                break;
            case "ICUType":
                IcuType = (IcuType)value;
                break;
            default:
                if (Variable.Indices.TryGetValue(parameter, out int variable))
                {
                    ref (double Sum, int Count) hour = ref _hourly[Math.Min(minute / 60, Hours - 1), variable];
                    hour = (hour.Sum + value, hour.Count + 1);
                }
                break;
        }
    }
}

public enum IcuType
{
    Unknown,
    Coronary,
    CardiacSurgery,
    Medical,
    Surgical,
}
