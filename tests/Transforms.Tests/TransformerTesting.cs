using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Microsoft.ML;

namespace Disentangle.ML.Tests;

/// <summary>What the tests of transformers share.</summary>
internal static class TransformerTesting
{
    /// <summary>What another process would load.</summary>
    public static ITransformer SaveAndLoad(this MLContext ml, ITransformer model, IDataView data)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    /// <summary>
    /// Loads a saved model in a process that knows only ML.NET, and checks the bits of its column Embedding and its keys PredictedLabel,
    /// made of the column Features.
    /// </summary>
    public static async Task AssertFreshProcessAgrees(MLContext ml, ITransformer model, IDataView data, IEnumerable<float[]> features)
    {
        string folder = Directory.CreateTempSubdirectory("disentangle-").FullName;
        string path = Path.Combine(folder, "model.zip"), rows = Path.Combine(folder, "rows.csv");
        try
        {
            ml.Model.Save(model, data.Schema, path);
            float[][] vectors = [.. features];
            File.WriteAllLines(rows,
                vectors.Select(row => string.Join(',', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))));
            var start = new ProcessStartInfo("dotnet",
                [Program("LoadModel"), path, rows, vectors[0].Length.ToString(CultureInfo.InvariantCulture)])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string[] lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await errors);

            IDataView scored = model.Transform(data);
            uint[] predicted = scored.Column<uint>("PredictedLabel");
            string Bits(float value) => BitConverter.SingleToInt32Bits(value).ToString("x8", CultureInfo.InvariantCulture);
            var expected = scored.Column<float[]>("Embedding").Select((row, i) => $"{string.Join(' ', row.Select(Bits))} {predicted[i]}");
            Assert.Equal(expected, lines.Select(line => line.TrimEnd()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Where a program lies that is built beside the tests.</summary>
    public static string Program(string name) => typeof(TransformerTesting).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == name).Value!;

    public static Exception Innermost(this Exception exception) => exception.InnerException?.Innermost() ?? exception;
}

/// <summary>A view that counts how often it is passed over.</summary>
internal sealed class CountedView(IDataView view) : IDataView
{
    public int Passes { get; private set; }

    public DataViewSchema Schema => view.Schema;

    public bool CanShuffle => view.CanShuffle;

    public long? GetRowCount() => view.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Passes++;
        return view.GetRowCursor(columnsNeeded, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        Passes++;
        return view.GetRowCursorSet(columnsNeeded, n, rand);
    }
}
