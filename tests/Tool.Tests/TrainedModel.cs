using System.Globalization;

namespace Disentangle.ML.Tool.Tests;

/// <summary>customers.csv, four segments of which the label names pairs, and model.zip, trained on it.</summary>
public sealed class TrainedModel : IDisposable
{
    public const int Rows = 240;

    public TrainedModel()
    {
        var random = new Random(1);
        string[] rows = [.. Enumerable.Range(0, Rows).Select(i =>
        {
            int segment = i % 4;
            string age = i == 5 ? "" : (30 + segment / 2 * 30 + 4 * random.NextDouble()).ToString("F1", CultureInfo.InvariantCulture);
            string income = (10 + segment % 2 * 40 + 4 * random.NextDouble()).ToString("F2", CultureInfo.InvariantCulture);
            return $"{i},{age},{income},{(segment % 2 == 0 ? "DE" : "\"FR, BE\"")},{(segment > 1 ? "yes" : "no")},s{segment}";
        })];
        File.WriteAllLines(Path.Combine(Folder, "customers.csv"), ["id,age,income,country,churned,segment", .. rows]);
        FitOutput = ToolRun.Of(Folder,
            "fit customers.csv --label churned --group-truth segment --clusters 4 --epochs 10 --out model.zip").RequireSuccess();
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("disentangle-tool-").FullName;

    public string FitOutput { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
