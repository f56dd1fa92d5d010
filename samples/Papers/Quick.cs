using System.Buffers.Binary;
using System.IO.Compression;

namespace Papers;

/// <summary>Small data for a quick run of every experiment: some of the shipped digits, and made-up texts.</summary>
internal sealed class Quick : IDisposable
{
    private const int TrainingDigits = 400;
    private const int TestDigits = 200;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("papers-");

    public Quick()
    {
        string shipped = Path.Combine(AppContext.BaseDirectory, "data");
        byte[] images = Unpacked(Path.Combine(shipped, "mnist-10k-images-idx3-ubyte.gz"));
        byte[] labels = Unpacked(Path.Combine(shipped, "mnist-10k-labels-idx1-ubyte.gz"));
        foreach ((string part, int first, int count) in new[] { ("train", 0, TrainingDigits), ("t10k", TrainingDigits, TestDigits) })
        {
            Pack($"{part}-images-idx3-ubyte.gz", images, header: 16, Digits.Side * Digits.Side, first, count);
            Pack($"{part}-labels-idx1-ubyte.gz", labels, header: 8, size: 1, first, count);
        }
        WriteTexts();
    }

    /// <summary>The arguments of every experiment, one epoch and one seed each.</summary>
    public string[][] Commands
    {
        get
        {
            string[] digits = ["--data", _folder.FullName, "--epochs", "1", "--seeds", "1"];
            string[] texts =
            [
                "--glove", File("glove.txt"), "--train", File("train.tsv"), "--test", File("test.tsv"), "--epochs", "1", "--seeds", "1",
            ];
            return
            [
                ["forced-to-learn", "--pictures", File("neurons"), .. digits],
                ["forced-to-learn", "--network", "gru", .. digits],
                ["forced-to-learn", "--autoencoder", .. digits],
                ["forced-to-learn", "--network", "gru", "--autoencoder", .. digits],
                ["snnl", "--labelled", "100", "--pictures", File("snnl"), .. digits],
                ["snnl-points", "--epochs", "10", "--seeds", "1", "--pictures", File("points")],
                ["corel", .. digits],
                ["corel", "--cnn", .. digits],
                ["corel", "--latent", "2", "--tune", "0.2", "0.5", "--pictures", File("corel"), .. digits],
                ["corel-text", "--tune", "0.2", "0.5", .. texts],
                ["corel-text", "--cnn", .. texts],
                ["jade", "--width", "0.1", "--patience", "1", "--auxiliary", "100", "--pictures", File("jade"), .. digits],
                ["choose", "--train", "300", "--epochs", "1", "--seeds", "2"],
            ];
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string File(string name) => Path.Combine(_folder.FullName, name);

    private static byte[] Unpacked(string path)
    {
        using var packed = new GZipStream(System.IO.File.OpenRead(path), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Some rows of an idx file.</summary>
    private void Pack(string name, byte[] idx, int header, int size, int first, int count)
    {
        byte[] rows = [.. idx.AsSpan(0, header), .. idx.AsSpan(header + first * size, count * size)];
        BinaryPrimitives.WriteInt32BigEndian(rows.AsSpan(4), count);
        using var packed = new GZipStream(System.IO.File.Create(File(name)), CompressionLevel.Fastest);
        packed.Write(rows);
    }

    /// <summary>Four topics with twelve words of their own each.</summary>
    private void WriteTexts()
    {
        const int topics = 4, words = 12, values = 8, length = 10;
        var random = new Random(1);
        string Word(int topic, int word) => $"{(char)('a' + topic)}{(char)('a' + word)}";
        string Vector(int topic) => string.Join(' ', Enumerable.Range(0, values).Select(v =>
            ((v % topics == topic ? 1 : 0) + random.NextDouble()).ToString("F3")));
        System.IO.File.WriteAllLines(File("glove.txt"), Enumerable.Range(0, topics * words).Select(i =>
            $"{Word(i / words, i % words)} {Vector(i / words)}"));
        foreach ((string name, int rows) in new[] { ("train.tsv", 200), ("test.tsv", 100) })
        {
            System.IO.File.WriteAllLines(File(name), Enumerable.Range(0, rows).Select(row =>
                $"{row % topics}\t{string.Join(' ', Enumerable.Range(0, length).Select(_ => Word(row % topics, random.Next(words))))}"));
        }
    }
}
