using System.Text.Json;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Evaluators.Tests;

/// <summary>Reads tests/reference/metrics.json.</summary>
internal static class Reference
{
    /// <summary>The rounding error of a sum of terms of order 1, below which nothing is compared.</summary>
    public const double Rounding = 2e-15;

    private static readonly Lazy<JsonElement> Root = new(() => Read(TestData.InRepository("tests", "reference", "metrics.json")));

    public static JsonElement[] Cases(string group) => [.. Root.Value.GetProperty(group).EnumerateArray()];

    public static IEnumerable<object[]> Numbers(string group) => Enumerable.Range(0, Cases(group).Length).Select(i => new object[] { i });

    public static JsonElement Read(string path) => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;

    public static int[] Integers(this JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(x => x.GetInt32())];

    public static double[] Reals(this JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(x => x.GetDouble())];

    public static double Real(this JsonElement json, string name) => json.GetProperty(name).GetDouble();

    /// <summary>A list of rows, row after row.</summary>
    public static double[] Points(this JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(x => x.GetDouble())];

    public static int[,] Table(this JsonElement json, string name)
    {
        int[][] rows = [.. json.GetProperty(name).EnumerateArray().Select(row => row.EnumerateArray().Select(x => x.GetInt32()).ToArray())];
        var table = new int[rows.Length, rows[0].Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < rows[0].Length; j++)
                table[i, j] = rows[i][j];
        }
        return table;
    }

    /// <summary>Fails unless the two agree to the relative error, or to the absolute one where that is more.</summary>
    public static void Agree(double expected, double actual, double relative, string what, double absolute = Rounding)
    {
        double error = Math.Abs(expected - actual);
        Assert.True(error <= Math.Max(relative * Math.Abs(expected), absolute),
            $"{what}: {actual:R} instead of {expected:R}, off by {error:0.0e+0}.");
    }
}
