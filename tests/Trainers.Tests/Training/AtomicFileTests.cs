namespace Disentangle.ML.Trainers.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private const UnixFileMode Shared = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private readonly string _folder = Directory.CreateTempSubdirectory("disentangle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Target => Path.Combine(_folder, "model.zip");

    [Fact]
    public void New_content_takes_the_place_of_the_old()
    {
        Write("old");
        Write("new");
        Assert.Equal("new", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_failure_leaves_the_old_file_and_nothing_else()
    {
        Write("old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(Target, file =>
        {
            file.Write("half"u8);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Mode_bits_stay()
    {
        if (OperatingSystem.IsWindows())
            return;
        Write("old");
        File.SetUnixFileMode(Target, Shared);
        Write("new");
        Assert.Equal(Shared, File.GetUnixFileMode(Target));
    }

    [Fact]
    public void A_link_stays_a_link()
    {
        // Making links needs rights there.
        if (OperatingSystem.IsWindows())
            return;
        string behind = Path.Combine(_folder, "behind"), between = Path.Combine(_folder, "between");
        File.CreateSymbolicLink(between, "behind");
        File.CreateSymbolicLink(Target, "between");
        foreach (string content in new[] { "first", "second" })
        {
            Write(content);
            Assert.Equal("between", new FileInfo(Target).LinkTarget);
            Assert.Null(new FileInfo(behind).LinkTarget);
            Assert.Equal(content, File.ReadAllText(behind));
        }
        Assert.Equal(3, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void Leftovers_of_dead_processes_go_and_files_of_others_stay()
    {
        string leftover = $"{Target}.{Guid.NewGuid():N}.tmp", inUse = $"{Target}.{Guid.NewGuid():N}.tmp", foreign = $"{Target}.notes.tmp";
        string ofAnother = Path.Combine(_folder, $"other.zip.{Guid.NewGuid():N}.tmp");
        foreach (string path in new[] { leftover, inUse, foreign, ofAnother })
            File.WriteAllText(path, "half");
        using (new FileStream(inUse, FileMode.Open, FileAccess.Write, FileShare.Read))
            Write("new");
        Assert.Equal(new[] { Target, inUse, foreign, ofAnother }.Order(), Directory.GetFiles(_folder).Order());
    }

    [Fact]
    public void Threads_that_save_at_once_leave_one_whole_file_that_others_can_read_meanwhile()
    {
        string[] contents = [.. Enumerable.Range(0, 16).Select(i => new string((char)('a' + i), 100_000))];
        Write(contents[0]);
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
        {
            if (i % 2 == 0)
                Write(contents[i % 16]);
            else
                Assert.Contains(File.ReadAllText(Target), contents);
        });
        Assert.Contains(File.ReadAllText(Target), contents);
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_folder_is_no_file()
    {
        Directory.CreateDirectory(Target);
        Assert.Contains("is a folder; expected a file", Assert.Throws<IOException>(() => Write("new")).Message);
        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(Path.Combine(_folder, "absent", "model.zip"), _ => { }));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_folder_that_is_not_writable_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has /proc, where nobody can create a file.");
        Assert.StartsWith("The folder '/proc' is not writable: ",
            Assert.Throws<IOException>(() => AtomicFile.Write("/proc/x", _ => { })).Message);
        Assert.StartsWith("The folder '/proc' is not writable: ", Assert.Throws<IOException>(() => AtomicFile.Try("/proc/x")).Message);
    }

    private void Write(string content) => AtomicFile.Write(Target, file => file.Write(System.Text.Encoding.UTF8.GetBytes(content)));
}
