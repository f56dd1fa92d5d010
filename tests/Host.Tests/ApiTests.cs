using System.Reflection;
using Disentangle.ML.Tests;
using Microsoft.ML;
using Microsoft.ML.AutoML;

namespace Disentangle.ML.Host.Tests;

/// <summary>
/// The stand-in declares nothing that ML.NET does not. mlnet-api.txt holds the lines of ML.NET's listing that the stand-in needs; to make it again
/// after a change of the stand-in, run this class with MLNET_API_LISTING set to the full listing.
/// </summary>
public class ApiTests
{
    private static readonly string _listing = TestData.InRepository("tests", "Host.Tests", "mlnet-api.txt");

    [Fact]
    public void Stand_in_declares_only_what_MLNET_declares()
    {
        Assert.SkipUnless(TestHost.IsStandIn, "This host is the real ML.NET.");
        string[] declared = StandIn().ToArray();
        if (Environment.GetEnvironmentVariable("MLNET_API_LISTING") is { Length: > 0 } full)
            Trim(full, declared);
        Assert.Empty(declared.Except(Listing()));
    }

    [Fact]
    public void Listing_holds_only_what_the_stand_in_declares()
    {
        Assert.SkipUnless(TestHost.IsStandIn, "This host is the real ML.NET.");
        Assert.Empty(Listing().Except(StandIn()));
    }

    [Fact]
    public void Listing_is_true_of_MLNET()
    {
        Assert.SkipWhen(TestHost.IsStandIn, "This host is the stand-in.");
        IEnumerable<string> declared = Directory.GetFiles(AppContext.BaseDirectory, "Microsoft.ML*.dll").Select(Assembly.LoadFrom)
            .SelectMany(ApiFormatter.Lines);
        Assert.Empty(Listing().Except(declared));
    }

    private static IEnumerable<string> StandIn() =>
        new[] { typeof(MLContext), typeof(AutoMLExperiment) }.Select(type => type.Assembly).SelectMany(ApiFormatter.Lines);

    private static IEnumerable<string> Listing() => File.ReadLines(_listing).Where(line => !line.StartsWith('#'));

    private static void Trim(string fullListing, string[] declared)
    {
        IEnumerable<string> lines = File.ReadLines(fullListing).Where(line => !line.StartsWith('#')).Select(line => line.Split(" | ", 2)[1]);
        File.WriteAllLines(_listing, File.ReadLines(_listing).Where(line => line.StartsWith('#')).Concat(lines.Intersect(declared)));
    }
}
