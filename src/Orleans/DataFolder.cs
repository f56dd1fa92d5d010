namespace Disentangle.ML.Orleans;

/// <summary>Data files named after the hash of their rows.</summary>
internal sealed class DataFolder(string folder, long maximumBytes)
{
    /// <summary>How long one trial may be silent while it receives a file before another may ask for it.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, DateTime> _uploads = [];
    private readonly Lock _lock = new();

    /// <summary>The path of a file; null if it is not there.</summary>
    public string? Find(string hash) => PathOf(hash) is var path && File.Exists(path) ? path : null;

    /// <summary>Deletes a file.</summary>
    public void Delete(string hash) => File.Delete(PathOf(hash));

    /// <summary>Whether the caller should send a missing file; false while another caller is sending it.</summary>
    public bool Claim(string hash)
    {
        lock (_lock)
        {
            if (_uploads.TryGetValue(hash, out DateTime last) && DateTime.UtcNow - last < Silence)
                return false;
            _uploads[hash] = DateTime.UtcNow;
            return true;
        }
    }

    /// <summary>Writes a part of a file, which can be found when the last part is there.</summary>
    /// <exception cref="InvalidDataException">The part is not what it should be.</exception>
    public void Write(DataChunk chunk)
    {
        if (chunk.Length > maximumBytes)
        {
            throw new InvalidDataException(
                $"The data have {chunk.Length} bytes; the silo accepts at most {maximumBytes} (SweepSiloOptions.MaximumDataBytes).");
        }
        if (chunk.Bytes.Length is 0 or > DataChunk.MaximumBytes || chunk.Offset < 0 || chunk.Offset > chunk.Length - chunk.Bytes.Length)
            throw new InvalidDataException("A part of the data is empty, too long or outside the file.");
        string path = PathOf(chunk.Hash), part = $"{path}.{Environment.ProcessId}.part";
        lock (_lock)
        {
            if (File.Exists(path))
                return;
            _uploads[chunk.Hash] = DateTime.UtcNow;
            Directory.CreateDirectory(folder);
            using (FileStream file = File.OpenWrite(part))
            {
                if (chunk.Offset == 0)
                    file.SetLength(0);
                if (chunk.Offset != file.Length)
                    throw new InvalidDataException($"A part of the data starts at byte {chunk.Offset}; byte {file.Length} is next.");
                file.Position = chunk.Offset;
                file.Write(chunk.Bytes);
                if (file.Length < chunk.Length)
                    return;
            }
            _uploads.Remove(chunk.Hash);
            File.Move(part, path, overwrite: true);
        }
    }

    public static string NameOf(string hash) => $"{hash}.idv";

    private string PathOf(string hash) => hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower)
        ? Path.Combine(folder, NameOf(hash))
        : throw new InvalidDataException("The name of the data is not a SHA-256.");
}
