using System.Diagnostics;

namespace Disentangle.ML.Tool.Tests;

/// <summary>What a run of the tool gave.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    private static readonly string Program = typeof(CsvTable).Assembly.Location;

    public static ToolRun Of(string folder, string arguments)
    {
        var start = new ProcessStartInfo("dotnet", $"{Program} {arguments}")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ToolRun(process.ExitCode, output, error.Result);
    }

    public string RequireSuccess()
    {
        Assert.True(ExitCode == 0, Output + Error);
        Assert.Empty(Error);
        return Output;
    }

    /// <summary>One line on standard error, and exit code 1.</summary>
    public string RequireError()
    {
        Assert.Equal(1, ExitCode);
        string line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("Exception", line);
        return line;
    }
}
