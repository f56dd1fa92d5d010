namespace Disentangle.ML.Packages.Tests;

/// <summary>An application outside the repository.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Cache">Its package cache.</param>
public sealed record Application(string Folder, string Cache)
{
    // As dotnet new console writes it.
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">

          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
          </PropertyGroup>

        </Project>
        """;

    /// <summary>Writes the project and its only source.</summary>
    public void Write(string program)
    {
        File.WriteAllText(Path.Combine(Folder, "App.csproj"), Project);
        File.WriteAllText(Path.Combine(Folder, "Program.cs"), program);
    }

    public DotnetResult Dotnet(string arguments)
    {
        string machineCache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Packages.Tests.Dotnet.Run(Folder, arguments, ("NUGET_PACKAGES", Cache), ("RestoreFallbackFolders", machineCache));
    }
}
