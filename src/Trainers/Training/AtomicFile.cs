using System.Runtime.InteropServices;
using System.Text;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Replaces files atomically: whenever the process or the machine stops, a file is either unchanged or completely new. The content is
/// written to a temporary file in the same folder, <c>name.guid.tmp</c>, flushed to disk and renamed over the old file.
/// </summary>
internal static class AtomicFile
{
    private const string Ending = ".tmp";

    /// <summary>
    /// Writes a file. An existing file keeps its mode bits; for a symbolic link, its target is written. Temporary files left by a killed
    /// process are deleted.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its content.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">The file cannot be written; the old one is unchanged.</exception>
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
            // Elsewhere the open file shows until the last moment that its process is alive; Windows cannot rename open files.
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
    /// Checks that <see cref="Write"/> can write a file: its folder exists and is writable, and the path is not a folder.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">The folder is not writable, or the path is a folder.</exception>
    public static void Try(string path)
    {
        string target = Target(path);
        using FileStream file = CreateTemporary(target);
        File.Delete(file.Name);
    }

    /// <summary>Resolves all symbolic links to a file.</summary>
    private static string Target(string path)
    {
        string full = Path.GetFullPath(path);
        string target = new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
        string folder = Path.GetDirectoryName(target) ?? target;
        if (Directory.Exists(target))
            throw new IOException($"'{target}' is a folder; expected a file.");
        return Directory.Exists(folder) ? target : throw new DirectoryNotFoundException($"The folder '{folder}' does not exist.");
    }

    /// <summary>
    /// Creates a temporary file. While it is open, no other process can open it exclusively, which distinguishes the file of a running
    /// process from a leftover.
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
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"The folder '{Path.GetDirectoryName(target)}' is not writable: {e.Message}", e);
            }
            // Before the file was locked, another process may have deleted it as a leftover.
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
                // It belongs to a running process or to another user.
            }
        }
    }

    /// <summary>Flushes the rename to disk. Errors of file systems that do not support this are ignored.</summary>
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
