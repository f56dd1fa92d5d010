using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.Packages.Tests;

/// <summary>
/// An application made of nothing but README.md's commands and code, in an empty folder outside the repository, with the packages as
/// anybody would get them.
/// </summary>
public partial class ConsumerTests(PackageFeed feed)
{
    [Fact]
    public void An_application_made_of_the_README_builds_without_warnings_runs_and_saves_a_model_that_other_versions_load()
    {
        Application application = feed.CreateApplication("readme");
        application.Write(Readme.Program);
        foreach ((string file, int index) in Readme.CsvFiles.Select((file, index) => (file, index)))
            WriteCsv(Path.Combine(application.Folder, file), rows: index == 0 ? 400 : 100, seed: index);

        string[] commands = Readme.AddPackageCommands;
        Assert.True(commands.Length > 0, "README.md has no line 'dotnet add package ...'.");
        foreach (string command in commands)
            application.Dotnet(command).RequireSuccess();

        string build = application.Dotnet("build -c Release").RequireSuccess().Output;
        Assert.True(!Warning().IsMatch(build), $"The README's application builds with warnings:\n{build}");
        string run = application.Dotnet("run -c Release --no-build").RequireSuccess().Output;
        Match accuracy = HungarianAccuracy().Match(run);
        Assert.True(accuracy.Success, $"The README's application prints no HungarianAccuracy:\n{run}");
        Assert.True(double.Parse(accuracy.Groups[1].Value, CultureInfo.InvariantCulture) > 0.3, run);

        // The application's library has another version than the one beside this test; the assembly version in the model is the same.
        Assembly own = typeof(DisentangleModel).Assembly;
        string other = Path.Combine(application.Folder, "bin", "Release", "net10.0", Path.GetFileName(own.Location));
        Assert.Equal($"{PackageFeed.Version}.0", FileVersionInfo.GetVersionInfo(other).FileVersion);
        Assert.NotEqual($"{PackageFeed.Version}.0", FileVersionInfo.GetVersionInfo(own.Location).FileVersion);
        string[] models = Directory.GetFiles(application.Folder, "*.zip");
        Assert.True(models.Length > 0, "The README's application saves no model.");
        Assert.All(models, model => Assert.NotEmpty(DisentangleModel.Open(new MLContext().Model.Load(model, out _)).Encoders));
    }

    /// <summary>Digits of a kind, in the columns of the README's class: each is a bar at a place of its own, with noise.</summary>
    private static void WriteCsv(string path, int rows, int seed)
    {
        var columns = Readme.Columns.OrderBy(column => column.First).ToArray();
        Assert.NotEmpty(columns);
        var random = new Random(seed);
        File.WriteAllLines(path, Enumerable.Range(0, rows)
            .Select(i => string.Join(',', columns.SelectMany(column => Values(column, i % 10, random)))));
    }

    private static IEnumerable<string> Values((string Type, string Name, int First, int Last) column, int digit, Random random)
    {
        int width = column.Last - column.First + 1;
        return column.Type switch
        {
            "string" => [digit < 5 ? "0-4" : "5-9"],
            "bool" => [digit < 5 ? "0" : "1"],
            _ when width == 1 => [digit.ToString(CultureInfo.InvariantCulture)],
            _ => Enumerable.Range(0, width)
                .Select(j => ((j * 10 / width == digit ? 0.8 : 0) + 0.2 * random.NextDouble())
                    .ToString("F3", CultureInfo.InvariantCulture)),
        };
    }

    // Not those of NuGet: a mirror without the exact version of a package, or without the list of vulnerabilities, is no fault of the
    // README.
    [GeneratedRegex(@"warning (?!NU)\w+")]
    internal static partial Regex Warning();

    [GeneratedRegex(@"HungarianAccuracy\W+([0-9.]+)")]
    private static partial Regex HungarianAccuracy();
}
