using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Reports;

/// <summary>
/// What the charts show, as JSON for report.js. Coordinates and columns are arrays of Single or Int32 in Base64. The encoder escapes &lt;,
/// &gt; and &amp;, so that no text can end the script element.
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
            string rows = clusters is null ? "" : $"{clusters.Labels.Length} rows, {clusters.Names.Length} clusters";
            json.WriteString("summary", classes is null ? rows : $"{rows}, {classes.Names.Length} classes");
            if (options.MapColumnName is not null)
                WriteMap(json, clusters, classes);
            WriteLosses(json);
            WriteCounts(json);
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
            if (column.Type is VectorDataViewType)
                continue;
            if (column.Type is KeyDataViewType or TextDataViewType or BooleanDataViewType)
            {
                WriteNames(name, LabelList.Read(data, name));
                continue;
            }
            IDataView numbers = new MLContext().Transforms.Conversion.ConvertType("Number", name, DataKind.Single).Fit(data)
                .Transform(data);
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteBase64String("numbers", MemoryMarshal.AsBytes<float>([.. numbers.GetColumn<float>(numbers.Schema["Number"])]));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (options.TextColumnName is { } text)
        {
            LabelList texts = LabelList.Read(data, text);
            json.WriteStartObject("texts");
            json.WriteString("name", text);
            WriteTexts("values", texts.Labels.Select(label => label < 0 ? "" : texts.Names[label]));
            json.WriteEndObject();
        }
        if (options.ImageColumnName is { } image)
            WriteImages(json, image);

        void WriteNames(string name, LabelList labels)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            WriteTexts("names", labels.Names);
            json.WriteBase64String("codes", MemoryMarshal.AsBytes<int>(labels.Labels));
            json.WriteEndObject();
        }

        void WriteTexts(string name, IEnumerable<string> texts)
        {
            json.WriteStartArray(name);
            foreach (string text in texts)
                json.WriteStringValue(text);
            json.WriteEndArray();
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

    private void WriteLosses(Utf8JsonWriter json)
    {
        IReadOnlyList<TrainingProgress> history = options.History;
        if (history.Count == 0)
            return;
        (string, IEnumerable<double>)[] validation = history.All(epoch => epoch.Validation is not null)
            ? [("validation loss", history.Select(epoch => epoch.Validation!.Loss))] : [];
        WriteLines(json, "losses", "epochs", history.Select(epoch => epoch.Epoch),
            [("loss", history.Select(epoch => epoch.Loss)), .. validation,
                .. history[0].Terms.Keys.Select(term => (term, history.Select(epoch => epoch.Terms.GetValueOrDefault(term, double.NaN))))]);
    }

    private void WriteCounts(Utf8JsonWriter json)
    {
        if (options.ClusterCounts is not { Curve: var curve })
            return;
        WriteLines(json, "counts", "clusters", curve.Select(scores => scores.NumberOfClusters),
        [
            ("stability x modularity", curve.Select(scores => scores.StabilityTimesModularity.Mean)),
            ("stability", curve.Select(scores => scores.Stability.Mean)),
            ("modularity", curve.Select(scores => scores.Modularity.Mean)),
            ("neighbour kappa", curve.Select(scores => scores.NeighborKappa.Mean)),
            ("silhouette", curve.Select(scores => scores.Silhouette?.Mean ?? double.NaN)),
        ]);
    }

    private static void WriteLines(
        Utf8JsonWriter json, string name, string label, IEnumerable<int> x, IEnumerable<(string Name, IEnumerable<double> Values)> series)
    {
        json.WriteStartObject(name);
        json.WriteString("label", label);
        json.WriteStartArray("x");
        foreach (int value in x)
            json.WriteNumberValue(value);
        json.WriteEndArray();
        json.WriteStartArray("series");
        foreach ((string term, IEnumerable<double> values) in series)
        {
            json.WriteStartObject();
            json.WriteString("name", term);
            json.WriteStartArray("values");
            foreach (double value in values)
                WriteNumber(json, value);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
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
        WriteHeat(json, title: null, caption, "class \\ cluster", rows.Select(table.ClassName), shown.Select(table.ClusterName),
            rows.Select(row => shown.Select(cluster => (double)table[row, cluster])));
    }

    private void WriteNeurons(Utf8JsonWriter json, LabelList classes)
    {
        (string? Column, string Title)[] embeddings =
            [(options.EarlierEmbeddingColumnName, "Neurons by class, before"), (options.EmbeddingColumnName, "Neurons by class")];
        json.WriteStartArray("neurons");
        foreach ((string? column, string title) in embeddings)
        {
            if (column is null)
                continue;
            FeatureRows rows = FeatureRows.Read(data, column);
            int neurons = Math.Min(rows.Dimension, MostCells), shown = Math.Min(classes.Names.Length, MostCells);
            double[,] sums = new double[shown, neurons];
            var counts = new int[shown];
            for (int row = 0; row < rows.Count; row++)
            {
                int label = classes.Labels[row];
                if (label < 0 || label >= shown)
                    continue;
                counts[label]++;
                for (int neuron = 0; neuron < neurons; neuron++)
                    sums[label, neuron] += rows[row][neuron];
            }
            string part = neurons < rows.Dimension || shown < classes.Names.Length
                ? $"; {shown} of {classes.Names.Length} classes and {neurons} of {rows.Dimension} neurons" : "";
            WriteHeat(json, title, $"Mean of each value of '{column}' by class{part}", "class \\ neuron", classes.Names.Take(shown),
                Enumerable.Range(0, neurons).Select(neuron => $"{neuron}"),
                Enumerable.Range(0, shown)
                    .Select(label => Enumerable.Range(0, neurons).Select(neuron => sums[label, neuron] / counts[label])));
        }
        json.WriteEndArray();
    }

    private static void WriteHeat(Utf8JsonWriter json, string? title, string caption, string corner, IEnumerable<string> rows,
        IEnumerable<string> columns, IEnumerable<IEnumerable<double>> cells)
    {
        json.WriteStartObject();
        json.WriteString("title", title);
        json.WriteString("caption", caption);
        json.WriteString("corner", corner);
        foreach ((string name, IEnumerable<string> texts) in new[] { ("rows", rows), ("columns", columns) })
        {
            json.WriteStartArray(name);
            foreach (string text in texts)
                json.WriteStringValue(text);
            json.WriteEndArray();
        }
        json.WriteStartArray("cells");
        foreach (IEnumerable<double> row in cells)
        {
            json.WriteStartArray();
            foreach (double value in row)
                WriteNumber(json, value);
            json.WriteEndArray();
        }
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

    /// <summary>JSON has neither NaN nor infinity; the charts leave null out.</summary>
    private static void WriteNumber(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteNullValue();
    }
}
