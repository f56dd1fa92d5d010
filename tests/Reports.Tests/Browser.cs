using Disentangle.ML.Reports.Tests;
using Disentangle.ML.Tests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Browser))]

namespace Disentangle.ML.Reports.Tests;

/// <summary>One Chromium, controlled by Playwright, for all tests.</summary>
public sealed class Browser : IAsyncLifetime
{
    private readonly SemaphoreSlim _start = new(1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("reports-");
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Opens a report from a file; the test is skipped where there is no Chromium.</summary>
    internal async Task<ReportPage> OpenAsync(string html, BrowserNewContextOptions? options = null)
    {
        string program = Chromium.Require();
        await _start.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            _browser ??= await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--disable-gpu"] });
        }
        finally
        {
            _start.Release();
        }
        string path = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.html");
        await File.WriteAllTextAsync(path, html, TestContext.Current.CancellationToken);
        IBrowserContext context = await _browser.NewContextAsync(options ?? new() { ViewportSize = new() { Width = 1200, Height = 900 } });
        return await ReportPage.OpenAsync(await context.NewPageAsync(), new Uri(path).AbsoluteUri);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
        _start.Dispose();
        _folder.Delete(recursive: true);
    }
}
