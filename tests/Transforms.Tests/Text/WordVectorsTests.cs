using System.IO.Compression;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Transforms.Tests;

public sealed class WordVectorsTests : IDisposable
{
    private const string Glove = "the 0.5 -1 2e-1\ncat 1 2 3\nnew york 4 5 6\nU.S. 7 8 9\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("disentangle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("glove.txt", Glove)]
    [InlineData("glove.txt.gz", Glove)]
    [InlineData("windows.txt", "the 0.5 -1 2e-1\r\ncat 1 2 3\r\nnew york 4 5 6\r\nU.S. 7 8 9")]
    [InlineData("word2vec.txt", "4 3\nthe 0.5 -1 2e-1 \ncat 1 2 3 \nnew york 4 5 6 \nU.S. 7 8 9 \n")]
    public void Words_and_vectors_are_read(string name, string content)
    {
        WordVectors vectors = WordVectors.Load(File(name, content));
        Assert.Equal(3, vectors.Dimension);
        Assert.Equal(["the", "cat", "new york", "U.S."], vectors.Words);
        Assert.Equal([0.5f, -1, 0.2f], vectors["the"]);
        Assert.Equal([1f, 2, 3], vectors["cat"]);
        Assert.Equal([4f, 5, 6], vectors["new york"]);
        Assert.Equal([7f, 8, 9], vectors["U.S."]);
    }

    [Fact]
    public void A_word_is_looked_up_as_written_then_in_lower_case()
    {
        var vectors = WordVectors.Create(new Dictionary<string, float[]> { ["us"] = [1], ["US"] = [2], ["UN"] = [3] });
        Assert.Equal([1f], vectors["us"]);
        Assert.Equal([2f], vectors["US"]);
        Assert.Equal([1f], vectors["Us"]);
        Assert.True(vectors.Contains("UN"));
        Assert.False(vectors.Contains("un"));
        Assert.False(vectors.Contains(new string('x', 1000)));
    }

    [Fact]
    public void Unknown_words_share_a_vector_that_the_seed_draws()
    {
        string path = File("glove.txt", Glove);
        WordVectors vectors = WordVectors.Load(path), other = WordVectors.Load(path, seed: 1);
        Assert.Equal(vectors["dog"], vectors["mouse"]);
        Assert.Equal(vectors.Unknown, vectors["dog"]);
        Assert.Equal(vectors.Unknown, WordVectors.Load(path)["dog"]);
        Assert.False(vectors.Unknown.SequenceEqual(other.Unknown));
        Assert.All(vectors.Unknown.ToArray(), value => Assert.InRange(value, -0.25f, 0.25f));
    }

    [Fact]
    public void The_first_words_alone_can_be_read()
    {
        Assert.Equal(["the", "cat"], WordVectors.Load(File("glove.txt", Glove + "broken"), maximumWords: 2).Words);
        Assert.Throws<ArgumentOutOfRangeException>(() => WordVectors.Load(File("glove.txt", Glove), maximumWords: 0));
    }

    [Fact]
    public void More_words_than_a_block_holds_keep_their_vectors()
    {
        WordVectors vectors =
            WordVectors.Create(Enumerable.Range(0, 10_000).Select(i => KeyValuePair.Create($"w{i}", new float[] { i, -i })));
        Assert.Equal(10_000, vectors.Count);
        Assert.All([0, 4095, 4096, 8191, 8192, 9999], i => Assert.Equal([i, -i], vectors[$"w{i}"]));
    }

    [Fact]
    public void Lines_at_fault_are_named_together()
    {
        string path = File("glove.txt", Glove + "cat 3 2 1\ndog 1 2\n\nfish 1 2 3 4\nbird 1 x 3\nsnake 1 2 NaN\nlast 1 1 1\n");
        Assert.Equal(
            $"'{path}' has 6 faulty lines: line 5 repeats the word 'cat'; line 6 has 2 values; line 7 has 0 values; line 8 has more than "
            + "3 values; "
            + "line 9 has 'x' instead of a finite number; line 10 has 'NaN' instead of a finite number. "
            + "A line must be a word and 3 values, as on most lines, separated by spaces; skipFaultyLines skips other lines.",
            Assert.Throws<InvalidDataException>(() => WordVectors.Load(path)).Message);
        WordVectors vectors = WordVectors.Load(path, skipFaultyLines: true);
        Assert.Equal(["the", "cat", "new york", "U.S.", "last"], vectors.Words);
        Assert.Equal([1f, 2, 3], vectors["cat"]);
    }

    [Fact]
    public void Of_many_faults_the_first_are_named()
    {
        string path = File("glove.txt", "cat 1\n" + string.Concat(Enumerable.Repeat("cat 2\n", 25)));
        string message = Assert.Throws<InvalidDataException>(() => WordVectors.Load(path)).Message;
        Assert.Contains("has 25 faulty lines: line 2 repeats the word 'cat'; line 3 ", message);
        Assert.Contains("; line 11 repeats the word 'cat'; and 15 more.", message);
    }

    [Fact]
    public void Files_without_vectors_are_refused()
    {
        string Refused(string name, string content) =>
            Assert.Throws<InvalidDataException>(() => WordVectors.Load(File(name, content))).Message;
        Assert.StartsWith("Line 1 of '", Refused("words.txt", "cat\ndog\n"));
        Assert.EndsWith("empty.txt' contains no word vectors.", Refused("empty.txt", ""));
        Assert.EndsWith("empty.txt.gz' contains no word vectors.", Refused("empty.txt.gz", ""));
        Assert.EndsWith("header.txt' contains no word vectors.", Refused("header.txt", "400000 100\n"));
        Assert.StartsWith("Line 1 of '", Refused("text.txt", "a b\n"));
        Assert.Contains("1 faulty line: line 1 has no word.", Refused("nameless.txt", " 1 2\n"));
        Assert.Throws<FileNotFoundException>(() => WordVectors.Load(Path.Combine(_folder, "nothing.txt")));
        Assert.Throws<ArgumentException>(() => WordVectors.Load(" "));
    }

    [Fact]
    public void A_damaged_gzip_file_is_refused()
    {
        string path = File("glove.txt.gz",
            string.Concat(Enumerable.Range(0, 500).Select(i => $"w{i} {string.Join(' ', Enumerable.Range(i, 50))}\n")));
        byte[] whole = System.IO.File.ReadAllBytes(path);
        System.IO.File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        Assert.StartsWith($"'{path}' is a damaged gzip file: ", Assert.Throws<InvalidDataException>(() => WordVectors.Load(path)).Message);
        whole[whole.Length / 2] ^= 0x55;
        System.IO.File.WriteAllBytes(path, whole);
        Assert.StartsWith($"'{path}' is a damaged gzip file: ", Assert.Throws<InvalidDataException>(() => WordVectors.Load(path)).Message);
    }

    [Fact]
    public void Gzip_is_known_by_its_content()
    {
        string named = File("glove.txt.gz", Glove), plain = Path.Combine(_folder, "glove.txt");
        System.IO.File.Move(named, plain);
        Assert.Equal(4, WordVectors.Load(plain).Count);
        System.IO.File.WriteAllText(named, Glove);
        Assert.Equal(4, WordVectors.Load(named).Count);
    }

    [Fact]
    public void Gzip_of_several_members_is_read_whole()
    {
        byte[] first = System.IO.File.ReadAllBytes(File("a.gz", Glove)), second = System.IO.File.ReadAllBytes(File("b.gz", "dog 1 1 1\n"));
        string path = Path.Combine(_folder, "both.gz");
        System.IO.File.WriteAllBytes(path, [.. first, .. second]);
        Assert.Equal(["the", "cat", "new york", "U.S.", "dog"], WordVectors.Load(path).Words);
    }

    [Fact]
    public void First_word_may_have_spaces()
    {
        const string rest = "the 0.1 0.2 -0.3\nof 0.7 0.8 0.9\nand 0.1 0.1 0.1\n";
        foreach (string header in new[] { "", "4 3\n" })
        {
            WordVectors vectors = WordVectors.Load(File("glove.txt", header + ". . . 0.4 0.5 0.6\n" + rest));
            Assert.Equal([". . .", "the", "of", "and"], vectors.Words);
            Assert.Equal([0.4f, 0.5f, 0.6f], vectors[". . ."]);
        }
    }

    [Fact]
    public void Word_may_be_a_number()
    {
        WordVectors vectors = WordVectors.Load(File("glove.txt", "1 0.5 0.25\n2 1 2\nthe 3 4\n"));
        Assert.Equal(["1", "2", "the"], vectors.Words);
        Assert.Equal([0.5f, 0.25f], vectors["1"]);
    }

    [Fact]
    public void First_line_that_contradicts_the_others_is_refused()
    {
        const string rest = "the 0.1 0.2 -0.3\nof 0.7 0.8 0.9\n";
        string path = File("other.vec", "2 300\n" + rest);
        Assert.Equal($"'{path}' declares vectors of 300 values in its first line, but its other lines have 3.",
            Assert.Throws<InvalidDataException>(() => WordVectors.Load(path)).Message);
        path = File("cut.vec", "1000 3\n" + rest);
        Assert.StartsWith($"'{path}' declares 1000 words in its first line but has 2: it is truncated,",
            Assert.Throws<InvalidDataException>(() => WordVectors.Load(path)).Message);
        Assert.Equal(2, WordVectors.Load(path, skipFaultyLines: true).Count);
        Assert.Equal(1, WordVectors.Load(path, maximumWords: 1).Count);
    }

    [Fact]
    public void Text_in_another_encoding_is_refused()
    {
        string path = Path.Combine(_folder, "latin.txt");
        System.IO.File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes("café 1 2\nthe 3 4\n"));
        Assert.Contains("1 faulty line: line 1 has bytes that are not UTF-8.",
            Assert.Throws<InvalidDataException>(() => WordVectors.Load(path)).Message);
        Assert.Equal(["the"], WordVectors.Load(path, skipFaultyLines: true).Words);

        System.IO.File.WriteAllBytes(path, System.Text.Encoding.Unicode.GetBytes("the 1 2\n"));
        Assert.Equal($"'{path}' is not UTF-8 text: line 1 contains zero bytes, as binary files and UTF-16 do.",
            Assert.Throws<InvalidDataException>(() => WordVectors.Load(path)).Message);
        System.IO.File.WriteAllText(path, "café 1 2\n", System.Text.Encoding.Unicode);
        Assert.Equal([1f, 2], WordVectors.Load(path)["café"]);
    }

    [Fact]
    public void Long_lines_cost_no_more_memory_than_they_hold()
    {
        string path = File("wide.txt", "a" + string.Concat(Enumerable.Repeat(" 1", 130_000)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(130_000, WordVectors.Load(path).Dimension);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 6 << 20);

        path = File("endless.txt.gz", new string('x', 50_000_000));
        before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal($"Line 1 of '{path}' is longer than 4194304 characters.",
            Assert.Throws<InvalidDataException>(() => WordVectors.Load(path)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);

        path = File("long.txt", "the 1 2\nof 3 4\na " + new string('x', 1_000_000) + " 2\n");
        Assert.InRange(Assert.Throws<InvalidDataException>(() => WordVectors.Load(path)).Message.Length, 100, 1000);
    }

    [Fact]
    public void Vectors_of_ones_own_are_checked()
    {
        static string Refused(params (string Word, float[] Vector)[] vectors) =>
            Assert.Throws<ArgumentException>(
                () => WordVectors.Create(vectors.Select(pair => KeyValuePair.Create(pair.Word, pair.Vector)))).Message;
        Assert.StartsWith("There are no word vectors", Refused());
        Assert.StartsWith("Duplicate word 'a'.", Refused(("a", [1]), ("a", [2])));
        Assert.StartsWith("The vector of 'b' has 2 values and the first one has 1;", Refused(("a", [1]), ("b", [2, 3])));
        Assert.StartsWith("The vector of 'a' has 0 values", Refused(("a", [])));
        Assert.StartsWith("The vector of 'a' has a value that is NaN or infinite.", Refused(("a", [float.NaN])));
    }

    [Fact]
    public void The_vectors_of_GloVe_are_read()
    {
        WordVectors vectors = WordVectors.Load(TestData.Development("glove", "glove.6B.100d.top30k.txt.gz"), maximumWords: 1000);
        Assert.Equal((1000, 100), (vectors.Count, vectors.Dimension));
        Assert.Equal([-0.038194f, -0.24487f, 0.72812f, -0.39961f, 0.083172f], vectors["The"][..5]);
    }

    private string File(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        using Stream file = System.IO.File.Create(path);
        using Stream stream = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        using var writer = new StreamWriter(stream);
        writer.Write(content);
        return path;
    }
}
