using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Disentangle.ML.Transforms.Tests;

namespace Disentangle.ML.Tool.Tests;

public sealed class CsvTableTests : IDisposable
{
    private const string Table = "age,\"home, town\",income\n31,Zürich,10.5\n,\"a \"\"b\"\"\",-1e3\n62,Ξάνθη,NA\n";

    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("disentangle-csv-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Gzip_and_byte_order_marks_are_known_by_content()
    {
        foreach (byte[] content in new[]
        {
            Encoding.UTF8.GetBytes(Table), [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Table)],
            [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Table)], Gzip(Encoding.UTF8.GetBytes(Table)),
        })
        {
            CsvTable table = Read(content);
            Assert.Equal(["age", "home, town", "income"], table.Names);
            Assert.Equal(["Zürich", "a \"b\"", "Ξάνθη"], table.Fields(1));
        }
    }

    [Fact]
    public void Files_of_other_kinds_are_named()
    {
        Assert.Contains("is an HTML page", Refused<InvalidDataException>("<!DOCTYPE html><html></html>"u8.ToArray()));
        Assert.Contains("is a Git LFS pointer", Refused<InvalidDataException>("version https://git-lfs.github.com/spec/v1\n"u8.ToArray()));
        Assert.Contains("contains zero bytes", Refused<InvalidDataException>(Encoding.Unicode.GetBytes(Table)));
        Assert.Contains("is a damaged gzip file", Refused<InvalidDataException>(Gzip(Encoding.UTF8.GetBytes(Table))[..^12]));
        Assert.Contains("is longer than 4194304 characters",
            Refused<InvalidDataException>(new byte[5 << 20].Select(_ => (byte)'a').ToArray()));
        Assert.Contains("Line 2 of", Refused<InputException>(Encoding.Latin1.GetBytes(Table)));
        Assert.Contains("has bytes that are not UTF-8 text; save the file as UTF-8.",
            Refused<InputException>(Encoding.Latin1.GetBytes(Table)));
    }

    /// <summary>DISENTANGLE_FUZZ is the number of changes; 10,000, or as many as fit into 10 seconds, without it.</summary>
    [Fact]
    public void A_damaged_file_is_read_or_refused_by_name()
    {
        byte[] seed = Encoding.UTF8.GetBytes(Table);
        bool hasCount = int.TryParse(Environment.GetEnvironmentVariable("DISENTANGLE_FUZZ"), out int count);
        var clock = Stopwatch.StartNew();
        int refused = 0, number = 0;
        for (; number < (hasCount ? count : 10_000) && (hasCount || clock.ElapsedMilliseconds < 10_000); number++)
        {
            byte[] damaged = Mutations.Of(seed, number);
            long before = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan start = clock.Elapsed;
            Exception? thrown = Record.Exception(() => Read(damaged));
            long memory = GC.GetAllocatedBytesForCurrentThread() - before;
            // A busy machine may delay one try, but hardly three.
            for (int tries = 1; clock.Elapsed - start > LongestTime && tries < 3; tries++)
            {
                start = clock.Elapsed;
                _ = Record.Exception(() => Read(damaged));
            }
            Assert.True(thrown is null || (thrown is InputException or InvalidDataException && thrown.Message.Contains(_folder)),
                $"Change {number}: {thrown}");
            Assert.True(clock.Elapsed - start <= LongestTime, $"Change {number} took {clock.Elapsed - start}.");
            Assert.True(memory < (16 << 20), $"Change {number} took {memory >> 20} MB.");
            if (thrown is not null)
                refused++;
        }
        Assert.True(number >= 10, $"Only {number} files fitted into the time.");
        Assert.InRange(refused, number / 20, number);
    }

    private CsvTable Read(byte[] content)
    {
        string path = Path.Combine(_folder, "table.csv");
        File.WriteAllBytes(path, content);
        return CsvTable.Read(new FileInfo(path));
    }

    private string Refused<T>(byte[] content) where T : Exception => Assert.Throws<T>(() => Read(content)).Message;

    private static byte[] Gzip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
            gzip.Write(content);
        return memory.ToArray();
    }
}
