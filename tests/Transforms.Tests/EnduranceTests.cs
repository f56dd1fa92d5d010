using System.Diagnostics;
using System.Globalization;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>Many threads, many Fits, and a full disk.</summary>
public sealed class EnduranceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("disentangle-").FullName;
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Sixteen_threads_get_the_bits_of_one_from_one_transformer()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create(rows: 300));
        DisentangleEncoderTransformer fitted =
            _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.AllOutputs).Fit(data);
        foreach (ITransformer transformer in new[] { fitted, _ml.SaveAndLoad(fitted, data) })
        {
            float[][] expected = transformer.Transform(data).Column<float[]>("Embedding");
            var got = new float[16][][];
            Thread[] threads = [.. Enumerable.Range(0, 16).Select(i => new Thread(() =>
            {
                for (int round = 0; round < 3; round++)
                    got[i] = transformer.Transform(data).Column<float[]>("Embedding");
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            Assert.All(got, embeddings => Assert.Equal(expected, embeddings));
        }
    }

    [Fact]
    public async Task Memory_does_not_grow_from_Fit_to_Fit()
    {
        const int warmUp = 60, fits = 201;
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [TransformerTesting.Program("SaveForever"), "fit", $"{fits}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);

        double[] megabytes = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => long.Parse(line, CultureInfo.InvariantCulture) / 1048576.0)];
        double growth = megabytes[^1] - megabytes[warmUp / 3 - 1];
        string figures = string.Create(CultureInfo.InvariantCulture,
            $"{megabytes[warmUp / 3 - 1]:F1} MB after {warmUp} Fits, {megabytes[^1]:F1} MB after {fits}: {growth:+0.0;-0.0} MB.");
        TestContext.Current.SendDiagnosticMessage(figures);
        TestContext.Current.TestOutputHelper?.WriteLine(figures);
        // A Fit works with about 3 MB.
        Assert.True(growth < 24, figures);
    }

    [Fact]
    public void A_full_disk_leaves_the_old_model_and_checkpoint()
    {
        string disk = Path.Combine(_folder, "disk");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk),
            "A disk of 256 kB cannot be mounted here; that takes the rights of root.");
        try
        {
            string model = Path.Combine(disk, "model.zip"), checkpoint = Path.Combine(disk, "checkpoint");
            IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
            DisentangleModel.Save(_ml, Fit(Samples.Options), data.Schema, model);
            Fit(Samples.Options with { CheckpointPath = checkpoint });
            byte[] savedModel = File.ReadAllBytes(model), savedCheckpoint = File.ReadAllBytes(checkpoint);

            DisentangleEncoderOptions large = Samples.Options with { Network = Network.Mlp([400, 400], 5), Epochs = 1 };
            Assert.ThrowsAny<IOException>(() => DisentangleModel.Save(_ml, Fit(large), data.Schema, model));
            Assert.ThrowsAny<IOException>(() => Fit(large with { CheckpointPath = Path.Combine(disk, "large") }));

            Assert.Equal(savedModel, File.ReadAllBytes(model));
            Assert.Equal(savedCheckpoint, File.ReadAllBytes(checkpoint));
            Assert.Equal([checkpoint, model], Directory.GetFiles(disk).Order());

            DisentangleEncoderTransformer Fit(DisentangleEncoderOptions options) =>
                _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", options).Fit(data);
        }
        finally
        {
            Run("umount", disk);
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
