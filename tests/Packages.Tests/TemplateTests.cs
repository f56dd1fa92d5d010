using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Disentangle.ML.Packages.Tests;

/// <summary>What the templates make builds without warnings and runs.</summary>
public sealed partial class TemplateTests(PackageFeed feed)
{
    [Fact]
    public void The_console_template_trains_judges_and_saves()
    {
        Application application = Create("disentangle-console", "MyGroups");
        string run = application.Dotnet("run -c Release --no-build").RequireSuccess().Output;
        Assert.Contains("embedding", run);
        Assert.Contains("Wrote report.html and model.zip.", run);
        Assert.True(File.Exists(Path.Combine(application.Folder, "model.zip")));
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(Path.Combine(application.Folder, "report.html")),
            StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_web_template_serves_the_model_that_it_trained()
    {
        Application application = Create("disentangle-webapi", "MyService");
        application.Dotnet("run -c Release --no-build -- train customers.csv").RequireSuccess();
        string program = Path.Combine(application.Folder, "bin", "Release", "net10.0", "MyService.dll");
        var start = new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = application.Folder, RedirectStandardOutput = true,
        };
        using Process server = Process.Start(start)!;
        try
        {
            string? line;
            Match address;
            do
            {
                line = await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
                address = Address().Match(line ?? "");
            }
            while (line is not null && !address.Success);
            Assert.True(address.Success, "The service did not start.");

            using var client = new HttpClient { BaseAddress = new Uri(address.Value) };
            object customer = new { age = 34, income = 41200, visits = 12, basket = 30.5, returns = 1, country = "DE" };
            HttpResponseMessage answer = await client.PostAsJsonAsync(
                "/cluster", new[] { customer, customer }, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            JsonElement[] clusters = (await answer.Content.ReadFromJsonAsync<JsonElement[]>(TestContext.Current.CancellationToken))!;
            Assert.Equal(2, clusters.Length);
            Assert.InRange(clusters[0].GetProperty("number").GetInt32(), 1, 6);
            Assert.Equal(6, clusters[0].GetProperty("distances").GetArrayLength());
            HttpResponseMessage wrong = await client.PostAsJsonAsync(
                "/cluster", new[] { new { age = "old" } }, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        }
        finally
        {
            server.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Makes an application by a template and builds it.</summary>
    private Application Create(string template, string name)
    {
        Application application = feed.CreateApplication(name);
        string hive = $"--debug:custom-hive {Path.Combine(feed.Folder, $"hive-{name}")}";
        application.Dotnet($"new install {Path.Combine(feed.Packages, $"Disentangle.ML.Templates.{PackageFeed.Version}.nupkg")} {hive}")
            .RequireSuccess();
        application.Dotnet($"new {template} -n {name} -o . {hive}").RequireSuccess();
        string build = application.Dotnet("build -c Release").RequireSuccess().Output;
        Assert.True(!ConsumerTests.Warning().IsMatch(build), $"What the template makes builds with warnings:\n{build}");
        return application;
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
