using System.Globalization;

namespace Disentangle.ML.Tool;

/// <summary>What a field of a CSV file means.</summary>
internal static class Field
{
    private static readonly HashSet<string> Missing = new(["", "NA", "N/A", "NaN", "null", "?"], StringComparer.OrdinalIgnoreCase);

    public static bool IsMissing(string field) => Missing.Contains(field);

    /// <summary>Reads a finite number with a decimal point; a missing one is NaN.</summary>
    public static bool TryNumber(string field, out float number)
    {
        if (IsMissing(field))
        {
            number = float.NaN;
            return true;
        }
        return float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && float.IsFinite(number);
    }
}
