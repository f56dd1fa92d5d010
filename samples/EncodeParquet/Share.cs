using System.Globalization;

namespace EncodeParquet;

/// <summary>One of several parts of the work, of which each process takes one: "2/4" is the second of four.</summary>
public readonly record struct Share(int Number, int Count)
{
    public static bool TryParse(string text, out Share share)
    {
        string[] parts = text.Split('/');
        share = default;
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) || number < 1 || number > count)
        {
            return false;
        }
        share = new Share(number, count);
        return true;
    }

    /// <summary>The part of so many items: neighbours, so that the shares one after the other are all items in their order.</summary>
    public Range Of(int items) => (int)((long)items * (Number - 1) / Count)..(int)((long)items * Number / Count);
}
