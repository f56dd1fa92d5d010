using System.Diagnostics;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Disentangle.ML.Docs.Tests;

/// <summary>The code of each guide compiles without a warning and runs.</summary>
public sealed class GuideTests : IDisposable
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("guide").FullName;

    public static TheoryData<string> Guides =>
        [.. Documents.Paths.Where(path => path.StartsWith("docs/guides/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Guides))]
    public void Code_compiles_and_runs(string page)
    {
        WriteCustomers();
        // Beside the test's own files, where their dependencies are found.
        string program = Path.Combine(AppContext.BaseDirectory, $"{Path.GetFileNameWithoutExtension(page)}.{Guid.NewGuid():N}.guide.dll");
        try
        {
            Compile(Documents.Program(page), program);
            Assert.NotEqual("", Run(program).Trim());
        }
        finally
        {
            File.Delete(program);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Compile(string source, string path)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        string[] references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        CSharpCompilation compilation = CSharpCompilation.Create(Path.GetFileNameWithoutExtension(path),
            [CSharpSyntaxTree.ParseText(ImplicitUsings, options), CSharpSyntaxTree.ParseText(source, options)],
            references.Select(reference => MetadataReference.CreateFromFile(reference)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using FileStream file = File.Create(path);
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(file);
        Assert.Empty(result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning
            && diagnostic.Id != "CS1701"));
        Assert.True(result.Success);
    }

    private string Run(string program)
    {
        string own = Path.Combine(AppContext.BaseDirectory, typeof(GuideTests).Assembly.GetName().Name!);
        var start = new ProcessStartInfo("dotnet",
            ["exec", "--depsfile", own + ".deps.json", "--runtimeconfig", own + ".runtimeconfig.json", program])
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }

    /// <summary>Four segments; those of higher income stay.</summary>
    private void WriteCustomers()
    {
        var random = new Random(1);
        IEnumerable<string> rows = Enumerable.Range(0, 800).Select(i =>
        {
            int segment = i % 4;
            double age = 25 + 15 * (segment % 2) + 10 * random.NextDouble(),
                income = 20_000 + 15_000 * (segment / 2) + 8_000 * random.NextDouble();
            double visits = (segment is 0 or 3 ? 2 : 10) + 4 * random.NextDouble();
            string country = new[] { "DE", "FR", "US" }[random.Next(3)];
            return string.Create(CultureInfo.InvariantCulture, $"{age:F0},{income:F0},{visits:F0},{country},{segment < 2},{segment}");
        });
        File.WriteAllLines(Path.Combine(_folder, "customers.csv"), ["Age,Income,Visits,Country,Churned,Segment", .. rows]);
    }
}
