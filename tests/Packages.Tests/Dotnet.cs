using System.Diagnostics;

namespace Disentangle.ML.Packages.Tests;

/// <summary>Runs the command dotnet, and programs.</summary>
internal static class Dotnet
{
    public static DotnetResult Run(string folder, string arguments, params (string Name, string Value)[] variables) =>
        RunProgram("dotnet", folder, arguments,
            [.. variables, ("DOTNET_CLI_UI_LANGUAGE", "en"), ("DOTNET_NOLOGO", "1"), ("MSBUILDDISABLENODEREUSE", "1")]);

    public static DotnetResult RunProgram(string program, string folder, string arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true,
            RedirectStandardError = true };
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;
        // Set for the tests' own build.
        foreach (string name in new[] { "MSBuildSDKsPath", "MSBUILD_EXE_PATH", "MSBuildExtensionsPath", "AutoML" })
            start.Environment.Remove(name);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new DotnetResult($"{program} {arguments}", process.ExitCode, output + errors.Result);
    }
}
