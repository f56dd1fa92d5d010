using System.Runtime.CompilerServices;

namespace Disentangle.ML.Tests;

/// <summary>Finds the files tests read.</summary>
internal static class TestData
{
    /// <summary>The root of the repository.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>A file that is part of the repository.</summary>
    public static string InRepository(params string[] parts) => Path.Combine([Repository, .. parts]);

    /// <summary>
    /// A file of the development data, which is not part of the repository: the folder named by DISENTANGLE_DATA, or <c>shared/data</c>
    /// beside the checkout. The test is skipped where the file is absent.
    /// </summary>
    public static string Development(params string[] parts)
    {
        string root = Environment.GetEnvironmentVariable("DISENTANGLE_DATA") ?? Path.Combine(Repository, "..", "shared", "data");
        string path = Path.GetFullPath(Path.Combine([root, .. parts]));
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path),
            $"The development data {string.Join('/', parts)} are not here; set DISENTANGLE_DATA to their folder.");
        return path;
    }

    private static string FindRepository([CallerFilePath] string thisFile = "")
    {
        for (string? folder = Path.GetDirectoryName(thisFile); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Disentangle.ML.slnx")))
                return folder;
        }
        throw new DirectoryNotFoundException("The tests run from a checkout that holds Disentangle.ML.slnx.");
    }
}
