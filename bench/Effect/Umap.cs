using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Effect;

/// <summary>Runs umap-learn on the same rows, through embed.py in another process.</summary>
public static class Umap
{
    /// <summary>The scores of UMAP's embedding.</summary>
    /// <param name="python">The interpreter.</param>
    /// <param name="script">The path of embed.py.</param>
    /// <param name="data">The rows.</param>
    /// <param name="labelled">Whether UMAP is given the coarse label.</param>
    /// <param name="standardised">Whether to standardise the features first.</param>
    /// <param name="seed">UMAP's random state.</param>
    public static Scores Run(string python, string script, DataSet data, bool labelled, bool standardised, int seed)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("effect-");
        try
        {
            Write(folder, "train", data.Train);
            Write(folder, "test", data.Test);
            string[] arguments =
            [
                script, folder.FullName, $"{data.Train[0].Features.Length}", labelled ? "labelled" : "unlabelled",
                standardised ? "standardised" : "raw", $"{seed}",
            ];
            using Process process = Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true })!;
            string seconds = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"embed.py ended with exit code {process.ExitCode}.");
            var ml = new MLContext(seed);
            IDataView train = Read(ml, folder, "train", data.Train), test = Read(ml, folder, "test", data.Test);
            return Scores.Of(ml, data, train, test, seed, groupAccuracy: null,
                double.Parse(seconds, CultureInfo.InvariantCulture));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Write(DirectoryInfo folder, string part, Row[] rows)
    {
        using FileStream features = File.Create(Path.Combine(folder.FullName, $"{part}.features"));
        using FileStream groups = File.Create(Path.Combine(folder.FullName, $"{part}.groups"));
        foreach (Row row in rows)
        {
            features.Write(MemoryMarshal.AsBytes<float>(row.Features));
            groups.Write(MemoryMarshal.AsBytes<int>([(int)row.Group]));
        }
    }

    private static IDataView Read(MLContext ml, DirectoryInfo folder, string part, Row[] rows)
    {
        float[] values = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder.FullName, $"{part}.embedding"))).ToArray();
        int width = values.Length / rows.Length;
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Embedded));
        schema[nameof(Embedded.Clustered)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        return ml.Data.LoadFromEnumerable(
            rows.Select((row, i) =>
                new Embedded { Clustered = values[(i * width)..((i + 1) * width)], Group = row.Group, Label = row.Label }),
            schema);
    }

    private sealed class Embedded
    {
        public float[] Clustered { get; set; } = [];

        [KeyType(2)]
        public uint Group { get; set; }

        public int Label { get; set; }
    }
}
