namespace Disentangle.ML.Packages.Tests;

/// <summary>What a command gave.</summary>
public sealed record DotnetResult(string Command, int ExitCode, string Output)
{
    public DotnetResult RequireSuccess()
    {
        Assert.True(ExitCode == 0, $"'{Command}' ended with exit code {ExitCode}:{Environment.NewLine}{Output}");
        return this;
    }
}
