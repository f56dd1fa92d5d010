using Disentangle.ML.Trainers;

namespace Disentangle.ML.Tool;

/// <summary>A file to write.</summary>
internal static class OutputFile
{
    /// <summary>Checks before long work that the file can be written.</summary>
    /// <exception cref="InputException">It cannot.</exception>
    public static void Check(FileInfo file)
    {
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
