using System.Text.Json.Serialization;

namespace WebApi;

/// <summary>Digits to cluster, either as vectors or with their columns named.</summary>
/// <param name="Rows">784 pixels from 0 to 1 each, row after row of the image.</param>
/// <param name="Records">The same as objects.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ClusterRequest(float[][]? Rows = null, ClusterRecord[]? Records = null)
{
    public const int MaximumRows = 1000;

    [JsonIgnore]
    public IEnumerable<float[]> Vectors => Rows ?? Records?.Select(record => record?.Pixels!) ?? [];

    /// <summary>What is wrong with the request, by the place where it is; empty where nothing is.</summary>
    public Dictionary<string, string[]> Faults()
    {
        if (Rows is null == Records is null)
            return new() { ["rows"] = ["Expected either rows or records."] };
        var faults = new Dictionary<string, string[]>();
        float[]?[] vectors = [.. Vectors];
        if (vectors is not { Length: >= 1 and <= MaximumRows })
            faults[Rows is null ? "records" : "rows"] = [$"There are {vectors.Length} rows; 1 to {MaximumRows} are taken."];
        for (int i = 0; i < vectors.Length && faults.Count < 10; i++)
        {
            string place = Rows is null ? $"records[{i}].pixels" : $"rows[{i}]";
            if (vectors[i]?.Length != Digit.Size)
                faults[place] = [$"The row has {vectors[i]?.Length ?? 0} values; a digit has {Digit.Size}."];
            else if (Array.FindIndex(vectors[i]!, value => !float.IsFinite(value)) is >= 0 and var index)
                faults[$"{place}[{index}]"] = ["The value is too large for a Single."];
        }
        return faults;
    }
}
