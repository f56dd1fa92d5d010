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
    public void ImagesAreDrawnPixelByPixel()
    {
        string path = Path.Combine(_folder, "images.png");
        // Three images of 2 x 1 pixels in two columns, each pixel 2 x 2: white between them and in the empty place.
        EmbeddingPlots.SaveImages(
            [[1, 0, 0, 0, 0.5f, 0], [0, 0, 2, -1, -1, -1], [0, 0, 0, 0.2f, 0.4f, 0.6f]], new(2, 1, 3), path, columns: 2);
        byte[,,] rgb = new ScottPlot.Image(path).GetArrayRGB();
        Assert.Equal((6, 10), (rgb.GetLength(0), rgb.GetLength(1)));
        string Line(int y) => string.Join(' ', Enumerable.Range(0, 10).Select(x => $"{rgb[y, x, 0]:X2}{rgb[y, x, 1]:X2}{rgb[y, x, 2]:X2}"));
        Assert.Equal("FF0000 FF0000 008000 008000 FFFFFF FFFFFF 0000FF 0000FF 000000 000000", Line(0));
        Assert.Equal(Line(0), Line(1));
        Assert.Equal(string.Join(' ', Enumerable.Repeat("FFFFFF", 10)), Line(2));
        Assert.Equal("000000 000000 336699 336699 FFFFFF FFFFFF FFFFFF FFFFFF FFFFFF FFFFFF", Line(4));

        EmbeddingPlots.SaveImages([[0, 1]], new(2, 1), path, columns: 5, scale: 1);
        rgb = new ScottPlot.Image(path).GetArrayRGB();
        Assert.Equal((1, 14, 0, 255), (rgb.GetLength(0), rgb.GetLength(1), rgb[0, 0, 0], rgb[0, 1, 2]));
    }

    [Fact]
    public void WrongImagesAreRefused()
    {
        string png = Path.Combine(_folder, "x.png");
        float[][] one = [[0, 1]];
        string Refusal(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
        Assert.Contains("There are no images", Refusal(() => EmbeddingPlots.SaveImages([], new(2, 1), png, columns: 1)));
        Assert.Contains("Image 1 (from 0) has 1 values; 1 x 2 x 1 needs 2.",
            Refusal(() => EmbeddingPlots.SaveImages([[0, 1], [0]], new(2, 1), png, columns: 1)));
        Assert.Contains("Image 0 (from 0) has a value that is NaN.",
            Refusal(() => EmbeddingPlots.SaveImages([[0, float.NaN]], new(2, 1), png, columns: 1)));
        Assert.Contains("they must have 1 or 3 channels", Refusal(() => EmbeddingPlots.SaveImages(one, new(1, 1, 2), png, columns: 1)));
        Assert.Contains("columns", Refusal(() => EmbeddingPlots.SaveImages(one, new(2, 1), png, columns: 0)));
        Assert.Contains("scale", Refusal(() => EmbeddingPlots.SaveImages(one, new(2, 1), png, columns: 1, scale: 0)));
        Assert.Contains("by 1 pixels; both must be from 1 to 10000.",
            Refusal(() => EmbeddingPlots.SaveImages(one, new(2, 1), png, columns: int.MaxValue, scale: 1)));
        Assert.Contains("a picture is a .png file", Refusal(() => EmbeddingPlots.SaveImages(one, new(2, 1), "x.svg", columns: 1)));
        Assert.Empty(Directory.GetFiles(_folder));
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
