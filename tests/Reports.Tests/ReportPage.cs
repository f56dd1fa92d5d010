using System.Text.Json;
using Microsoft.Playwright;

namespace Disentangle.ML.Reports.Tests;

/// <summary>An open report. When it is closed it must have written nothing to the console and requested nothing but itself.</summary>
internal sealed class ReportPage : IAsyncDisposable
{
    private readonly List<string> _messages = [];
    private readonly List<string> _requests = [];

    private ReportPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => _messages.Add(message.Text);
        page.PageError += (_, error) => _messages.Add(error);
        page.Request += (_, request) => _requests.Add(request.Url);
    }

    public IPage Page { get; }

    public static async Task<ReportPage> OpenAsync(IPage page, string address)
    {
        var report = new ReportPage(page);
        await page.GotoAsync(address);
        return report;
    }

    /// <summary>The number of values a chart shows.</summary>
    public async Task<int> PointsAsync(string section)
    {
        ILocator chart = Page.Locator($"#{section} [data-points]").First;
        return int.Parse((await chart.GetAttributeAsync("data-points"))!);
    }

    /// <summary>The table of the values of a chart, row by row, without its heading.</summary>
    public async Task<string[][]> ValuesAsync(string section)
    {
        JsonElement rows = await EvaluateAsync<JsonElement>(
            "id => [...document.querySelectorAll(`#${id} tr`)].slice(1).map(row => [...row.cells].map(cell => cell.textContent))", section);
        return rows.Deserialize<string[][]>()!;
    }

    public Task<T> EvaluateAsync<T>(string script, object? argument = null) => Page.EvaluateAsync<T>(script, argument);

    /// <summary>Moves the pointer to a row, whose place on the map is computed here.</summary>
    /// <returns>The place in pixels of the page.</returns>
    public async Task<(float X, float Y)> PointAtAsync(float[][] map, int row)
    {
        (float left, float right) = (map.Min(point => point[0]), map.Max(point => point[0]));
        (float bottom, float top) = (map.Min(point => point[1]), map.Max(point => point[1]));
        LocatorBoundingBoxResult box = (await Page.Locator("#map").BoundingBoxAsync())!;
        // The border of one pixel is no part of the drawing.
        float scale = (Math.Min(box.Width, box.Height) - 2) / (1.05f * Math.Max(right - left, top - bottom));
        (float x, float y) = (box.X + box.Width / 2 + (map[row][0] - (left + right) / 2) * scale,
            box.Y + box.Height / 2 - (map[row][1] - (bottom + top) / 2) * scale);
        await Page.Mouse.MoveAsync(x, y);
        return (x, y);
    }

    /// <summary>The row shown beside the map.</summary>
    public async Task<string?> ShownRowAsync() => await Page.Locator("#row dd").First.TextContentAsync();

    public async ValueTask DisposeAsync()
    {
        await Page.Context.CloseAsync();
        Assert.Empty(_messages);
        Assert.Equal([_requests[0]], _requests);
        Assert.StartsWith("file:", _requests[0], StringComparison.Ordinal);
    }
}
