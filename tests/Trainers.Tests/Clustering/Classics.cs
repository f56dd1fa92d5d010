using System.Globalization;

namespace Disentangle.ML.Trainers.Tests.Clustering;

/// <summary>Reads the data sets that scikit-learn ships: a line about the file, then rows whose last column is the class.</summary>
internal static class Classics
{
    public static double[][] Read(string path, bool standardize)
    {
        double[][] rows =
        [
            .. File.ReadLines(path).Skip(1).Select(line =>
                line.Split(',')[..^1].Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray()),
        ];
        for (int f = 0; f < rows[0].Length && standardize; f++)
        {
            double mean = rows.Average(row => row[f]), deviation = Math.Sqrt(rows.Average(row => (row[f] - mean) * (row[f] - mean)));
            foreach (double[] row in rows)
                row[f] = (row[f] - mean) / deviation;
        }
        return rows;
    }
}
