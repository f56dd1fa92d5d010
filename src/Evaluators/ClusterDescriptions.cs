using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Disentangle.ML.Evaluators;

/// <summary>What the clusters of some data hold. <see cref="ToString"/> prints it, <see cref="ToJson"/> writes it.</summary>
/// <param name="Rows">The rows with a cluster, at least 1.</param>
/// <param name="RowsWithoutCluster">The rows left out because they have none.</param>
/// <param name="Confidence">The level of the confidence intervals.</param>
/// <param name="Clusters">The clusters, ascending.</param>
public sealed record ClusterDescriptions(int Rows, int RowsWithoutCluster, double Confidence, IReadOnlyList<ClusterDescription> Clusters)
{
    private const int ShownLabels = 5;

    /// <summary>
    /// All as JSON, with the names of the properties in camel case. An infinite number is the string <c>"Infinity"</c> or
    /// <c>"-Infinity"</c>.
    /// </summary>
    /// <param name="indented">Whether to break lines.</param>
    public string ToJson(bool indented = false)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = indented }))
            JsonSerializer.Serialize(writer, this, DescriptionJsonContext.Default.ClusterDescriptions);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>A table of the clusters; then for each its labels, the features that differ most, and examples.</summary>
    public override string ToString()
    {
        string left = RowsWithoutCluster == 0 ? "" : $"; {RowsWithoutCluster} without a cluster left out";
        var text = new StringBuilder($"{Rows} rows, {Clusters.Count} clusters{left}").AppendLine();
        string[] columns = [.. Clusters[0].Labels.Select(labels => labels.Column)];
        var table = new TextTable(["cluster", "rows", "share", "nearest", .. columns]);
        foreach (ClusterDescription cluster in Clusters)
        {
            table.Add([cluster.Name, TextTable.Integer(cluster.Rows), Percent(cluster.Share), cluster.NearestCluster ?? "",
                .. cluster.Labels.Select(labels => labels.Shares.Count == 0 ? "" : Short(labels.Shares[0]))]);
        }
        text.Append(table);
        foreach (ClusterDescription cluster in Clusters)
            Append(text, cluster);
        return text.ToString();
    }

    private void Append(StringBuilder text, ClusterDescription cluster)
    {
        text.AppendLine().AppendLine($"Cluster {cluster.Name}: {cluster.Rows} rows");
        foreach (ClusterLabels labels in cluster.Labels)
        {
            string rest = labels.Shares.Count > ShownLabels ? $" and {labels.Shares.Count - ShownLabels} more" : "";
            IEnumerable<string> shares = labels.Shares.Take(ShownLabels)
                .Select(share => $"{Short(share)} (overall {Percent(share.OverallShare)})");
            text.AppendLine($"{labels.Column}: {(labels.Shares.Count == 0 ? "no row has a label" : string.Join(", ", shares))}{rest}");
        }
        if (cluster.Differences.Count > 0)
        {
            var table = new TextTable(["feature", "mean", "others", "difference", $"{Percent(Confidence)} interval"]);
            foreach (FeatureDifference feature in cluster.Differences)
            {
                table.Add([feature.Feature, Number(feature.Mean), Number(feature.OtherMean), Signed(feature.Difference),
                    $"{Signed(feature.Lower)} to {Signed(feature.Upper)}"]);
            }
            text.Append(table);
        }
        if (cluster.Typical.Count > 0)
        {
            text.AppendLine($"Most typical rows: {string.Join(", ", cluster.Typical.Select(row => NameOf(row)))}");
            string doubtful = string.Join(", ", cluster.Doubtful.Select(row =>
                row.NextCluster is null ? NameOf(row) : $"{NameOf(row)} (or {row.NextCluster})"));
            text.AppendLine($"Most doubtful rows: {doubtful}");
        }
    }

    private static string NameOf(ClusterRow row) => row.Name ?? TextTable.Integer(row.Row);

    private static string Short(LabelShare share) => $"{share.Label} {Percent(share.Share)}";

    private static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + "%";

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Signed(double value) => value.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);
}
