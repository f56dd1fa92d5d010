using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Packages.Tests;

/// <summary>A program that trains, saves, loads and predicts works when it is published trimmed, and as a single file.</summary>
public partial class PublishTests(PackageFeed feed)
{
    [Fact]
    public void A_partly_trimmed_program_trains_saves_and_loads() =>
        Publish("trimmed", "--self-contained -p:PublishTrimmed=true -p:TrimMode=partial");

    [Fact]
    public void A_single_file_trains_saves_and_loads() => Publish("single-file", "--no-self-contained -p:PublishSingleFile=true");

    private void Publish(string name, string arguments)
    {
        Application application = feed.CreateApplication(name);
        application.Write(File.ReadAllText(TestData.InRepository("tests", "Packages.Tests", "Program", "Program.cs")));
        application.Dotnet($"add package Disentangle.ML --version {PackageFeed.Version}").RequireSuccess();
        DotnetResult publish =
            application.Dotnet($"publish -c Release -v q -r {RuntimeInformation.RuntimeIdentifier} -o published {arguments}");
        Match missing = MissingPackage().Match(publish.Output);
        Assert.SkipWhen(missing.Success, $"The package sources do not have {missing.Groups[1].Value}, which publishing needs.");
        publish.RequireSuccess();

        string program = Path.Combine(application.Folder, "published", OperatingSystem.IsWindows() ? "App.exe" : "App");
        Assert.Contains("the loaded model predicts the same", Dotnet.RunProgram(program, application.Folder, "").RequireSuccess().Output);
    }

    [GeneratedRegex(@"error NU110\d: Unable to find (?:a stable )?package (Microsoft\.NET[\w.-]*)")]
    private static partial Regex MissingPackage();
}
