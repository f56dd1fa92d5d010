using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Sweeps;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Reports;

/// <summary>
/// The content of the charts as JSON for report.js. Coordinates and columns are arrays of Single or Int32 in Base64. The JSON encoder
/// escapes &lt;, &gt; and &amp;, so that no text can end the script element.
/// </summary>
internal sealed class ReportData(IDataView data, ReportOptions options)
{
    private const int MostCells = 60;
    private const int MostSilhouettes = 5_000;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public string ToJson()
    {
        LabelList? clusters = Labels(options.ClusterColumnName), classes = Labels(options.LabelColumnName);
        if (clusters is { Names.Length: 0 })
        {
            throw new InvalidDataException(clusters.Labels.Length == 0 ? "The data have no rows; a report needs at least one."
                : $"No row has a cluster: '{options.ClusterColumnName}' is missing in all {clusters.Labels.Length} rows.");
        }
        using (var json = new Utf8JsonWriter(_bytes))
        {
            json.WriteStartObject();
            string[] summary =
            [
                .. (clusters ?? classes) is { } rows ? new[] { Count(rows.Labels.Length, "row") } : [],
                .. clusters is null ? [] : new[] { Count(clusters.Names.Length, "cluster") },
                .. classes is null ? [] : new[] { classes.Names.Length == 1 ? "1 class" : $"{classes.Names.Length} classes" },
            ];
            json.WriteString("summary", string.Join(", ", summary));
            if (options.MapColumnName is not null)
                WriteMap(json, clusters, classes);
            WriteLosses(json);
            WriteCounts(json);
            WriteSweep(json);
            WriteLatents(json);
            if (clusters is not null && classes is not null)
                WriteContingency(json, clusters, classes);
            if (classes is not null)
                WriteNeurons(json, classes);
            if (clusters is not null)
            {
                if (options.EmbeddingColumnName is not null)
                    WriteSilhouettes(json, clusters);
                ClusterDescriptions description = new MLContext().Clustering.DescribeClusters(data, options.FeatureColumnNames,
                    options.LabelColumnName is null ? null
                    : [options.LabelColumnName], options.ClusterColumnName!, options.EmbeddingColumnName);
                json.WritePropertyName("description");
                json.WriteRawValue(description.ToJson());
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(_bytes.WrittenSpan);
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private LabelList? Labels(string? name) => name is null ? null : LabelList.Read(data, name);

    private void WriteMap(Utf8JsonWriter json, LabelList? clusters, LabelList? classes)
    {
        FeatureRows map = FeatureRows.Read(data, options.MapColumnName!);
        if (map.Dimension != 2)
            throw new ArgumentException($"Column '{options.MapColumnName}' has {map.Dimension} values; a map has 2.");
        json.WriteBase64String("map", MemoryMarshal.AsBytes(map.Values));
        json.WriteStartArray("columns");
        if (clusters is not null)
            WriteNames(options.ClusterColumnName!, clusters);
        if (classes is not null)
            WriteNames(options.LabelColumnName!, classes);
        foreach (string name in options.FeatureColumnNames.Where(name => name != options.LabelColumnName
            && name != options.ClusterColumnName))
        {
            DataViewSchema.Column column = ClusteringEvaluator.Column(data, name);
            if (column.Type is VectorDataViewType { IsKnownSize: true })
            {
                FeatureRows vectors = FeatureRows.Read(data, name);
                string[] slots = DescribedColumn.SlotNames(column, vectors.Dimension);
                for (int slot = 0; slot < Math.Min(slots.Length, MostCells); slot++)
                    WriteValues(slots[slot], [.. Enumerable.Range(0, vectors.Count).Select(row => vectors[row][slot])]);
                continue;
            }
            if (column.Type is KeyDataViewType or TextDataViewType or BooleanDataViewType)
            {
                WriteNames(name, LabelList.Read(data, name));
                continue;
            }
            IDataView numbers = new MLContext().Transforms.Conversion.ConvertType("Number", name, DataKind.Single).Fit(data)
                .Transform(data);
            WriteValues(name, [.. numbers.GetColumn<float>(numbers.Schema["Number"])]);
        }
        json.WriteEndArray();
        if (options.TextColumnName is { } text)
        {
            LabelList texts = LabelList.Read(data, text);
            json.WriteStartObject("texts");
            json.WriteString("name", text);
            WriteTexts(json, "values", texts.Labels.Select(label => label < 0 ? "" : texts.Names[label]));
            json.WriteEndObject();
        }
        if (options.ImageColumnName is { } image)
            WriteImages(json, image);
        if (options.EmbeddingColumnName is { } embedding)
            WriteNearest(json, FeatureRows.Read(data, embedding));

        void WriteValues(string name, float[] values)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteBase64String("numbers", MemoryMarshal.AsBytes<float>(values));
            json.WriteEndObject();
        }

        void WriteNames(string name, LabelList labels)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            WriteTexts(json, "names", labels.Names);
            json.WriteBase64String("codes", MemoryMarshal.AsBytes<int>(labels.Labels));
            json.WriteEndObject();
        }
    }

    private void WriteImages(Utf8JsonWriter json, string column)
    {
        FeatureRows images = FeatureRows.Read(data, column);
        if (images.Dimension % options.ImageWidth != 0)
        {
            throw new ArgumentException(
                $"Column '{column}' has {images.Dimension} values, which are no whole rows of {options.ImageWidth} pixels; "
                + "set ImageWidth.");
        }
        int[] rows = RowSample.Draw(images.Count, options.MaximumImages, seed: 0) ?? [.. Enumerable.Range(0, images.Count)];
        var pixels = new byte[rows.Length * images.Dimension];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int p = 0; p < images.Dimension; p++)
                pixels[i * images.Dimension + p] = (byte)Math.Round(255 * Math.Clamp(images[rows[i]][p], 0, 1));
        }
        json.WriteStartObject("images");
        json.WriteNumber("width", options.ImageWidth);
        json.WriteNumber("height", images.Dimension / options.ImageWidth);
        json.WriteBase64String("rows", MemoryMarshal.AsBytes<int>(rows));
        json.WriteBase64String("pixels", pixels);
        json.WriteEndObject();
    }

    /// <summary>The rows most like each row, nearest first.</summary>
    private void WriteNearest(Utf8JsonWriter json, FeatureRows rows)
    {
        int count = Math.Min(options.NearestRows, rows.Count - 1);
        if (count < 1)
            return;
        var graph = Trainers.NeighborGraph.Build(
            rows.Values.ToArray(), rows.Dimension, [], new() { Neighbors = count, Mutual = false, Components = null });
        var nearest = new int[rows.Count * count];
        // An approximate search may find fewer.
        Array.Fill(nearest, -1);
        for (int row = 0; row < rows.Count; row++)
            graph.Of(row).CopyTo(nearest.AsSpan(row * count));
        json.WriteStartObject("nearest");
        json.WriteNumber("count", count);
        json.WriteBase64String("rows", MemoryMarshal.AsBytes<int>(nearest));
        json.WriteEndObject();
    }

    private void WriteLosses(Utf8JsonWriter json)
    {
        IReadOnlyList<TrainingProgress> history = options.History;
        if (history.Count == 0)
            return;
        (string, IEnumerable<double?>)[] validation = history.Any(epoch => epoch.Validation is not null)
            ? [("validation loss", history.Select(epoch => epoch.Validation?.Loss))] : [];
        json.WriteStartObject("losses");
        WriteLines(json, "epoch", history.Select(epoch => (double)epoch.Epoch),
        [
            ("loss", history.Select(epoch => (double?)epoch.Loss)),
            .. validation,
            .. history.SelectMany(epoch => epoch.Terms.Keys).Distinct().Select(term =>
                (term, history.Select(epoch => epoch.Terms.TryGetValue(term, out double value) ? value : (double?)null))),
        ]);
        json.WriteEndObject();
    }

    private void WriteCounts(Utf8JsonWriter json)
    {
        if (options.ClusterCounts is not { Curve: var curve } choice)
            return;
        json.WriteStartObject("counts");
        json.WriteString("verdict", choice.Verdict);
        json.WriteNumber("suggested", choice.Suggested);
        WriteLines(json, "number of clusters", curve.Select(scores => (double)scores.NumberOfClusters),
        [
            ("stability × modularity", curve.Select(scores => (double?)scores.StabilityTimesModularity.Mean)),
            ("stability", curve.Select(scores => (double?)scores.Stability.Mean)),
            ("modularity", curve.Select(scores => (double?)scores.Modularity.Mean)),
            ("neighbour kappa", curve.Select(scores => (double?)scores.NeighborKappa.Mean)),
            ("silhouette", curve.Select(scores => scores.Silhouette?.Mean)),
        ]);
        json.WriteEndObject();
    }

    /// <summary>One chart for each setting with more than one value. Values that are not all numbers stand side by side.</summary>
    private void WriteSweep(Utf8JsonWriter json)
    {
        if (options.Sweep is not { Best: { } best } sweep)
            return;
        SweepTrial[] trials = [.. sweep.Trials.Where(trial => trial.Score is not null)];
        var settings = trials.SelectMany(trial => trial.Parameters.Keys).Distinct().Select(name =>
            (Name: name, Trials: trials.Where(trial => trial.Parameters.ContainsKey(name)).ToArray()))
            .Where(setting => setting.Trials.Select(trial => trial.Parameters[setting.Name].ToString()).Distinct().Count() > 1).ToArray();
        int others = sweep.Trials.Count - trials.Length;
        json.WriteStartArray("sweeps");
        foreach ((string name, SweepTrial[] tried) in settings)
        {
            bool numeric = tried.All(trial => trial.Parameters[name].ValueKind == JsonValueKind.Number);
            string[] texts = [.. tried.Select(trial => trial.Parameters[name].ToString()).Distinct().Order(StringComparer.Ordinal)];
            (double X, SweepTrial Trial)[] points =
            [
                .. tried.Select(trial => (X: numeric ? trial.Number(name) : Array.IndexOf(texts, trial.Parameters[name].ToString()), trial))
                    .OrderBy(point => point.X),
            ];
            json.WriteStartObject();
            json.WriteString("caption", $"{Count(points.Length, "trial")}; {(sweep.MoreIsBetter ? "higher" : "lower")} is better"
                + (others > 0 ? $"; without {Count(others, "trial")} that failed or {(others == 1 ? "was" : "were")} cancelled" : ""));
            json.WriteNumber("best", Array.FindIndex(points, point => point.Trial == best));
            // With several settings, neighbouring values of one differ in the others too.
            json.WriteBoolean("joined", numeric && settings.Length == 1);
            if (!numeric)
                WriteTexts(json, "ticks", texts);
            WriteLines(json, name, points.Select(point => point.X),
                [(sweep.Metric ?? "score", points.Select(point => point.Trial.Score))], points.Select(point => point.Trial.Deviation));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void WriteLatents(Utf8JsonWriter json)
    {
        if (options.LatentVariances is not { } report)
            return;
        json.WriteStartArray("latents");
        foreach (IGrouping<Latent, LatentVariance> latent in report.Dimensions.GroupBy(dimension => dimension.Latent))
        {
            json.WriteStartObject();
            json.WriteString("name", latent.Key == Latent.Content ? "content" : "style");
            json.WriteNumber("dimensions", latent.Count());
            json.WritePropertyName("share");
            WriteNumber(json, report.Share(latent.Key));
            WriteNumbers(json, "random", latent.Take(MostCells).Select(dimension => (double?)dimension.Random));
            WriteNumbers(json, "classFixed", latent.Take(MostCells).Select(dimension => (double?)dimension.ClassFixed));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteLines(Utf8JsonWriter json, string label, IEnumerable<double> x,
        IEnumerable<(string Name, IEnumerable<double?> Values)> series, IEnumerable<double?>? spread = null)
    {
        json.WriteString("label", label);
        WriteNumbers(json, "x", x.Select(value => (double?)value));
        json.WriteStartArray("series");
        foreach ((string name, IEnumerable<double?> values) in series)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            WriteNumbers(json, "values", values);
            if (spread is not null)
                WriteNumbers(json, "spread", spread);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void WriteContingency(Utf8JsonWriter json, LabelList clusters, LabelList classes)
    {
        int[] known = [.. Enumerable.Range(0, clusters.Labels.Length).Where(row => clusters.Labels[row] >= 0 && classes.Labels[row] >= 0)];
        if (known.Length == 0)
            return;
        ContingencyTable table =
            ContingencyTable.Create([.. known.Select(row => classes.Labels[row])], [.. known.Select(row => clusters.Labels[row])])
            .WithNames(classes.Names, clusters.Names);
        int[] order = table.MatchedOrder();
        int[] shown = order[..Math.Min(order.Length, MostCells)], rows = [.. Enumerable.Range(0, Math.Min(table.ClassCount, MostCells))];
        string caption = rows.Length < table.ClassCount || shown.Length < table.ClusterCount
            ? $"{rows.Length} of {table.ClassCount} classes and {shown.Length} of {table.ClusterCount} clusters; rows of each pair"
            : "Rows of each class in each cluster, clusters in matched order";
        json.WritePropertyName("contingency");
        WriteHeat(json, "Classes and clusters", caption, "class \\ cluster", rows.Select(table.ClassName), shown.Select(table.ClusterName),
            rows.Select(row => shown.Select(cluster => (double)table[row, cluster])));
    }

    /// <summary>How often each neuron is the most active one, by class (Romanov and Rumshisky 2017, figure 2).</summary>
    private void WriteNeurons(Utf8JsonWriter json, LabelList classes)
    {
        bool both = options.EmbeddingColumnName is not null && options.EarlierEmbeddingColumnName is not null;
        json.WriteStartArray("neurons");
        foreach ((string? column, string when) in
            new[] { (options.EarlierEmbeddingColumnName, ", before"), (options.EmbeddingColumnName, ", after") })
        {
            if (column is null)
                continue;
            FeatureRows rows = FeatureRows.Read(data, column);
            int neurons = Math.Min(rows.Dimension, MostCells), shown = Math.Min(classes.Names.Length, MostCells);
            double[,] shares = classes.MostActive(rows);
            string part = neurons < rows.Dimension || shown < classes.Names.Length
                ? $"; {shown} of {classes.Names.Length} classes and {neurons} of {rows.Dimension} neurons" : "";
            WriteHeat(json, $"Neurons by class{(both ? when : "")}",
                $"Percent of the rows of each class in which each value of '{column}' is the largest{part}", "class \\ neuron",
                classes.Names.Take(shown), Enumerable.Range(0, neurons).Select(neuron => $"{neuron}"),
                Enumerable.Range(0, shown).Select(label => Enumerable.Range(0, neurons)
                    .Select(neuron => Math.Round(100 * shares[label, neuron]))));
        }
        json.WriteEndArray();
    }

    private static void WriteHeat(Utf8JsonWriter json, string title, string caption, string corner, IEnumerable<string> rows,
        IEnumerable<string> columns, IEnumerable<IEnumerable<double>> cells)
    {
        json.WriteStartObject();
        json.WriteString("title", title);
        json.WriteString("caption", caption);
        json.WriteString("corner", corner);
        WriteTexts(json, "rows", rows);
        WriteTexts(json, "columns", columns);
        json.WriteStartArray("cells");
        foreach (IEnumerable<double> row in cells)
            WriteNumbers(json, name: null, row.Select(value => (double?)value));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteSilhouettes(Utf8JsonWriter json, LabelList clusters)
    {
        FeatureRows rows = FeatureRows.Read(data, options.EmbeddingColumnName!);
        int[] known = [.. Enumerable.Range(0, rows.Count).Where(row => clusters.Labels[row] >= 0)];
        int[] own = [.. known.Select(row => clusters.Labels[row])];
        SilhouetteScores? scores = Separation.Of(rows.Select(known).Values, own, new() { SampleSize = MostSilhouettes }).Silhouette;
        if (scores is null)
            return;
        json.WriteStartObject("silhouette");
        string sample = scores.Rows.Count < known.Length ? $" of a sample of {scores.Rows.Count} rows" : "";
        json.WriteString("label",
            FormattableString.Invariant($"Silhouette of each row{sample} by cluster, from -1 to 1; mean {scores.Mean:F3}"));
        json.WriteStartArray("clusters");
        foreach (IGrouping<int, double> cluster in scores.Rows.Zip(scores.Values, (row, value) => (Cluster: own[row], value))
            .GroupBy(pair => pair.Cluster, pair => pair.value).OrderBy(group => group.Key))
        {
            json.WriteStartObject();
            json.WriteString("name", clusters.Names[cluster.Key]);
            json.WriteStartArray("values");
            foreach (double value in cluster.OrderDescending())
                json.WriteNumberValue(Math.Round(value, 4));
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string? name, IEnumerable<double?> values)
    {
        if (name is not null)
            json.WritePropertyName(name);
        json.WriteStartArray();
        foreach (double? value in values)
            WriteNumber(json, value);
        json.WriteEndArray();
    }

    /// <summary>JSON has neither NaN nor infinity; the charts leave null out.</summary>
    private static void WriteNumber(Utf8JsonWriter json, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            json.WriteNumberValue(number);
        else
            json.WriteNullValue();
    }
}
