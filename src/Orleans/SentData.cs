using Microsoft.ML;

namespace Disentangle.ML.Orleans;

/// <summary>Rows in ML.NET's binary format, in a file named after their hash.</summary>
internal sealed class SentData
{
    private readonly FileStream _file;

    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns to send; those that the rows lack are left out.</param>
    /// <param name="folder">The folder to keep the file in; null for a temporary file.</param>
    public SentData(IDataView rows, IEnumerable<string> columns, string? folder)
    {
        var context = new MLContext();
        string[] present = [.. columns.Where(column => rows.Schema.GetColumnOrNull(column) is not null).Distinct()];
        IDataView selected = context.Transforms.SelectColumns(present).Fit(rows).Transform(rows);
        Hash = RowHash.Of(selected);
        string path = Path.Combine(folder ?? Path.GetTempPath(), folder is null ? $"{Guid.NewGuid():N}.idv" : DataFolder.NameOf(Hash));
        if (!File.Exists(path))
        {
            string part = $"{path}.{Guid.NewGuid():N}.part";
            using (FileStream file = File.Create(part))
                context.Data.SaveAsBinary(selected, file, keepHidden: false);
            File.Move(part, path, overwrite: true);
        }
        _file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0,
            folder is null ? FileOptions.DeleteOnClose : FileOptions.None);
        Length = _file.Length;
    }

    /// <summary>The hash of the rows.</summary>
    public string Hash { get; }

    /// <summary>The length of the file in bytes.</summary>
    public long Length { get; }

    /// <summary>The file in parts; may be called by several threads.</summary>
    public IEnumerable<DataChunk> Chunks()
    {
        for (long offset = 0; offset < Length;)
        {
            var bytes = new byte[Math.Min(DataChunk.MaximumBytes, Length - offset)];
            int read = RandomAccess.Read(_file.SafeFileHandle, bytes, offset);
            yield return new() { Hash = Hash, Length = Length, Offset = offset, Bytes = bytes[..read] };
            offset += read;
        }
    }
}
