using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Disentangle.ML.Tests;
using Microsoft.ML;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>
/// Damaged files of every kind: a loader reads them or refuses them by an exception that names the file, in little time and memory.
/// DISENTANGLE_FUZZ is the number of files a loader; without it each has 10,000, or as many as
/// fit into 30 seconds, which is all of them on an idle machine.
/// </summary>
public sealed class LoaderFuzzTests : IDisposable
{
    private static readonly byte[] Idx = [0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 4, 0, 0, 0, 5, .. Bytes(400)];
    private static readonly byte[] IdxLabels = [0, 0, 8, 1, 0, 0, 0, 20, .. Bytes(20)];
    private const string Glove = "the 0.5 -1 2e-1\ncat 1 2 3\n. . . 4 5 6\nU.S. 7 8 9\ncafé 1 1 1\n";

    // In memory where there is such a folder: more files fit into the time.
    private readonly string _folder = Directory.CreateDirectory(
        Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"disentangle-{Guid.NewGuid():N}")).FullName;
    private readonly MLContext _ml = new();

    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(5);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Loaders =>
        ["idx", "idx.gz", "labels", "mat", "mat, compressed", "strokes", "stroke labels", "word vectors", "word vectors with header",
            "word vectors.gz", "model"];

    [Theory]
    [MemberData(nameof(Loaders))]
    public void Damaged_file_is_read_or_refused_by_name(string name)
    {
        (byte[] seed, string file, Action load) = Loader(name);
        string path = Path.Combine(_folder, file);
        File.WriteAllBytes(path, seed);
        load();

        bool hasCount = int.TryParse(Environment.GetEnvironmentVariable("DISENTANGLE_FUZZ"), out int count);
        var clock = Stopwatch.StartNew();
        int number = 0, refused = 0;
        for (; number < (hasCount ? count : 10_000) && (hasCount || clock.ElapsedMilliseconds < 30_000); number++)
        {
            byte[] damaged = Mutations.Of(seed, number);
            File.WriteAllBytes(path, damaged);
            long before = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan start = clock.Elapsed;
            Exception? thrown = Record.Exception(load);
            TimeSpan time = clock.Elapsed - start;
            long memory = GC.GetAllocatedBytesForCurrentThread() - before;
            // A busy machine may delay one try, but hardly three.
            for (int tries = 1; time > LongestTime && tries < 3; tries++)
            {
                start = clock.Elapsed;
                _ = Record.Exception(load);
                time = clock.Elapsed - start;
            }
            if (thrown is not null)
                refused++;
            bool isNamed = thrown is null
                || (thrown is InvalidDataException or FileNotFoundException && thrown.Message.Contains(_folder));
            Assert.True(isNamed, $"Change {number} of {name}: {thrown}");
            Assert.True(time <= LongestTime, $"Change {number} of {name} took {time}.");
            Assert.True(memory < (64 << 20), $"Change {number} of {name} took {memory >> 20} MB.");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{number} changes, {refused} refused, {clock.ElapsedMilliseconds} ms");
        Assert.True(number >= 10, $"Only {number} files fitted into the time.");
        Assert.InRange(refused, number / 20, number);
    }

    private (byte[] Seed, string File, Action Load) Loader(string name)
    {
        File.WriteAllBytes(At("images"), Idx);
        File.WriteAllBytes(At("labels"), IdxLabels);
        File.WriteAllText(At("trainlabels.txt"), "5\n0\n");
        File.WriteAllText(At("trainimg-0-inputdata.txt"), "11 9 0 0\n1 -1 0 0\n0 0 1 1\n");
        const string strokes = "9 14 0 0\n0 0 1 0\n-7 2 0 0\n0 1 0 0\n0 0 1 1\n";
        File.WriteAllText(At("trainimg-1-inputdata.txt"), strokes);
        return name switch
        {
            "idx" => (Idx, "images", () => Use(_ml.Data.LoadFromIdx(At("images"), At("labels")))),
            "idx.gz" => (Gzip(Idx), "images", () => Use(_ml.Data.LoadFromIdx(At("images"), At("labels")))),
            "labels" => (IdxLabels, "labels", () => Use(_ml.Data.LoadFromIdx(At("images"), At("labels"), transpose: true))),
            "mat" => (Mat(compressed: false), "digits.mat", () => Use(_ml.Data.LoadFromSvhn(At("digits.mat")))),
            "mat, compressed" => (Mat(compressed: true), "digits.mat", () => Use(_ml.Data.LoadFromSvhn(At("digits.mat")))),
            "strokes" => (Encoding.UTF8.GetBytes(strokes), "trainimg-1-inputdata.txt", () =>
                _ml.Data.LoadStrokeSequences(_folder, "train")),
            "stroke labels" => ("5\n0\n"u8.ToArray(), "trainlabels.txt", () => _ml.Data.LoadStrokeSequences(_folder, "train")),
            "word vectors" => (Encoding.UTF8.GetBytes(Glove), "vectors.txt", () => WordVectors.Load(At("vectors.txt"))),
            "word vectors with header" => (Encoding.UTF8.GetBytes("5 3\n" + Glove), "vectors.txt", () =>
                WordVectors.Load(At("vectors.txt"))),
            "word vectors.gz" => (Gzip(Encoding.UTF8.GetBytes(Glove)), "vectors.txt", () => WordVectors.Load(At("vectors.txt"))),
            "model" => (Model(), "model.zip", () => DisentangleModel.Load(_ml, At("model.zip"), out _)),
            _ => throw new ArgumentException(name),
        };
    }

    private string At(string file) => Path.Combine(_folder, file);

    private static void Use(IDataView images) => Assert.NotEmpty(images.Column<float[]>("Pixels"));

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Mat(bool compressed) => new MatFileWriter()
        .Add("X", [32, 32, 3, 2], [.. Enumerable.Range(0, 6144).Select(i => (byte)(i % 200))], compressed)
        .Add("y", [2, 1], [10, 4], compressed).Content;

    private static byte[] Gzip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
            gzip.Write(content);
        return memory.ToArray();
    }

    private byte[] Model()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create(rows: 40));
        string path = At("seed.zip");
        DisentangleModel.Save(_ml,
            _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.Options with { Epochs = 1 }).Fit(data), data.Schema,
                path);
        return File.ReadAllBytes(path);
    }
}
