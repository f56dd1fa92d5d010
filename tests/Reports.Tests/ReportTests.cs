using System.Globalization;
using System.Text.RegularExpressions;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Reports.Tests;

public class ReportTests
{
    private const string Evil = "</script><img src=x onerror=alert(1)> \"'&{{data}}";
    private static readonly MLContext Ml = new(seed: 1);

    private sealed class Row
    {
        public uint PredictedLabel { get; set; }

        public string Label { get; set; } = "";

        public float Age { get; set; }

        [VectorType(2)]
        public float[] Map { get; set; } = [0, 0];

        [VectorType(4)]
        public float[] Embedding { get; set; } = [0, 0, 0, 0];
    }

    private static IDataView Rows(int count, int clusters = 3, Func<int, string>? label = null) => Ml.Data.LoadFromEnumerable(
        Enumerable.Range(0, count).Select(i => new Row
        {
            PredictedLabel = (uint)(i % clusters + 1),
            Label = label?.Invoke(i) ?? $"class {i % clusters}",
            Age = i % 7 == 0 ? float.NaN : i,
            Map = [i % clusters + i / 1000f, i % 50 / 10f],
            Embedding = [i % clusters, i % 5 / 10f, 1, i / (float)count],
        }));

    private static readonly ReportOptions All = new()
    {
        MapColumnName = "Map", LabelColumnName = "Label", EmbeddingColumnName = "Embedding", EarlierEmbeddingColumnName = "Map",
        FeatureColumnNames = ["Age", "Label"], TextColumnName = "Label", ImageColumnName = "Embedding", ImageWidth = 2,
        History = [.. Enumerable.Range(1, 4).Select(epoch => new TrainingProgress(epoch, 4, 1.0 / epoch,
            new Dictionary<string, double> { ["cross-entropy"] = epoch == 2 ? double.NaN : 1 }, TimeSpan.Zero))],
    };

    [Fact]
    public void EveryChartHasItsDataAndNothingIsLoaded()
    {
        IDataView rows = Rows(300);
        ClusterCountChoice counts =
            Ml.Clustering.ChooseNumberOfClusters(rows, "Embedding", options: new() { ClusterCounts = [2, 3, 4], Runs = 2 });
        string html = EmbeddingReport.Render(rows, All with { ClusterCounts = counts });
        string dom = Chromium.Open(html, "document.body.dataset.loaded = performance.getEntriesByType('resource').length;");
        Assert.Contains("data-loaded=\"0\"", dom);
        Assert.Equal(300, Points(dom, "scatter"));
        Assert.Equal(7, Points(dom, "losses"));
        Assert.Equal(15, Points(dom, "counts"));
        Assert.Equal(9, Points(dom, "contingency"));
        Assert.Equal(6, Points(dom, "neurons0"));
        Assert.Equal(12, Points(dom, "neurons1"));
        Assert.Equal(300, Points(dom, "silhouette"));
        Assert.Equal(3, Points(dom, "clusters"));
    }

    [Fact]
    public void TheRowUnderThePointerAndTheNextByKeyboardAreShown()
    {
        const string Script = """
            const map = document.getElementById("map"), box = map.getBoundingClientRect();
            const seen = new Set();
            for (let y = 0; y < box.height; y += 4)
                for (let x = 0; x < box.width; x += 4) {
                    map.dispatchEvent(new PointerEvent("pointermove", { clientX: box.left + x, clientY: box.top + y }));
                    const row = document.querySelector("#row dd");
                    if (row) seen.add(row.textContent);
                }
            document.body.dataset.seen = seen.size;
            document.body.dataset.image = document.querySelectorAll("#row canvas").length;
            map.dispatchEvent(new KeyboardEvent("keydown", { key: "n" }));
            const select = document.getElementById("colour");
            select.value = 2;
            select.dispatchEvent(new Event("change"));
            document.body.dataset.legend = document.querySelectorAll("#scatter .legend li").length;
            """;
        string dom = Chromium.Open(EmbeddingReport.Render(Rows(60), All), Script);
        Assert.InRange(int.Parse(Regex.Match(dom, "data-seen=\"(\\d+)\"").Groups[1].Value), 50, 60);
        Assert.Contains("data-image=\"1\"", dom);
        Assert.Contains("<dt>Age</dt>", dom);
        Assert.Contains("data-legend=\"2\"", dom);
    }

