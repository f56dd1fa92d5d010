using Disentangle.ML.Trainers;

namespace Disentangle.ML.Tool;

/// <summary>A file to write.</summary>
internal static class OutputFile
{
    /// <summary>Checks before long work that the file can be written.</summary>
    /// <param name="file">The file to write.</param>
    /// <param name="others">Files that it must not replace.</param>
    /// <exception cref="InputException">It cannot.</exception>
    public static void Check(FileInfo file, params IEnumerable<FileInfo> others)
    {
        if (others.Any(other => other.FullName == file.FullName))
            throw new InputException($"'{file}' is given twice; every file needs another name.");
        try
        {
            AtomicFile.Try(file.FullName);
        }
        catch (IOException e)
        {
            throw new InputException($"'{file}' cannot be written: {e.Message}");
        }
    }
}
