using System.Diagnostics;
using System.IO.Compression;
using Papers;

namespace Disentangle.ML.Samples.Tests;

public sealed class PapersTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("papers-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Every_experiment_runs_and_prints_its_table()
    {
        string output = await Run("quick");
        // A table each, and two more of the two that choose λ.
        Assert.True(output.Split('\n').Count(line => line.StartsWith('┌') || line.StartsWith("| --", StringComparison.Ordinal)) == 17,
            output);
    }

    [Fact]
    public async Task Annealing_disentangles_points_sooner_and_pictures_show_it()
    {
        string results = Path.Combine(_folder.FullName, "results.jsonl");
        string[] arguments =
            ["snnl-points", "--epochs", "20", "--every", "15", "--seeds", "1", "--pictures", _folder.FullName, "--results", results];
        await Run(arguments);
        string picture = Path.Combine(_folder.FullName, "annealed-t-epoch-20.png");
        Assert.Equal(12, _folder.EnumerateFiles("*.png").Count());
        FinishedRun[] runs = [.. File.ReadLines(results).Select(line => System.Text.Json.JsonSerializer.Deserialize<FinishedRun>(line)!)];
        double Of(string row, string column) => runs.SelectMany(run => run.Scores).Single(s => (s.Row, s.Column) == (row, column)).Value;
        Assert.Equal(Of("T = 1, epoch 0", "SNNL at T = 1"), Of("annealed T, epoch 0", "SNNL at T = 1"));
        Assert.True(Of("annealed T, epoch 20", "SNNL at T = 1") < Of("T = 1, epoch 20", "SNNL at T = 1"));
        Assert.True(Of("annealed T, epoch 20", "nearest neighbour") > Of("T = 1, epoch 20", "nearest neighbour") + 0.1);

        // What has run is not repeated, except to draw a picture that is not there.
        File.Delete(picture);
        Assert.Contains("3 of 4 runs are in the results file.", await Run(arguments));
        Assert.True(File.Exists(picture));
        Assert.Contains("4 of 4 runs are in the results file.", await Run(arguments));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Letters_and_digits_of_Emnist_are_read_upright_under_their_published_names(bool packed)
    {
        // Two images of each of 47 classes; class c has a bright pixel in row c mod 28, and column 5 or 6.
        WriteEmnist("train", packed);
        WriteEmnist("test", packed);
        Digits digits = Digits.Load(_folder, train: 90);
        Assert.Equal((ImageSet.EmnistBalanced, 47, 90, 94), (digits.Set, digits.Classes, digits.Train.Length, digits.Test.Length));
        Digit last = digits.Test[93];
        Assert.Equal(46, last.Label);
        Assert.Equal(1, last.Pixels[46 % 28 * 28 + 6]);
        Assert.Equal(1, last.Pixels.Sum());

        string[] arguments = ["--data", _folder.FullName, "--epochs", "1", "--seeds", "1"];
        if (packed)
        {
            // The paper's accuracy is beside ours.
            string output = await Run(["snnl", "--labelled", "94", .. arguments]);
            Assert.Contains("(0.792", output);
        }
        else
        {
            Assert.Contains("have 47 classes; this experiment needs ten", await Run(exitCode: 1, ["corel", .. arguments]));
        }
    }

    private void WriteEmnist(string part, bool packed)
    {
        const int rows = 94, side = Digits.Side;
        var images = new byte[rows * side * side];
        for (int row = 0; row < rows; row++)
            images[row * side * side + (5 + row % 2) * side + row / 2 % side] = 255;
        Write("images-idx3", [0, 0, 8, 3, 0, 0, 0, rows, 0, 0, 0, side, 0, 0, 0, side, .. images]);
        Write("labels-idx1", [0, 0, 8, 1, 0, 0, 0, rows, .. Enumerable.Range(0, rows).Select(row => (byte)(row / 2))]);

        void Write(string kind, byte[] content)
        {
            string path = Path.Combine(_folder.FullName, $"emnist-balanced-{part}-{kind}-ubyte");
            if (!packed)
            {
                File.WriteAllBytes(path, content);
                return;
            }
            using var zip = new GZipStream(File.Create($"{path}.gz"), CompressionLevel.Fastest);
            zip.Write(content);
        }
    }

    private static Task<string> Run(params string[] arguments) => Run(exitCode: 0, arguments);

    private static async Task<string> Run(int exitCode, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Papers.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == exitCode, await error + output);
        return exitCode == 0 ? output : await error;
    }
}
