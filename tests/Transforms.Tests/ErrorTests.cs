using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>The rows of docs/errors.md.</summary>
public sealed partial class ErrorTests : IDisposable
{
    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 51, 255, 102, 153, 204];
    private readonly string _folder = Directory.CreateTempSubdirectory("disentangle-").FullName;
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Rows => [.. Documented.Keys];

    private static readonly Dictionary<string, (string Exception, string Message)> Documented =
        Row().Matches(System.IO.File.ReadAllText(TestData.InRepository("docs", "errors.md")))
            .ToDictionary(match => match.Groups[1].Value, match => (match.Groups[2].Value, match.Groups[3].Value));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Documented_error_is_thrown(string input)
    {
        (string type, string message) = Documented[input];
        Exception thrown = Record.Exception(() => Cause(input))!;
        while (thrown is AggregateException or System.Reflection.TargetInvocationException)
            thrown = thrown.InnerException!;
        // The host wraps what a row leads to.
        if (thrown is InvalidOperationException { InnerException: InvalidDataException inner })
            thrown = inner;
        Assert.Equal(type, thrown?.GetType().Name);
        Assert.Matches($"^{Regex.Escape(message).Replace("…", "(.|\n)*", StringComparison.Ordinal)}$", thrown!.Message);
    }

    [Fact]
    public void Enough_rows_are_found() => Assert.True(Documented.Count > 35);

    private void Cause(string input)
    {
        Action cause = input switch
        {
            "idx: an HTML page" => () => Idx("<!DOCTYPE html><html></html>"u8.ToArray()),
            "idx: a Git LFS pointer" => () => Idx("version https://git-lfs.github.com/spec/v1\n"u8.ToArray()),
            "idx: a zip archive" => () => Idx("PK\u0003\u0004"u8.ToArray()),
            "idx: another format" => () => Idx([1, 2, 3, 4, 5]),
            "idx: a size of 0" => () => Idx([.. Images[..8], 0, 0, 0, 0, .. Images[12..]]),
            "idx: cut off" => () => Idx(Images[..^1]),
            "idx: other numbers of images and labels" => () => Idx(Images, labels: 1),
            "gzip: cut off" => () => WordVectors.Load(File("vectors.gz", Gzip("a 1 2\nb 3 4\n"u8.ToArray())[..^10])),
            "mat: another format" => () => _ml.Data.LoadFromSvhn(File("digits.mat", new byte[500])),
            "mat: gzip" => () => _ml.Data.LoadFromSvhn(File("digits.mat", Gzip(new byte[500]))),
            "strokes: a step of three numbers" => () =>
            {
                File("trainlabels.txt", "5\n"u8.ToArray());
                File("trainimg-0-inputdata.txt", "9 14 0\n"u8.ToArray());
                _ml.Data.LoadStrokeSequences(_folder, "train");
            },
            "word vectors: a faulty line" => () => Vectors("a 1 2\nb x 2\nc 1 2\n"),
            "word vectors: bytes that are not UTF-8" => () => WordVectors.Load(
                File("vectors.txt", Encoding.Latin1.GetBytes("é 1 2\na 1 2\n"))),
            "word vectors: a binary file" => () => Vectors("a\0\0\0\n"),
            "word vectors: a header of another size" => () => Vectors("2 300\na 1 2\nb 1 2\n"),
            "word vectors: a header of more words" => () => Vectors("1000 2\na 1 2\nb 1 2\n"),
            "word vectors: an endless line" => () => Vectors(new string('x', 5_000_000)),
            "no such column" => () => _ml.Transforms.DisentangleEncoder("Embedding", "Pixels", "Flag", Samples.Options).Fit(Data(_ => { })),
            "NaN among the features" => () => Fit(Samples.Options, Data(samples => samples[37].Features[4] = float.NaN)),
            "features of another type" => () =>
                _ml.Transforms.DisentangleEncoder("Embedding", "Group", "Flag", Samples.Options).Fit(Data(_ => { })),
            "an infinite feature" => () => Fit(Samples.Options, Data(samples => samples[37].Features[4] = float.PositiveInfinity)),
            "a row of another size" => () => Fit(Samples.Options, Data(samples => samples[3].Features = [1, 2])),
            "fewer distinct rows than clusters" => () => _ml.Clustering.Trainers.KMeansRestarts("Features", numberOfClusters: 3)
                .Fit(Data(samples => Array.ForEach(samples, sample => sample.Features = new float[Sample.Width]))),
            "features too large for ML.NET's KMeans" => () => _ml.Clustering.Trainers.KMeansRestarts("Features", numberOfClusters: 2)
                .Fit(Data(samples => Array.ForEach(samples,
                    sample => sample.Features = [.. sample.Features.Select(value => value * 1e30f)]))),
            "a feature that spans more than Single holds" => () => Fit(Samples.Options with { Scaling = FeatureScaling.Standardized },
                Data(samples => (samples[0].Features[0], samples[1].Features[0]) = (-3e38f, 3e38f))),
            "clusters of rows without labels to evaluate" => () => Evaluate(new Unlabelled()),
            "an image with levels up to 255" => () =>
            {
                IDataView images = _ml.Data.LoadFromEnumerable([new Picture { Image = [0, 255] }]);
                _ml.Transforms.StrokeSequences("Strokes", "Image", width: 2, height: 1).Fit(images).Transform(images)
                    .Column<float[]>("Strokes");
            },
            "a list that is null" => () => Network.Mlp(null!, 4),
            "an objective that is null in a sum" => () => _ = Objective.CrossEntropy() + null!,
            "a loss that is null" => () => _ = new Objective([new WeightedLoss(1, null!)]),
            "an undefined activation" => () => Encoder(Samples.Options with { Network = Network.Mlp([4], 2, (Activation)77) }),
            "an undefined distance of a loss" => () =>
                Encoder(Samples.Options with { Objective = Objective.SoftNearestNeighbor(distance: (NeighborDistance)9) }),
            "more weights than an array holds" => () => Fit(Samples.Options with { Network = Network.Mlp([100_000, 100_000], 2) }),
            "a loss that returns null" => () => FitTo(_ => null!),
            "a loss that returns a vector" => () => FitTo(context => context.Engine.Fill(new Shape(2), 1)),
            "a loss with negative memory" => () => FitTo(context =>
            {
                context.Memory(-1);
                return context.Engine.Fill(Shape.Scalar, 0);
            }),
            "a loss on another thread" => () => FitTo(context => OnAnotherThread(() => context.Engine.Fill(Shape.Scalar, 0))),
            "model: a text file" => () => DisentangleModel.Load(_ml, File("model.zip", "a model"u8.ToArray()), out _),
            "model: a zip of something else" => () => DisentangleModel.Load(_ml, OtherZip(), out _),
            "model: cut off" => () =>
            {
                string path = Path.Combine(_folder, "model.zip");
                DisentangleModel.Save(_ml, Fit(Samples.Options), Data(_ => { }).Schema, path);
                DisentangleModel.Load(_ml, File("cut.zip", System.IO.File.ReadAllBytes(path)[..^200]), out _);
            },
            "model: a damaged payload" => () => ModelPayload.ReadTransformer(
                ModelPayload.Write(Fit(Samples.Options).Save()).AsSpan(0, 400)),
            "model: saved to a folder that is not there" => () =>
                DisentangleModel.Save(_ml, Fit(Samples.Options), null, Path.Combine(_folder, "absent", "model.zip")),
            "model: null" => () => DisentangleModel.Save(_ml, null!, null, Path.Combine(_folder, "model.zip")),
            "checkpoint: in a folder that is not there" => () =>
                Fit(Samples.Options with { CheckpointPath = Path.Combine(_folder, "absent", "checkpoint") }),
            "checkpoint: no checkpoint" => () => Fit(
                Samples.Options with { CheckpointPath = File("checkpoint", "nothing of the kind"u8.ToArray()) }),
            "an undefined sampling of batches" => () => Encoder(Samples.Options with { Sampling = (BatchSampling)9 }),
            "negative memory for rows on the device" => () => Encoder(Samples.Options with { DeviceMemoryForRows = -1 }),
            "a negative number of batches ahead" => () => Encoder(Samples.Options with { BatchesAhead = -1 }),
            "an undefined kind of scaling" => () => Encoder(Samples.Options with { Scaling = new FeatureScaling((FeatureScalingKind)9) }),
            "an undefined schedule" => () => Encoder(Samples.Options with { Schedule = new() { Decay = (LearningRateDecay)9 } }),
            "an objective that does not depend on the rows" => () => Encoder(Samples.Options with { Objective = Objective.RowMargin() }),
            "an objective of weight 0" => () => Encoder(Samples.Options with { Objective = Objective.CrossEntropy(weight: 0) }),
            "an encoder with a loss on labels and no label column" => () => _ml.Transforms.DisentangleEncoder("Embedding", "Features",
                labelColumnName: null, new() { Objective = Objective.CrossEntropy() }),
            "a label column that is not there" => () => _ml.Transforms.DisentangleEncoder("Embedding", "Features").Fit(Data(_ => { })),
            "an autoencoder with a loss on labels and no label column" => () => _ml.Transforms.DisentangleAutoencoder("Code", "Features",
                options: new() { Objective = Objective.Reconstruction() + Objective.CrossEntropy() }),
            "a reconstruction by cross-entropy of features outside 0 to 1" => () => _ml.Transforms
                .DisentangleAutoencoder("Code", "Features", options: new()
                {
                    Objective = Objective.Reconstruction(ReconstructionError.BinaryCrossEntropy), Epochs = 1,
                }).Fit(Data(_ => { })),
            "checkpoint: other validation rows" => () => Resume(
                Samples.Options with { ValidationData = Data(_ => { }) },
                Samples.Options with { ValidationData = Data(samples => samples[7].Features[3] += 1) }),
            "checkpoint: other settings of a loss of your own" => () => Resume(
                Samples.Options with { Objective = Objective.CrossEntropy() + new Objective(new Margin(0.5f)) },
                Samples.Options with { Objective = Objective.CrossEntropy() + new Objective(new Margin(0.25f)) }),
            "checkpoint: made up, with a right checksum" => () =>
            {
                byte[] body = [.. "DMLC"u8, 1, 0, 0, 0, 4, 0, 0, 0, .. "null"u8];
                Fit(Samples.Options with { CheckpointPath = File("checkpoint", [.. body, .. SHA256.HashData(body)]) });
            },
            "two rows for a silhouette" => () => Evaluators.ClusteringMetrics.Silhouette<double>([1, 2], [0, 1]),
            "NaN to summarise" => () => Evaluators.ScoreSummary.Of([1, double.NaN]),
            _ => throw new NotSupportedException($"docs/errors.md has a row that no test knows: {input}."),
        };
        cause();
    }

    private void Evaluate(Unlabelled row) => _ml.Clustering.EvaluateAgainstLabels(_ml.Data.LoadFromEnumerable([row]), "Text", "Number");

    private void Idx(byte[] images, byte labels = 2) =>
        _ml.Data.LoadFromIdx(File("images", images), File("labels", [0, 0, 8, 1, 0, 0, 0, labels, .. new byte[labels]]));

    private void Vectors(string content) => WordVectors.Load(File("vectors.txt", Encoding.UTF8.GetBytes(content)));

    private IDataView Data(Action<Sample[]> change)
    {
        Sample[] samples = Samples.Create(rows: 60);
        change(samples);
        return _ml.Data.LoadFromEnumerable(samples);
    }

    private DisentangleEncoderEstimator Encoder(DisentangleEncoderOptions options) =>
        _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", options);

    private DisentangleEncoderTransformer Fit(DisentangleEncoderOptions options, IDataView? data = null) =>
        Encoder(options).Fit(data ?? Data(_ => { }));

    private void Resume(DisentangleEncoderOptions before, DisentangleEncoderOptions after)
    {
        string path = Path.Combine(_folder, "checkpoint");
        Fit(before with { CheckpointPath = path });
        Fit(after with { CheckpointPath = path });
    }

    private void FitTo(Func<LossContext, Tensor> compute) =>
        Fit(Samples.Options with { Objective = Objective.CrossEntropy() + new Objective(new OwnLoss(compute)) });

    private static Tensor OnAnotherThread(Func<Tensor> compute) =>
        Task.Factory.StartNew(compute, TaskCreationOptions.LongRunning).GetAwaiter().GetResult();

    private string File(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    private string OtherZip()
    {
        string path = Path.Combine(_folder, "other.zip"), content = Path.Combine(_folder, "content");
        Directory.CreateDirectory(content);
        File("content/notes.txt", "nothing"u8.ToArray());
        System.IO.Compression.ZipFile.CreateFromDirectory(content, path);
        return path;
    }

    private static byte[] Gzip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(memory, System.IO.Compression.CompressionLevel.Fastest))
            gzip.Write(content);
        return memory.ToArray();
    }

    [GeneratedRegex(@"^\| ([^|]+) \| (\w+Exception) \| `([^`]*)` \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    private sealed class Unlabelled
    {
        public string Text { get; set; } = "";
        public float Number { get; set; }
    }

    private sealed class Picture
    {
        [VectorType(2)]
        public float[] Image { get; set; } = [];
    }

    private sealed record Margin(float Value) : ILoss
    {
        public string Name => "own margin";

        public Tensor Compute(LossContext context) => Value * context.Engine.Mean(context.Embedding.Output);
    }

    private sealed record OwnLoss(Func<LossContext, Tensor> Computes) : ILoss
    {
        public string Name => "own";

        public Tensor Compute(LossContext context) => Computes(context);
    }
}
