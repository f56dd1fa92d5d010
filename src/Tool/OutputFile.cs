namespace Disentangle.ML.Tool;

/// <summary>A file to write.</summary>
internal static class OutputFile
{
    /// <summary>Checks before long work that the file can be written.</summary>
    /// <exception cref="InputException">It cannot.</exception>
    public static void Check(FileInfo file)
    {
        if (Directory.Exists(file.FullName))
            throw new InputException($"'{file}' is a folder; give the name of a file.");
        if (!file.Directory!.Exists)
            throw new InputException($"'{file}' cannot be written: there is no folder '{file.Directory}'.");
        try
        {
            if (file.Exists)
            {
                using FileStream _ = file.Open(FileMode.Open, FileAccess.Write);
            }
            else
            {
                using FileStream _ = new(file.FullName, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{file}' cannot be written: {e.Message}");
        }
    }
}
