using Disentangle.ML.Tests;

namespace Disentangle.ML.Packages.Tests;

/// <summary>The packages, of a version of their own, in a temporary feed, with a folder for applications that use them.</summary>
public sealed class PackageFeed : IDisposable
{
    /// <summary>No other feed and no cache has it.</summary>
    public const string Version = "0.1.999";

    public PackageFeed()
    {
        string project = TestData.InRepository("eng", "Packages.proj");
        Dotnet.Run(Folder,
            $"pack {project} -c Release -v q -o {Packages} -p:Version={Version} -p:ArtifactsPath={Path.Combine(Folder, "build")} "
            + "-p:RunAnalyzers=false")
            .RequireSuccess();
    }

    /// <summary>The root of all that is made here, outside the repository.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("disentangle-packages-").FullName;

    public string Packages => Path.Combine(Folder, "feed");

    /// <summary>
    /// An empty folder for an application, whose restores take packages from the feed, from the machine's sources, and from the machine's
    /// cache so that nothing is downloaded twice; what they add goes to a cache of their own.
    /// </summary>
    public Application CreateApplication(string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <add key="disentangle" value="{Packages}" />
              </packageSources>
            </configuration>
            """);
        return new Application(folder, Path.Combine(Folder, "cache"));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
