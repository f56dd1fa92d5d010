using System.Buffers.Binary;
using System.Xml.Linq;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Plots.Tests;

public sealed class PlotTests : IDisposable
{
    private static readonly MLContext Ml = new(seed: 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("plots-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class Row
    {
        public uint PredictedLabel { get; set; }

        public string Label { get; set; } = "";

        [VectorType(2)]
        public float[] Map { get; set; } = [0, 0];
    }

    private static IDataView Rows(int count, int classes = 3) => Ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(
        i => new Row { PredictedLabel = (uint)(i % classes), Label = $"<kind> & {i % classes}", Map = [i % classes, i] }));

    private static readonly TrainingProgress[] History = [.. Enumerable.Range(1, 3).Select(epoch => new TrainingProgress(
        epoch, 3, 1.0 / epoch, new Dictionary<string, double> { ["row margin"] = epoch == 2 ? double.NaN : 2 }, TimeSpan.Zero))];

    [Fact]
    public void EveryPictureIsAPngOfItsSize()
    {
        IDataView rows = Rows(60);
        ClusteringQuality quality = Ml.Clustering.EvaluateAgainstLabels(rows);
        (string Name, Action<string> Save)[] pictures =
        [
            ("confusion", path => quality.SaveConfusionPlot(path, 300, 200)),
            ("scatter", path => EmbeddingPlots.SaveScatter(rows, path, colorColumnName: "Label", title: "Map", width: 300, height: 200)),
            ("losses", path => EmbeddingPlots.SaveLossCurves(History, path, 300, 200)),
            ("neurons", path => EmbeddingPlots.SaveNeuronsByClass(rows, path, "Map", width: 300, height: 200)),
        ];
        foreach ((string name, Action<string> save) in pictures)
        {
            string path = Path.Combine(_folder, $"{name}.png");
            save(path);
            byte[] bytes = File.ReadAllBytes(path);
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], bytes[..4]);
            Assert.Equal((300, 200),
                (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20))));
        }
    }

    [Fact]
    public void AnSvgHasEveryPointAndEscapesTexts()
    {
        string path = Path.Combine(_folder, "map.svg");
        EmbeddingPlots.SaveScatter(Rows(60), path, colorColumnName: "Label");
        XElement svg = XDocument.Load(path).Root!;
        Assert.Equal("svg", svg.Name.LocalName);
        Assert.Contains("<kind> & 1",
            string.Concat(svg.Descendants().Where(element => element.Name.LocalName == "text").Select(text => text.Value)));
        EmbeddingPlots.SaveScatter(Rows(120), Path.Combine(_folder, "more.svg"), colorColumnName: "Label");
        int Shapes(string name) => XDocument.Load(Path.Combine(_folder, name)).Descendants()
            .Count(element => element.Name.LocalName is "circle" or "ellipse" or "path" or "rect");
        Assert.Equal(60, Shapes("more.svg") - Shapes("map.svg"));
    }

    [Fact]
    public void OneClusterAndAThousandClassesAreDrawn()
    {
        foreach (int classes in new[] { 1, 1000 })
        {
            IDataView rows = Rows(2000, classes);
            Ml.Clustering.EvaluateAgainstLabels(rows).SaveConfusionPlot(Path.Combine(_folder, $"confusion{classes}.png"));
            EmbeddingPlots.SaveScatter(rows, Path.Combine(_folder, $"map{classes}.png"), colorColumnName: "Label");
            EmbeddingPlots.SaveNeuronsByClass(rows, Path.Combine(_folder, $"neurons{classes}.png"), "Map");
        }
        Assert.Equal(6, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void WrongInputIsRefused()
    {
        string png = Path.Combine(_folder, "x.png");
        string Refusal(Action action) => Assert.Throws<ArgumentException>(action).Message;
        Assert.Contains("The history has no epochs", Refusal(() => EmbeddingPlots.SaveLossCurves([], png)));
        Assert.Contains("'x.gif' ends in '.gif'; a picture is a .png or .svg file.",
            Refusal(() => EmbeddingPlots.SaveLossCurves(History, "x.gif")));
        Assert.Contains("An epoch of the history is null.", Refusal(() => EmbeddingPlots.SaveLossCurves([null!], png)));
        Assert.Contains("100000 by 600 pixels; both must be from 1 to 10000.",
            Refusal(() => EmbeddingPlots.SaveLossCurves(History, png, width: 100_000)));
        Assert.Contains("0 by 600 pixels", Refusal(() => EmbeddingPlots.SaveLossCurves(History, png, width: 0)));
        Assert.Contains("There is no column 'Absent'", Refusal(() => EmbeddingPlots.SaveScatter(Rows(3), png, "Absent")));
        Assert.Contains("There are no rows", Assert.Throws<InvalidDataException>(() => EmbeddingPlots.SaveScatter(Rows(0), png)).Message);
        Assert.Throws<DirectoryNotFoundException>(() => EmbeddingPlots.SaveLossCurves(History, "/absent/folder/x.png"));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void AFailedPictureKeepsTheOldFile()
    {
        string png = Path.Combine(_folder, "x.png");
        EmbeddingPlots.SaveLossCurves(History, png);
        byte[] before = File.ReadAllBytes(png);
        Assert.Throws<ArgumentException>(() => EmbeddingPlots.SaveScatter(Rows(3), png, "Absent"));
        Assert.Equal(before, File.ReadAllBytes(png));
        Assert.Equal([png], Directory.GetFiles(_folder));
    }
}