    [Fact]
    public void TextsOfAnyKindAreEscaped()
    {
        string html = EmbeddingReport.Render(Rows(30, label: i => i % 2 == 0 ? Evil : "plain"), All with { Title = Evil });
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        string dom = Chromium.Open(html, "document.body.dataset.images = document.images.length; document.body.dataset.label = "
            + "[...document.querySelectorAll('#contingency th')].some(cell => cell.textContent.startsWith('<\\/script><img')) ? 'whole' "
            + ": 'lost';");
        Assert.Contains("data-images=\"0\"", dom);
        Assert.Contains("data-label=\"whole\"", dom);
    }

    [Fact]
    public void AHundredThousandRowsAreDrawnFluently()
    {
        string dom = Chromium.Open(EmbeddingReport.Render(Rows(100_000), new() { MapColumnName = "Map", FeatureColumnNames = ["Age"] }));
        Assert.Equal(100_000, Points(dom, "scatter"));
        double milliseconds =
            double.Parse(Regex.Match(dom, "data-milliseconds=\"([0-9.]+)\"").Groups[1].Value, CultureInfo.InvariantCulture);
        // By software on a busy machine; a graphics card takes a fraction.
        Assert.InRange(milliseconds, 0, 500);
    }

    [Fact]
    public void APhoneHasNoHorizontalScrollBar()
    {
        string dom = Chromium.Open(EmbeddingReport.Render(Rows(90), All),
            "document.body.dataset.overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;", "500,900");
        Assert.Contains("data-overflow=\"0\"", dom);
    }

    [Fact]
    public void OneClusterAndAThousandClassesGiveAReport()
    {
        string dom = Chromium.Open(EmbeddingReport.Render(Rows(50, clusters: 1), All));
        Assert.DoesNotContain("id=\"silhouette\"", dom);
        Assert.Equal(1, Points(dom, "clusters"));
        dom = Chromium.Open(EmbeddingReport.Render(Rows(2000, clusters: 1000), All));
        Assert.Contains("60 of 1000 classes and 60 of 1000 clusters", dom);
    }

    [Fact]
    public void WrongInputIsRefused()
    {
        string Refusal(IDataView data, ReportOptions options) =>
            Assert.Throws<ArgumentException>(() => EmbeddingReport.Render(data, options)).Message;
        Assert.StartsWith("There is no column 'Absent'", Refusal(Rows(3), new() { MapColumnName = "Absent" }));
        Assert.Equal("Column 'Embedding' has 4 values; a map has 2.", Refusal(Rows(3), new() { MapColumnName = "Embedding" }));
        Assert.Equal("The data have no rows; a report needs at least one.",
            Assert.Throws<InvalidDataException>(() => EmbeddingReport.Render(Rows(0))).Message);
        Assert.Contains("no whole rows of 3 pixels", Refusal(Rows(3), All with { ImageWidth = 3 }));
        Assert.Equal("ImageWidth is 0; it must be at least 1. MaximumImages is -1; it must be 0 or more.",
            Refusal(Rows(3), All with { ImageWidth = 0, MaximumImages = -1 }));
        Assert.Equal("FeatureColumnNames or History has an element that is null.", Refusal(Rows(3), new() { History = [null!] }));
        IDataView nan = Ml.Data.LoadFromEnumerable(new[] { new Row { PredictedLabel = 1, Map = [float.NaN, 0] } });
        Assert.StartsWith("Feature 0 of column 'Map' is NaN in row 0 (from 0).",
            Assert.Throws<InvalidDataException>(() => EmbeddingReport.Render(nan, new() { MapColumnName = "Map" })).Message);
        Assert.Throws<DirectoryNotFoundException>(() => EmbeddingReport.Write("/absent/folder/report.html", Rows(3)));
    }

    private static int Points(string dom, string section)
    {
        Match match = Regex.Match(dom, $"<section id=\"{section}\".*?data-points=\"(\\d+)\"", RegexOptions.Singleline);
        Assert.True(match.Success, $"There is no chart '{section}'.");
        return int.Parse(match.Groups[1].Value);
    }
}
