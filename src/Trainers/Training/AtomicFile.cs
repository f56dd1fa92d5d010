using System.Runtime.InteropServices;
using System.Text;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Files that are either what they were or completely new, whenever the process or the machine stops. The content goes to a temporary
/// file in the same folder, <c>name.guid.tmp</c>, is flushed to the disk and takes the place of the old file by renaming.
/// </summary>
internal static class AtomicFile
{
    private const string Ending = ".tmp";

    /// <summary>
    /// Writes a file. One that is there keeps its mode bits; of a symbolic link, the file it points to is written. Temporary files that a
    /// killed process left are deleted.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its content.</param>
    /// <exception cref="IOException">The file cannot be written; the old one is as it was.</exception>
    public static void Write(string path, Action<FileStream> write)
    {
        string target = Target(path);
        DeleteLeftovers(target);
        bool isMoved = false;
        FileStream file = CreateTemporary(target);
        string temporary = file.Name;
        try
        {
            write(file);
            if (!OperatingSystem.IsWindows() && File.Exists(target))
                File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(target));
            file.Flush(flushToDisk: true);
            // Elsewhere the open file says until the last moment that its process lives; Windows does not rename open files.
            if (OperatingSystem.IsWindows())
                file.Dispose();
            File.Move(temporary, target, overwrite: true);
            isMoved = true;
        }
        finally
        {
            file.Dispose();
            if (!isMoved)
                File.Delete(temporary);
        }
        FlushFolder(Path.GetDirectoryName(target)!);
    }

    /// <summary>
    /// Finds out whether <see cref="Write"/> can write a file: its folder is there and takes files, and it is no folder itself.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">It takes no files, or the path is that of a folder.</exception>
    public static void Try(string path)
    {
        string target = Target(path);
        try
        {
            using FileStream file = CreateTemporary(target);
            File.Delete(file.Name);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>The file itself, behind all links.</summary>
    private static string Target(string path)
    {
        string full = Path.GetFullPath(path);
        string target = new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
        string folder = Path.GetDirectoryName(target) ?? target;
        if (Directory.Exists(target))
            throw new IOException($"'{target}' is a folder; a file was expected.");
        return Directory.Exists(folder) ? target : throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
    }

    /// <summary>
    /// Makes a temporary file. As long as it is open, nobody can open it for himself alone: that tells the file of a living process from
    /// a leftover.
    /// </summary>
    private static FileStream CreateTemporary(string target)
    {
        const int attempts = 10;
        for (int attempt = 1; ; attempt++)
        {
            string temporary = $"{target}.{Guid.NewGuid():N}{Ending}";
            try
            {
                var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
                if (attempt == attempts || File.Exists(temporary))
                    return file;
                file.Dispose();
            }
            catch (IOException) when (attempt < attempts)
            {
            }
            // Between the making of the file and its locking, another process may have taken it for a leftover.
        }
    }

    private static void DeleteLeftovers(string target)
    {
        string name = Path.GetFileName(target);
        foreach (string found in Directory.EnumerateFiles(Path.GetDirectoryName(target)!, $"*{Ending}"))
        {
            string foundName = Path.GetFileName(found);
            if (foundName.Length != name.Length + 1 + 32 + Ending.Length || !foundName.StartsWith($"{name}.", StringComparison.Ordinal)
                || !Guid.TryParseExact(foundName.AsSpan(name.Length + 1, 32), "N", out _))
            {
                continue;
            }
            try
            {
                new FileStream(found, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose)
                    .Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It belongs to a process that lives, or to another user.
            }
        }
    }

    /// <summary>Makes the renaming last. File systems that cannot do that say so, and nothing can be done about it.</summary>
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = OpenDescriptor([.. Encoding.UTF8.GetBytes(folder), 0], 0);
        if (descriptor < 0)
            return;
        _ = FlushDescriptor(descriptor);
        _ = CloseDescriptor(descriptor);
    }

    [DllImport("libc", EntryPoint = "open")]
    private static extern int OpenDescriptor(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    private static extern int FlushDescriptor(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int CloseDescriptor(int descriptor);
}
