using System.Text.Json.Serialization;

namespace WebApi;

/// <summary>Digits to cluster.</summary>
/// <param name="Rows">784 pixels from 0 to 1 each, row after row of the image.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ClusterRequest([property: JsonRequired] float[][] Rows)
{
    public const int MaximumRows = 1000;

    /// <summary>What is wrong with the request, by the place where it is; empty where nothing is.</summary>
    public Dictionary<string, string[]> Faults()
    {
        var faults = new Dictionary<string, string[]>();
        if (Rows is not { Length: >= 1 and <= MaximumRows })
            faults["rows"] = [$"There are {Rows?.Length ?? 0} rows; 1 to {MaximumRows} are taken."];
        for (int i = 0; i < Rows?.Length && faults.Count < 10; i++)
        {
            if (Rows[i]?.Length != Digit.Size)
                faults[$"rows[{i}]"] = [$"The row has {Rows[i]?.Length ?? 0} values; a digit has {Digit.Size}."];
            else if (Array.FindIndex(Rows[i], value => !float.IsFinite(value)) is >= 0 and var place)
                faults[$"rows[{i}][{place}]"] = ["The value is too large for a Single."];
        }
        return faults;
    }
}
