using System.Diagnostics;

namespace Disentangle.ML.Tests;

/// <summary>The system's Chromium, without a window.</summary>
internal static class Chromium
{
    private static readonly string? Program = new[] { "chromium", "chromium-browser", "google-chrome" }
        .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Returns the program; the test is skipped where there is none.</summary>
    public static string Require()
    {
        Assert.SkipUnless(Program is not null, "Chromium is not installed (Debian: apt install chromium).");
        return Program!;
    }

    /// <summary>Starts it; the test is skipped where there is none.</summary>
    public static Process Start(string profile, params IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(Require(), [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--enable-logging=stderr",
        $"--user-data-dir={profile}", .. arguments])
    {
        RedirectStandardOutput = true, RedirectStandardError = true,
    })!;
}
