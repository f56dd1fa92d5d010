using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.ML;
using Microsoft.Playwright;
using static Disentangle.ML.Reports.Tests.Samples;

namespace Disentangle.ML.Reports.Tests;

public class LookTests(Browser browser)
{
    private static readonly BrowserNewContextOptions Phone = new()
    {
        ViewportSize = new() { Width = 390, Height = 844 }, DeviceScaleFactor = 2, HasTouch = true, IsMobile = true,
    };

    private static string Html()
    {
        IDataView rows = View(Rows(200, clusters: 5, label: i => $"a long name of class {i % 5}"));
        return EmbeddingReport.Render(rows, All with
        {
            ClusterCounts = Ml.Clustering.ChooseNumberOfClusters(rows, "Embedding", options: new() { ClusterCounts = [2, 3, 4], Runs = 2 }),
        });
    }

    [Fact]
    public async Task APhoneShowsEverythingWithoutScrollingSideways()
    {
        await using ReportPage report = await browser.OpenAsync(Html(), Phone);
        Assert.Equal(390, await report.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        string[] outside = await report.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll("svg, svg text, canvas, button, select, h2, p, dd")]
                .filter(element => !element.closest(".scroll"))
                .map(element => [element, element.getBoundingClientRect()])
                .filter(([_, box]) => box.width && (box.left < 0 || box.right > 390))
                .map(([element, box]) => `${element.tagName} ${element.textContent.slice(0, 40)} ${box.left}-${box.right}`)
            """);
        Assert.Empty(outside);
        string[] small = await report.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll("body *")]
                .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
                .filter(element => element.checkVisibility()).map(element => {
                    const svg = element.ownerSVGElement, zoom = svg ? svg.clientWidth / svg.viewBox.baseVal.width : 1;
                    return [element.textContent, zoom * parseFloat(getComputedStyle(element).fontSize)];
                }).filter(([_, size]) => size < 11.9).map(String)
            """);
        Assert.Empty(small);
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1200)]
    public async Task NoLabelsOfAChartOverlap(int width)
    {
        await using ReportPage report = await browser.OpenAsync(Html(), new() { ViewportSize = new() { Width = width, Height = 900 } });
        string[] overlapping = await report.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll("svg")].flatMap(svg => {
                const boxes = [...svg.querySelectorAll("text")].map(text => [text.textContent, text.getBoundingClientRect()]);
                return boxes.flatMap(([one, a], i) => boxes.slice(i + 1)
                    .filter(([_, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2)
                    .map(([other]) => `${svg.closest("section").id}: '${one}' and '${other}'`));
            })
            """);
        Assert.Empty(overlapping);
    }

    [Fact]
    public async Task ATapOnAPhoneShowsARowAndTheRowsMostLikeIt()
    {
        Row[] rows = Rows(60);
        await using ReportPage report = await browser.OpenAsync(EmbeddingReport.Render(View(rows), All), Phone);
        (float x, float y) = await report.PointAtAsync([.. rows.Select(row => row.Map)], 11);
        await report.Page.Touchscreen.TapAsync(x, y);
        Assert.Equal("11", await report.ShownRowAsync());
        Assert.Equal(8, await report.Page.Locator("#near button").CountAsync());
    }

    [Fact]
    public async Task ChartsFollowTheWidthOfTheWindow()
    {
        await using ReportPage report = await browser.OpenAsync(Html());
        foreach (int width in new[] { 1000, 600 })
        {
            await report.Page.SetViewportSizeAsync(width, 900);
            await report.Page.WaitForFunctionAsync("""
                least => [...document.querySelectorAll("svg")].every(svg =>
                    Math.abs(svg.viewBox.baseVal.width - svg.clientWidth) < 1 && svg.clientWidth > least)
                """, width - 100);
        }
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task TextIsLegibleInLightAndDark(ColorScheme scheme)
    {
        await using ReportPage report = await browser.OpenAsync(Html(), new() { ColorScheme = scheme });
        await report.Page.Locator("#map").PressAsync("Enter");
        await report.EvaluateAsync<bool>(
            "() => { for (const details of document.querySelectorAll('details')) details.open = true; return true; }");
        ContrastResult contrast = await report.EvaluateAsync<ContrastResult>(Contrast);
        if (scheme == ColorScheme.Dark)
            Assert.True(contrast.Paper < 0.05 && contrast.Ink > 0.7, $"The paper has luminance {contrast.Paper}, the ink {contrast.Ink}.");
        else
            Assert.True(contrast.Paper > 0.9 && contrast.Ink < 0.05, $"The paper has luminance {contrast.Paper}, the ink {contrast.Ink}.");
        Assert.InRange(contrast.Texts, 200, int.MaxValue);
        Assert.Empty(contrast.Faint);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task AxeFindsNothingWrong(ColorScheme scheme)
    {
        await using ReportPage report = await browser.OpenAsync(Html(), new() { ColorScheme = scheme });
        await report.Page.Locator("#map").PressAsync("Enter");
        AxeResult result = await report.Page.RunAxe();
        Assert.NotEmpty(result.Passes);
        Assert.Empty(result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Html}")));
    }

    [Fact]
    public async Task EveryChartHasANameForScreenReaders()
    {
        await using ReportPage report = await browser.OpenAsync(Html());
        foreach (string name in new[] { "Losses: loss, cross-entropy by epoch", "Sweep over Weight: AdjustedMutualInformation by Weight" })
            Assert.Equal(1, await report.Page.GetByRole(AriaRole.Img, new() { Name = name }).CountAsync());
        Assert.Equal(1, await report.Page.GetByRole(AriaRole.Application, new() { Name = "Map of 200 rows" }).CountAsync());
        foreach (string name in new[]
            { "Map", "Losses", "Classes and clusters", "Classes and clusters: table", "Latent variances", "Silhouettes", "Clusters" })
            Assert.True(await report.Page.GetByRole(AriaRole.Region, new() { Name = name, Exact = true }).CountAsync() >= 1, name);
    }

    /// <summary>
    /// The contrast (WCAG 2.2, 1.4.3) of every text with what lies behind it. A canvas turns any notation of a colour into its bytes.
    /// </summary>
    private const string Contrast = """
        () => {
            const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
            const flat = colours => {
                pen.clearRect(0, 0, 1, 1);
                for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
                return pen.getImageData(0, 0, 1, 1).data;
            };
            const luminance = colours => {
                const [r, g, b] = [...flat(colours)].map(value => value / 255)
                    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const behind = element => {
                const colours = [];
                for (let at = element; at; at = at.parentElement) colours.unshift(getComputedStyle(at).backgroundColor);
                return colours;
            };
            const faint = [];
            let texts = 0;
            for (const element of document.querySelectorAll("body *")) {
                if (!element.checkVisibility() || ![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
                const style = getComputedStyle(element), paper = behind(element), ink = element.ownerSVGElement ? style.fill : style.color;
                const [a, b] = [luminance(paper), luminance([...paper, ink])].sort((x, y) => y - x);
                texts++;
                const contrast = (a + 0.05) / (b + 0.05);
                if (contrast < 4.5) faint.push(`${element.tagName} '${element.textContent.slice(0, 30)}' ${contrast}`);
            }
            const body = getComputedStyle(document.body);
            return { paper: luminance([body.backgroundColor]), ink: luminance([body.color]), texts, faint };
        }
        """;

    private sealed class ContrastResult
    {
        public double Paper { get; set; }

        public double Ink { get; set; }

        public int Texts { get; set; }

        public string[] Faint { get; set; } = [];
    }
}
