using System.Buffers.Binary;
using System.Text.Json;
using Disentangle.ML.Sweeps;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.Playwright;
using static Disentangle.ML.Reports.Tests.Samples;

namespace Disentangle.ML.Reports.Tests;

/// <summary>
/// The pictures of docs/reports.md. With DISENTANGLE_PICTURES=1 they are made anew in docs/images, from a report on 2,000 held-out digits;
/// otherwise a report of the same kind on fewer digits must show the same things at the same size.
/// </summary>
public class PictureTests(Browser browser)
{
    private static readonly bool Make = Environment.GetEnvironmentVariable("DISENTANGLE_PICTURES") == "1";

    private static readonly (string Name, int Width, int Height, float Scale, ColorScheme Scheme)[] Pictures =
    [
        ("report-light.png", 1140, 1010, 1, ColorScheme.Light),
        ("report-dark.png", 1140, 1010, 1, ColorScheme.Dark),
        ("report-phone.png", 390, 844, 2, ColorScheme.Light),
    ];

    [Fact]
    public async Task ThePicturesShowTheReport()
    {
        Chromium.Require();
        string html = Render();
        if (Make)
            await File.WriteAllTextAsync(TestData.InRepository("artifacts", "report.html"), html, TestContext.Current.CancellationToken);
        foreach ((string name, int width, int height, float scale, ColorScheme scheme) in Pictures)
        {
            await using ReportPage report = await browser.OpenAsync(html, new()
            {
                ViewportSize = new() { Width = width, Height = height }, DeviceScaleFactor = scale, ColorScheme = scheme,
            });
            await report.Page.Locator("#map").PressAsync("n");
            await report.Page.Keyboard.PressAsync("Enter");
            // What the picture shows besides the text: the map, a digit, and the digits most like it.
            if (width > 700)
                Assert.Equal(10, await report.EvaluateAsync<int>(InView, "canvas"));
            await report.EvaluateAsync<bool>("() => { document.activeElement.blur(); scrollTo(0, 0); return true; }");
            await CompareAsync(name, report.Page.ScreenshotAsync(), (int)(width * scale), (int)(height * scale));
        }
        await using ReportPage charts = await browser.OpenAsync(html, new() { ViewportSize = new() { Width = 900, Height = 900 } });
        LocatorBoundingBoxResult first = (await charts.Page.Locator("#losses").BoundingBoxAsync())!,
            last = (await charts.Page.Locator("#silhouette").BoundingBoxAsync())!;
        foreach (string section in new[] { "losses", "sweep0", "counts", "contingency", "neurons0", "neurons1", "latents", "silhouette" })
            Assert.True(await charts.Page.Locator($"#{section}").IsVisibleAsync(), section);
        await CompareAsync("report-charts.png", charts.Page.ScreenshotAsync(new()
        {
            FullPage = true, Clip = new() { X = 0, Y = first.Y - 10, Width = 900, Height = last.Y + last.Height - first.Y + 20 },
        }), 900, height: null);
    }

    private const string InView = """
        name => [...document.getElementsByTagName(name)].map(element => element.getBoundingClientRect())
            .filter(box => box.width > 0 && box.top >= 0 && box.bottom <= innerHeight).length
        """;

