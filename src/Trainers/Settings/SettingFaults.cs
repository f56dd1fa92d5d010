using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>Common checks of settings. Each describes every invalid setting in one sentence.</summary>
internal static class SettingFaults
{
    /// <summary>Throws one exception that lists all invalid settings, if there are any.</summary>
    public static void Throw(IEnumerable<string> found)
    {
        string[] faults = [.. found];
        if (faults.Length == 1)
            throw new ArgumentException(faults[0]);
        if (faults.Length > 1)
        {
            string list = string.Concat(faults.Select(fault => $"{Environment.NewLine}- {fault}"));
            throw new ArgumentException($"The options have {faults.Length} errors:{list}");
        }
    }

    public static IEnumerable<string> AtLeast(int minimum, string name, int value)
    {
        if (value < minimum)
            yield return $"{name} is {value}; it must be at least {minimum}.";
    }

    public static IEnumerable<string> Defined<T>(string name, T value) where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            yield return $"{name} is {value}; it must be one of {string.Join(", ", Enum.GetNames<T>())}.";
    }

    public static IEnumerable<string> LayerSizes(string name, IReadOnlyList<int> sizes)
    {
        if (sizes.Any(size => size < 1))
            yield return $"{name} is [{string.Join(", ", sizes)}]; every layer must have at least 1 neuron.";
    }

    public static IEnumerable<string> DropoutRate(string name, float rate)
    {
        if (!(rate >= 0 && rate < 1))
            yield return Invariant($"{name} is {rate}; it must be 0 or more and less than 1.");
    }
}
