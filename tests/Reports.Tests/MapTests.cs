using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.Playwright;
using static Disentangle.ML.Reports.Tests.Samples;

namespace Disentangle.ML.Reports.Tests;

public class MapTests(Browser browser)
{
    [Fact]
    public async Task HoveringShowsTheDigitUnderThePointer()
    {
        Digit[] digits = Digits(400);
        for (int i = 0; i < digits.Length; i++)
            digits[i].Map = [i % 20, i / 20];
        await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(View(digits), new()
        {
            MapColumnName = "Map", ClusterColumnName = "Group", LabelColumnName = "Label", ImageColumnName = "Pixels",
        }));
        float[][] map = [.. digits.Select(digit => digit.Map)];
        foreach (int row in new[] { 0, 37, 255, 399 })
        {
            await report.PointAtAsync(map, row);
            Assert.Equal([$"{row}", digits[row].Group, $"{digits[row].Label}"],
                await report.Page.Locator("#row dd").AllTextContentsAsync());
            int[] pixels = await report.EvaluateAsync<int[]>("""
                () => {
                    const canvas = document.querySelector("#row canvas");
                    const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                    return [...image.data].filter((_, i) => i % 4 === 0);
                }
                """);
            Assert.Equal(digits[row].Pixels.Select(pixel => (int)MathF.Round(255 * pixel)), pixels);
        }
    }

    [Fact]
    public async Task TheMapIsColouredByClusterLabelOrAnyFeature()
    {
        await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(View(Rows(60)), All));
        ILocator choice = report.Page.Locator("#colour"), legend = report.Page.Locator("#scatter .legend li");
        Assert.Equal(["PredictedLabel", "Label", "Age", "Embedding.0", "Embedding.1", "Embedding.2", "Embedding.3"],
            await choice.Locator("option").AllTextContentsAsync());
        Assert.Equal(["1", "2", "3"], await legend.AllTextContentsAsync());
        Assert.Equal(3, await ColoursAsync(report));
        await choice.SelectOptionAsync("Label");
        Assert.Equal(["class 0", "class 1", "class 2"], await legend.AllTextContentsAsync());
        await choice.SelectOptionAsync("Age");
        Assert.Equal(["159", "unknown"], await legend.AllTextContentsAsync());
        Assert.InRange(await ColoursAsync(report), 10, 40);
        await choice.SelectOptionAsync("Embedding.2");
        Assert.Equal(["11"], await legend.AllTextContentsAsync());
        Assert.Equal(1, await ColoursAsync(report));
        await report.PointAtAsync([.. Rows(60).Select(row => row.Map)], 7);
        Assert.Equal(["7", "2", "class 1", "unknown", "1", "0.2", "1", "0.1167", "class 1"],
            await report.Page.Locator("#row dd").AllTextContentsAsync());
    }

    [Fact]
    public async Task AClickShowsTheRowsMostLikeARow()
    {
        Row[] rows = Rows(60);
        IDataView view = View(rows);
        await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(view, All with { NearestRows = 6 }));
        (float x, float y) = await report.PointAtAsync([.. rows.Select(row => row.Map)], 25);
        await report.Page.Mouse.ClickAsync(x, y);
        await ExpectNearestAsync(report, view, 25, 6);
        // Dragging is no click.
        await report.Page.Mouse.DownAsync();
        await report.Page.Mouse.MoveAsync(x + 80, y + 40, new() { Steps = 4 });
        await report.Page.Mouse.UpAsync();
        await ExpectNearestAsync(report, view, 25, 6);
        // A neighbour's button goes on from there.
        int next = Ml.Clustering.FindNearestRows(view, 25, count: 1)[0].Row;
        await report.Page.Locator("#near button").First.ClickAsync();
        await ExpectNearestAsync(report, view, next, 6);
        Assert.Equal($"{next}", await report.ShownRowAsync());
        Assert.Equal($"{next}", await report.Page.Locator("#number").InputValueAsync());
    }

    [Fact]
    public async Task EverythingIsReachedByKeyboard()
    {
        IDataView view = View(Rows(60));
        await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(view, All));
        IKeyboard keyboard = report.Page.Keyboard;
        await TabAsync("#map");
        await keyboard.PressAsync("n");
        await keyboard.PressAsync("n");
        await keyboard.PressAsync("n");
        await keyboard.PressAsync("p");
        Assert.Equal("1", await report.ShownRowAsync());
        await keyboard.PressAsync("Enter");
        await ExpectNearestAsync(report, view, 1, 8);
        await TabAsync("#near button");
        int first = Ml.Clustering.FindNearestRows(view, 1, count: 1)[0].Row;
        await keyboard.PressAsync("Enter");
        await ExpectNearestAsync(report, view, first, 8);
        Assert.True(await report.EvaluateAsync<bool>("() => document.activeElement.matches('#near button')"),
            "The focus stays in the list.");
        // A row by its number, the regions that scroll, and a typical row of a cluster.
        await report.Page.Locator("#number").FillAsync("42");
        await keyboard.PressAsync("Enter");
        await ExpectNearestAsync(report, view, 42, 8);
        await TabAsync("#contingency .scroll");
        await TabAsync("#clusters button");
        string typical = (await report.Page.Locator("#clusters button").First.TextContentAsync())!;
        await keyboard.PressAsync("Enter");
        await ExpectNearestAsync(report, view, int.Parse(typical), 8);
        // Zooming and moving change what is drawn; 0 shows all again.
        int zoomed = 60;
        for (int i = 0; i < 12; i++)
            await keyboard.PressAsync(i % 3 == 2 ? "ArrowLeft" : "+");
        await report.Page.WaitForFunctionAsync("() => +document.getElementById('map').dataset.points < 60");
        zoomed = await report.PointsAsync("scatter");
        await keyboard.PressAsync("0");
        await report.Page.WaitForFunctionAsync("() => +document.getElementById('map').dataset.points === 60");
        Assert.InRange(zoomed, 0, 59);

        async Task TabAsync(string target)
        {
            for (int i = 0; i < 60; i++)
            {
                if (await report.EvaluateAsync<bool>("target => document.activeElement.matches(target)", target))
                    return;
                await keyboard.PressAsync("Tab");
            }
            Assert.Fail($"The tab key does not reach '{target}'.");
        }
    }

    [Fact]
    public async Task EnterBeforeAnyRowIsChosenTakesTheRowInTheMiddle()
    {
        Row[] rows = Rows(61);
        float[][] map = [.. rows.Select(row => row.Map)];
        (float x, float y) = ((map.Min(point => point[0]) + map.Max(point => point[0])) / 2,
            (map.Min(point => point[1]) + map.Max(point => point[1])) / 2);
        int middle = Enumerable.Range(0, 61).MinBy(row => MathF.Pow(map[row][0] - x, 2) + MathF.Pow(map[row][1] - y, 2));
        IDataView view = View(rows);
        await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(view, All));
        await report.Page.Locator("#map").PressAsync("Enter");
        await ExpectNearestAsync(report, view, middle, 8);
    }

    [Fact]
    public async Task WithoutNeighboursThereIsNoListOfThem()
    {
        foreach (ReportOptions options in new[] { All with { NearestRows = 0 }, All with { EmbeddingColumnName = null } })
        {
            await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(View(Rows(30)), options));
            await report.Page.Locator("#map").PressAsync("Enter");
            Assert.Equal(0, await report.Page.Locator("#near").CountAsync());
            Assert.DoesNotContain("Enter", await report.Page.Locator("#map-help").TextContentAsync());
        }
    }

    [Fact]
    public async Task AHundredThousandRowsAreFluent()
    {
        Row[] rows = Rows(100_000);
        var random = new Random(1);
        foreach (Row row in rows)
            row.Map = [row.PredictedLabel + random.NextSingle(), random.NextSingle() * 3];
        string html = EmbeddingReport.Render(View(rows), new() { MapColumnName = "Map", FeatureColumnNames = ["Age"] });
        var opening = Stopwatch.StartNew();
        await using ReportPage report = await browser.OpenAsync(html);
        await report.Page.WaitForFunctionAsync("() => document.getElementById('map').dataset.points === '100000'");
        TimeSpan opened = opening.Elapsed;
        LocatorBoundingBoxResult box = (await report.Page.Locator("#map").BoundingBoxAsync())!;
        (float x, float y) = (box.X + box.Width / 2, box.Y + box.Height / 2);
        await report.EvaluateAsync<bool>("""
            () => {
                window.frames100k = [];
                const map = document.getElementById("map");
                new MutationObserver(() => window.frames100k.push(+map.dataset.milliseconds))
                    .observe(map, { attributeFilter: ["data-milliseconds"] });
                return true;
            }
            """);
        var moving = Stopwatch.StartNew();
        await report.Page.Mouse.MoveAsync(x, y);
        await report.Page.Mouse.DownAsync();
        await report.Page.Mouse.MoveAsync(x + 100, y + 50, new() { Steps = 10 });
        await report.Page.Mouse.UpAsync();
        var seen = new HashSet<string?>();
        for (int i = 0; i < 20; i++)
        {
            await report.Page.Mouse.MoveAsync(x + 5 * i, y);
            seen.Add(await report.ShownRowAsync());
        }
        TimeSpan moved = moving.Elapsed;
        float covered = await report.EvaluateAsync<float>("""
            () => {
                const map = document.getElementById("map"), pen = new OffscreenCanvas(map.width, map.height).getContext("2d");
                pen.drawImage(map, 0, 0);
                const pixels = pen.getImageData(0, 0, map.width, map.height).data;
                return pixels.filter((value, i) => i % 4 === 3 && value === 255).length / (map.width * map.height);
            }
            """);
        double[] frames = await report.EvaluateAsync<double[]>("() => window.frames100k.sort((a, b) => a - b)");
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"100,000 rows in {html.Length / 1e6:F1} MB: drawn after {opened.TotalSeconds:F1} s, "
            + $"{frames.Length} frames of {frames[frames.Length / 2]:F0} ms (median), 30 moves in {moved.TotalSeconds:F1} s");
        // The rows fill a square as high as the map at its zoom, less the margin of 5 %, in a map that is wider; 2x2 pixels each.
        Assert.InRange(covered, 0.3, 0.8);
        Assert.True(seen.Count > 10, $"Only {seen.Count} rows were shown.");
        // Drawn in software on a busy machine; a graphics card takes a fraction.
        Assert.InRange(opened.TotalSeconds, 0, 20);
        Assert.InRange(frames[frames.Length / 2], 0, 100);
        Assert.InRange(moved.TotalSeconds, 0, 20);
    }

    /// <summary>The list holds the rows that <c>FindNearestRows</c> finds, in its order except for ties.</summary>
    private static async Task ExpectNearestAsync(ReportPage report, IDataView view, int row, int count)
    {
        Assert.Equal($"Rows most like row {row}, the nearest first", await report.Page.Locator("#near h3").TextContentAsync());
        var all = Ml.Clustering.FindNearestRows(view, row, count: 59).ToDictionary(near => near.Row, near => near.Distance);
        IReadOnlyList<string> texts = await report.Page.Locator("#near button").AllTextContentsAsync();
        double[] distances = [.. texts.Select(text => all[int.Parse(Regex.Match(text, @"row (\d+)").Groups[1].Value)])];
        Assert.Equal(count, texts.Distinct().Count());
        Assert.All(all.Values.Order().Take(count).Zip(distances), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    /// <summary>The number of colours on the map, without those of blended edges.</summary>
    private static Task<int> ColoursAsync(ReportPage report) => report.EvaluateAsync<int>("""
        async () => {
            await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
            const map = document.getElementById("map");
            const pen = new OffscreenCanvas(map.width, map.height).getContext("2d", { willReadFrequently: true });
            pen.drawImage(map, 0, 0);
            const pixels = pen.getImageData(0, 0, map.width, map.height).data;
            const counts = new Map();
            for (let i = 0; i < pixels.length; i += 4) {
                const colour = pixels.slice(i, i + 3).join();
                if (pixels[i + 3] === 255) counts.set(colour, (counts.get(colour) ?? 0) + 1);
            }
            return [...counts.values()].filter(count => count >= 8).length;
        }
        """);
}