    private static async Task CompareAsync(string name, Task<byte[]> screenshot, int width, int? height)
    {
        byte[] picture = await screenshot;
        string path = TestData.InRepository("docs", "images", name);
        if (Make)
            await File.WriteAllBytesAsync(path, picture, TestContext.Current.CancellationToken);
        byte[] committed = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        Assert.InRange(committed.Length, 10_000, 300_000);
        foreach (byte[] png in new[] { picture, committed })
        {
            // The size stands in the first chunk of a PNG file.
            Assert.Equal(width, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
            if (height is not null)
                Assert.Equal(height, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        }
    }

    /// <summary>A report with every chart on digits that training saw only as 0-4 or 5-9.</summary>
    private static string Render()
    {
        (int trainRows, int testRows, int epochs, int small) = Make ? (8000, 2000, 20, 5) : (300, 200, 1, 1);
        Digit[] digits = Digits(trainRows + testRows);
        ITransformer keys = Ml.Transforms.Conversion.MapValueToKey("Group").Fit(View(digits));
        IDataView train = keys.Transform(View(digits[..trainRows])), test = keys.Transform(View(digits[trainRows..]));
        DisentangleEncoderTransformer before = Ml.Transforms.DisentangleEncoder("Before", "Pixels", "Group", new DisentangleEncoderOptions
        {
            Network = Network.Mlp([256], 32), Objective = Objective.CrossEntropy(), Epochs = small,
        }).Fit(train);
        DisentangleEncoderTransformer encoder =
            Ml.Transforms.DisentangleEncoder("Embedding", "Pixels", "Group", new DisentangleEncoderOptions { Epochs = epochs }).Fit(train);
        IDataView encoded = encoder.Transform(before.Transform(test));
        IDataView clustered = Ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 10).Fit(encoder.Transform(train))
            .Transform(encoded);
        IEstimator<ITransformer> map = Make ? Ml.Transforms.ProjectTo2D("Map", "Embedding", new() { Epochs = 100, Seed = 1 })
            : Ml.Transforms.ProjectToPrincipalComponents("Map", "Embedding", rank: 2);
        IDataView rows = Ml.Data.Cache(map.Fit(clustered).Transform(clustered));
        return EmbeddingReport.Render(rows, new()
        {
            Title = "10,000 digits, labelled only 0-4 or 5-9", MapColumnName = "Map", LabelColumnName = "Label",
            EmbeddingColumnName = "Embedding", EarlierEmbeddingColumnName = "Before", ImageColumnName = "Pixels",
            FeatureColumnNames = ["Group"],
            History = encoder.History, Sweep = Sweep(train, test, small), LatentVariances = Latents(digits, quick: !Make),
            ClusterCounts = Ml.Clustering.ChooseNumberOfClusters(rows, "Embedding",
                options: Make ? null : new() { ClusterCounts = [2, 3, 4], Runs = 2 }),
        });
    }

    /// <summary>How well ten clusters match the digits, by the weight of the row margin.</summary>
    private static SweepHistory Sweep(IDataView train, IDataView test, int epochs)
    {
        var trials = new List<object>();
        foreach (double weight in Make ? new[] { 0.001, 0.01, 0.1, 1, 10 } : [0.1, 1])
        {
            double[] scores = [.. Enumerable.Range(1, Make ? 3 : 2).Select(seed =>
            {
                var options = new DisentangleEncoderOptions
                {
                    Network = Network.Mlp([256], 32), Objective = Objective.CrossEntropy() + Objective.RowMargin(weight: (float)weight),
                    Epochs = epochs, Seed = seed,
                };
                ITransformer encoder = Ml.Transforms.DisentangleEncoder("Embedding", "Pixels", "Group", options).Fit(train);
                IDataView clustered = Ml.Clustering.Trainers.KMeansRestarts("Embedding", numberOfClusters: 10).Fit(encoder.Transform(train))
                    .Transform(encoder.Transform(test));
                return Ml.Clustering.EvaluateAgainstLabels(clustered, "Label").AdjustedMutualInformation;
            })];
            double mean = scores.Average();
            double deviation = Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / (scores.Length - 1));
            trials.Add(new { trial = trials.Count, parameters = new { Weight = weight }, score = mean, deviation });
        }
        return SweepHistory.FromJson(JsonSerializer.Serialize(new { metric = "AdjustedMutualInformation", moreIsBetter = true, trials }));
    }

    /// <summary>JADE with a few inverted digits as the scarce set and digits as they are as the plentiful one.</summary>
    private static LatentVarianceReport Latents(Digit[] digits, bool quick)
    {
        ITransformer keys = Ml.Transforms.Conversion.MapValueToKey("Label").Fit(View(digits));
        Digit[] inverted = [.. digits[..(digits.Length / 10)].Select(digit =>
            new Digit { Pixels = [.. digit.Pixels.Select(pixel => 1 - pixel)], Label = digit.Label })];
        IDataView few = keys.Transform(View(inverted)), many = keys.Transform(View(digits[(digits.Length / 2)..]));
        ConvolutionalVariationalAutoencoder network = new()
        {
            Image = new(28, 28), Convolutions = [new(8, Pool: 2), new(12, Pool: 2), new(12, Pool: 2)],
        };
        JointAutoencoderTransformer model = Ml.Transforms.JointAutoencoder("Content", "Pixels", "Label", many, new JointAutoencoderOptions
        {
            Primary = network, Auxiliary = network, ClassifierHidden = [128], ClassifierDropout = 0.2f, Epochs = quick ? 1 : 15,
            BatchSize = 20, LearningRate = 3e-3f, StyleColumnName = "Style", Seed = 1,
        }).Fit(few);
        return LatentVarianceReport.Of(model.Transform(few));
    }
}
