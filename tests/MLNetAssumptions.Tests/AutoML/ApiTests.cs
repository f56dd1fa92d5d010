using System.Reflection;
using Disentangle.ML.Tests;

namespace Disentangle.ML.MLNetAssumptions.Tests.AutoML;

/// <summary>
/// The stand-in declares nothing that Microsoft.ML.AutoML does not. automl-api.txt holds the lines of the package's listing that the
/// stand-in needs; to make it again after a change of the stand-in, run this class with AUTOML_API_LISTING set to the full listing.
/// </summary>
public class ApiTests
{
    private static readonly string _listing = TestData.InRepository("tests", "MLNetAssumptions.Tests", "AutoML", "automl-api.txt");

    [Fact]
    public void The_stand_in_declares_only_what_the_package_declares()
    {
        Assert.SkipUnless(AutoMLPackage.IsStandIn, "The tests run on Microsoft.ML.AutoML itself.");
        string[] declared = [.. ApiFormatter.Lines(AutoMLPackage.Assembly)];
        if (Environment.GetEnvironmentVariable("AUTOML_API_LISTING") is { Length: > 0 } full)
            File.WriteAllLines(_listing, File.ReadLines(full).Where(line => !line.StartsWith('#')).Select(line => line.Split(" | ", 2)[1])
                .Intersect(declared));
        Assert.Empty(declared.Except(File.ReadLines(_listing)));
    }

    [Fact]
    public void The_listing_holds_only_what_the_stand_in_declares()
    {
        Assert.SkipUnless(AutoMLPackage.IsStandIn, "The tests run on Microsoft.ML.AutoML itself.");
        Assert.Empty(File.ReadLines(_listing).Except(ApiFormatter.Lines(AutoMLPackage.Assembly)));
    }

    [Fact]
    public void The_listing_is_true_of_the_package()
    {
        Assert.SkipWhen(AutoMLPackage.IsStandIn, "The tests run on the stand-in of Microsoft.ML.AutoML.");
        IEnumerable<string> declared = Directory.GetFiles(AppContext.BaseDirectory, "Microsoft.ML*.dll").Select(Assembly.LoadFrom)
            .SelectMany(ApiFormatter.Lines);
        Assert.Empty(File.ReadLines(_listing).Except(declared));
    }
}
