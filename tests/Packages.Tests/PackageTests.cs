using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Packages.Tests;

/// <summary>What the packages hold.</summary>
public class PackageTests(PackageFeed feed)
{
    [Theory]
    [InlineData("Disentangle.ML", false)]
    [InlineData("Disentangle.ML.Tensors", true)]
    [InlineData("Disentangle.ML.Trainers", true)]
    [InlineData("Disentangle.ML.Transforms", true)]
    [InlineData("Disentangle.ML.Evaluators", true)]
    [InlineData("Disentangle.ML.TorchSharp", true)]
    [InlineData("Disentangle.ML.Onnx", true)]
    [InlineData("Disentangle.ML.Sweeps", true)]
    [InlineData("Disentangle.ML.Orleans", true)]
    [InlineData("Disentangle.ML.Serving", true)]
    public void A_package_has_readme_icon_licence_documentation_and_symbols(string id, bool hasAssembly)
    {
        using ZipArchive package = ZipFile.OpenRead(Path.Combine(feed.Packages, $"{id}.{PackageFeed.Version}.nupkg"));
        Assert.NotNull(package.GetEntry("README.md"));
        Assert.NotNull(package.GetEntry("icon.png"));
        string specification = Text(package, $"{id}.nuspec");
        foreach (string element in new[] { "<license type=\"expression\">MIT</license>", "<readme>README.md</readme>",
            "<icon>icon.png</icon>", "<tags>" })
            Assert.Contains(element, specification);
        Assert.DoesNotContain("StandIn", specification);
        if (!hasAssembly)
            return;

        Assert.NotNull(package.GetEntry($"lib/net10.0/{id}.xml"));
        using ZipArchive symbols = ZipFile.OpenRead(Path.Combine(feed.Packages, $"{id}.{PackageFeed.Version}.snupkg"));
        string[] sources = Sources(symbols.GetEntry($"lib/net10.0/{id}.pdb")!);
        Assert.Contains(sources, source => source.StartsWith("/_/src/", StringComparison.Ordinal));
        Assert.DoesNotContain(sources, source => source.StartsWith(TestData.Repository, StringComparison.Ordinal));
        Assert.DoesNotContain(TestData.Repository, Text(package, $"lib/net10.0/{id}.dll"));
    }

    /// <summary>The paths of the sources, as they stand in stack traces.</summary>
    private static string[] Sources(ZipArchiveEntry symbols)
    {
        var content = new MemoryStream();
        using (Stream stream = symbols.Open())
            stream.CopyTo(content);
        content.Position = 0;
        using var provider = MetadataReaderProvider.FromPortablePdbStream(content);
        MetadataReader reader = provider.GetMetadataReader();
        return [.. reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name))];
    }

    private static string Text(ZipArchive archive, string entry)
    {
        using var reader = new StreamReader(archive.GetEntry(entry)!.Open(), Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
