using System.Globalization;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Sweeps;
using Microsoft.ML;
using static Disentangle.ML.Reports.Tests.Samples;

namespace Disentangle.ML.Reports.Tests;

public class ChartTests(Browser browser)
{
    private const string Evil = "</script><img src=x onerror=alert(1)> \"'&{{data}}";

    [Fact]
    public async Task EveryChartHasItsData()
    {
        IDataView rows = View(Rows(300));
        ClusterCountChoice counts =
            Ml.Clustering.ChooseNumberOfClusters(rows, "Embedding", options: new() { ClusterCounts = [2, 3, 4], Runs = 2 });
        await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(rows, All with { ClusterCounts = counts }));
        Assert.Equal("300 rows, 3 clusters, 3 classes", await report.Page.Locator("#summary").TextContentAsync());
        foreach ((string section, int points) in new[]
        {
            ("scatter", 300), ("losses", 7), ("sweep0", 3), ("counts", 15), ("contingency", 9), ("neurons0", 6), ("neurons1", 12),
            ("latents", 6), ("silhouette", 300), ("clusters", 3),
        })
        {
            await report.Page.WaitForSelectorAsync($"#{section} [data-points]");
            Assert.Equal((section, points), (section, await report.PointsAsync(section)));
        }
        Assert.Equal(0, await report.Page.Locator("#sweep1").CountAsync());
        string[][] scores = await report.ValuesAsync("counts");
        Assert.Equal(counts.Curve.Select(one => one.NumberOfClusters.ToString()), scores.Select(row => row[0]));
        Assert.All(counts.Curve.Zip(scores), pair => Near(pair.First.Stability.Mean, pair.Second[2]));
        Assert.All(counts.Curve.Zip(scores), pair => Near(pair.First.Silhouette!.Value.Mean, pair.Second[5]));
        Assert.Contains($"suggested: {counts.Suggested}", await report.Page.Locator("#counts svg").TextContentAsync());
        Assert.Contains(counts.Verdict, await report.Page.Locator("#counts").TextContentAsync());
    }

    [Fact]
    public async Task LossesAreDrawnToScale()
    {
        await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(View(Rows(30)), All));
        Assert.Equal([["1", "1", "1"], ["2", "0.5", ""], ["3", "0.3333", "1"], ["4", "0.25", "1"]], await report.ValuesAsync("losses"));
        string path = (await report.Page.Locator("#losses path").First.GetAttributeAsync("d"))!;
        double[][] points = [.. path[1..].Split('L').Select(point =>
            point.Split(',').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray())];
        double unit = (points[0][1] - points[3][1]) / (1 - 0.25);
        Assert.True(unit < 0, "A greater loss is higher up.");
        for (int epoch = 1; epoch <= 4; epoch++)
        {
            Assert.Equal(points[0][1] + unit * (1.0 / epoch - 1), points[epoch - 1][1], 1e-6);
            Assert.Equal(points[0][0] + (points[1][0] - points[0][0]) * (epoch - 1), points[epoch - 1][0], 1e-6);
        }
    }

    [Fact]
    public async Task ASweepIsDrawnOverItsSettingWithTheBestTrialMarked()
    {
        await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(View(Rows(30)), new() { Sweep = Samples.Sweep }));
        Assert.Equal("Sweep over Weight", await report.Page.Locator("#sweep0 h2").TextContentAsync());
        Assert.Equal([["0.01", "0.3", "0.02"], ["1", "0.8", "0.1"], ["10", "0.4", "0.05"]], await report.ValuesAsync("sweep0"));
        Assert.Equal("3 trials; higher is better; without 1 trial that failed or was cancelled",
            await report.Page.Locator("#sweep0 > .note").TextContentAsync());
        double[] dots = await CentresAsync(report, "circle:not(.best)"), best = await CentresAsync(report, "circle.best");
        Assert.Equal([dots[1]], best);
        // The weights 0.01, 1 and 10 on a logarithmic axis.
        Assert.Equal(2, (dots[1] - dots[0]) / (dots[2] - dots[1]), 1e-6);
        Assert.Contains("best: 0.8", await report.Page.Locator("#sweep0 svg").TextContentAsync());
    }

    [Fact]
    public async Task SettingsThatAreNotNumbersAreSweptTooAndLowerMayBeBetter()
    {
        SweepHistory history = SweepHistory.FromJson("""
            { "metric": "DaviesBouldin", "moreIsBetter": false, "trials": [
              { "trial": 0, "parameters": { "Kind": "<b>", "Weight": 1 }, "score": 2, "deviation": 0 },
              { "trial": 1, "parameters": { "Kind": "a", "Weight": 2 }, "score": 1, "deviation": 0 } ] }
            """);
        await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(View(Rows(30)), new() { Sweep = history }));
        Assert.Equal([["<b>", "2", "0"], ["a", "1", "0"]], await report.ValuesAsync("sweep0"));
        Assert.Equal([["1", "2", "0"], ["2", "1", "0"]], await report.ValuesAsync("sweep1"));
        Assert.Equal("2 trials; lower is better", await report.Page.Locator("#sweep1 > .note").TextContentAsync());
        Assert.Contains("best: 1", await report.Page.Locator("#sweep1 svg").TextContentAsync());
        Assert.Equal(0, await report.Page.Locator("#sweep1 path").CountAsync());
    }

    [Fact]
    public async Task LatentVariancesAreBarsOverAllRowsAndWithinAClass()
    {
        await using ReportPage report = await browser.OpenAsync(
            EmbeddingReport.Render(View(Rows(30)), new() { LatentVariances = Latents }));
        double[] variances = [.. Latents.Dimensions.SelectMany(dimension => new[] { dimension.Random, dimension.ClassFixed })];
        Assert.Equal([1, 0, 0.25, 0.25, 0.25, 0.25], variances);
        double[] heights = await report.EvaluateAsync<double[]>(
            "() => [...document.querySelectorAll('#latents rect')].map(bar => +bar.getAttribute('height'))");
        Assert.All(variances.Zip(heights), pair => Assert.Equal(pair.First, pair.Second / heights[0], 1e-6));
        Assert.Equal(["content 0", "content 1", "style 0"], (await report.ValuesAsync("latents")).Select(row => row[0]));
        Assert.Contains("content keeps 20.0%, style keeps 100.0%", await report.Page.Locator("#latents .note").TextContentAsync());
    }

    [Fact]
    public async Task NeuronsAreCountedWhereTheyAreTheMostActive()
    {
        // The embedding's greatest value of class 0 is its third, of class 2 its first; the map's is its second but for few rows.
        await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(View(Rows(300)), All));
        Row[] rows = Rows(300);
        foreach ((string section, Func<Row, float[]> vector) in new (string, Func<Row, float[]>)[]
            { ("neurons0", row => row.Map), ("neurons1", row => row.Embedding) })
        {
            string[][] table = await report.ValuesAsync(section);
            foreach (string[] line in table)
            {
                Row[] own = [.. rows.Where(row => row.Label == line[0])];
                for (int neuron = 0; neuron < line.Length - 1; neuron++)
                {
                    int count = own.Count(row => Array.IndexOf(vector(row), vector(row).Max()) == neuron);
                    Assert.Equal($"{Math.Round(100.0 * count / own.Length)}", line[neuron + 1]);
                }
            }
        }
        Assert.Equal(["Neurons by class, before", "Neurons by class, after"],
            await report.Page.Locator("#neurons0 h2, #neurons1 h2").AllTextContentsAsync());
    }

    [Fact]
    public async Task ClustersAreInMatchedOrderAndTheFullestCellsAreDeepest()
    {
        Row[] rows = Rows(90);
        foreach (Row row in rows)
            row.PredictedLabel = 4 - row.PredictedLabel;
        await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(View(rows), All));
        Assert.Equal(["class \\ cluster", "3", "2", "1"],
            await report.Page.Locator("#contingency tr").First.Locator("th").AllTextContentsAsync());
        Assert.Equal([["class 0", "30", "0", "0"], ["class 1", "0", "30", "0"], ["class 2", "0", "0", "30"]],
            await report.ValuesAsync("contingency"));
        string[] colours = await report.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('#contingency td')].map(cell => getComputedStyle(cell).backgroundColor)");
        Assert.Equal([colours[0], colours[1], colours[1], colours[1], colours[0]], colours[..5]);
        Assert.NotEqual(colours[0], colours[1]);
    }

    [Fact]
    public async Task SilhouettesAreThoseOfTheEvaluator()
    {
        Row[] rows = Rows(120);
        await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(View(rows), All));
        double mean = ClusteringMetrics.Silhouette<float>(
            [.. rows.SelectMany(row => row.Embedding)], [.. rows.Select(row => (int)row.PredictedLabel)]).Mean;
        string[][] clusters = await report.ValuesAsync("silhouette");
        Assert.All(clusters, cluster => Assert.Equal("40", cluster[1]));
        Assert.Equal(mean, clusters.Average(cluster => double.Parse(cluster[2], CultureInfo.InvariantCulture)), 1e-3);
    }

    [Fact]
    public async Task TextsOfAnyKindAreEscaped()
    {
        string html = EmbeddingReport.Render(View(Rows(30, label: i => i % 2 == 0 ? Evil : "plain")), All with { Title = Evil });
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        await using ReportPage report = await browser.OpenAsync(html);
        Assert.Equal(Evil, await report.Page.TitleAsync());
        Assert.Equal(Evil, await report.Page.Locator("h1").TextContentAsync());
        Assert.Equal(0, await report.EvaluateAsync<int>("() => document.images.length"));
        foreach (string section in new[] { "contingency", "neurons1" })
            Assert.Contains(Evil, (await report.ValuesAsync(section)).Select(row => row[0]));
        Assert.Contains(Evil, await report.Page.Locator("#clusters").TextContentAsync());
    }

    [Fact]
    public async Task OneClusterHasNoSilhouette()
    {
        await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(View(Rows(50, clusters: 1)), All));
        Assert.Equal("50 rows, 1 cluster, 1 class", await report.Page.Locator("#summary").TextContentAsync());
        Assert.Equal(0, await report.Page.Locator("#silhouette").CountAsync());
        Assert.Equal(1, await report.PointsAsync("clusters"));
    }

    [Fact]
    public async Task AThousandClassesAreShownInPart()
    {
        await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(View(Rows(2000, clusters: 1000)), All));
        Assert.Contains("60 of 1000 classes and 60 of 1000 clusters", await report.Page.Locator("#contingency").TextContentAsync());
        Assert.Contains("60 of 1000 classes", await report.Page.Locator("#neurons1").TextContentAsync());
        Assert.Contains("and 950 more", await report.Page.Locator("#scatter .legend").TextContentAsync());
        Assert.Equal(200, await report.PointsAsync("clusters"));
        Assert.Contains("The first 200 of 1000 clusters.", await report.Page.Locator("#clusters").TextContentAsync());
        await report.Page.WaitForFunctionAsync("() => document.getElementById('map').dataset.points === '2000'");
    }

    [Fact]
    public void InvalidInputIsRejected()
    {
        string Refusal(IDataView data, ReportOptions options) =>
            Assert.Throws<ArgumentException>(() => EmbeddingReport.Render(data, options)).Message;
        IDataView three = View(Rows(3));
        Assert.StartsWith("There is no column 'Absent'", Refusal(three, new() { MapColumnName = "Absent" }));
        Assert.Equal("Column 'Embedding' has 4 values; a map has 2.", Refusal(three, new() { MapColumnName = "Embedding" }));
        Assert.Equal("The data have no rows; a report needs at least one.",
            Assert.Throws<InvalidDataException>(() => EmbeddingReport.Render(View(Rows(0)))).Message);
        Assert.Contains("no whole rows of 3 pixels", Refusal(three, All with { ImageWidth = 3 }));
        Assert.Equal("ImageWidth is 0; it must be at least 1. MaximumImages is -1; it must be 0 or more. "
            + "NearestRows is -2; it must be 0 or more.",
            Refusal(three, All with { ImageWidth = 0, MaximumImages = -1, NearestRows = -2 }));
        Assert.Equal("FeatureColumnNames or History has an element that is null.", Refusal(three, new() { History = [null!] }));
        IDataView nan = View(new Row { PredictedLabel = 1, Map = [float.NaN, 0] });
        Assert.StartsWith("Feature 0 of column 'Map' is NaN in row 0 (from 0).",
            Assert.Throws<InvalidDataException>(() => EmbeddingReport.Render(nan, new() { MapColumnName = "Map" })).Message);
        Assert.Throws<DirectoryNotFoundException>(() => EmbeddingReport.Write("/absent/folder/report.html", three));
    }

    private static Task<double[]> CentresAsync(ReportPage report, string circles) => report.EvaluateAsync<double[]>(
        "selector => [...document.querySelectorAll(selector)].map(circle => +circle.getAttribute('cx'))", $"#sweep0 {circles}");

    private static void Near(double expected, string shown) =>
        Assert.Equal(expected, double.Parse(shown, CultureInfo.InvariantCulture), Math.Abs(expected) * 1e-3);
}
