using System.Diagnostics;

namespace Disentangle.ML.Tests;

/// <summary>The Chromium of the system, without a window.</summary>
internal static class Chromium
{
    private static readonly string? Program = new[] { "chromium", "chromium-browser", "google-chrome" }
        .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Starts it; the test is skipped where there is none.</summary>
    public static Process Start(string profile, params IEnumerable<string> arguments)
    {
        Assert.SkipUnless(Program is not null, "There is no Chromium here (Debian: apt install chromium).");
        return Process.Start(new ProcessStartInfo(Program!, [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--enable-logging=stderr",
            $"--user-data-dir={profile}", .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
    }

    /// <summary>The page after its scripts ran, and a script of the test after them; fails where the console has a message.</summary>
    public static string Open(string html, string script = "", string size = "1200,900")
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("report-");
        try
        {
            string page = Path.Combine(folder.FullName, "page.html");
            File.WriteAllText(page, html.Replace("</body>", $"<script>{script}</script></body>", StringComparison.Ordinal));
            using Process process = Start($"{folder.FullName}/profile",
                $"--window-size={size}", "--virtual-time-budget=3000", "--dump-dom", new Uri(page).AbsoluteUri);
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string dom = process.StandardOutput.ReadToEnd();
            Assert.True(process.WaitForExit(60_000), "Chromium does not end.");
            Assert.DoesNotContain("CONSOLE", errors.Result, StringComparison.Ordinal);
            return dom;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
