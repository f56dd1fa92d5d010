using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Papers;

/// <summary>Articles of AG News, or other texts with one topic each.</summary>
public static class Articles
{
    /// <summary>
    /// Reads the columns Topic and Text (title and description, a vector of two texts) from a quoted <c>.csv</c> file with topic, title
    /// and description, or topic and text; or from a <c>.tsv</c> file with topic and text. Gzipped if the name ends in <c>.gz</c>.
    /// A first line whose topic no other line has is a header.
    /// </summary>
    public static IDataView Load(MLContext ml, FileInfo file)
    {
        string path = file.FullName;
        if (file.Extension == ".gz")
        {
            // ML.NET cannot read compressed files.
            path = Path.Combine(Directory.CreateTempSubdirectory("papers-").FullName, Path.GetFileNameWithoutExtension(file.Name));
            using var packed = new GZipStream(file.OpenRead(), CompressionMode.Decompress);
            using FileStream unpacked = File.Create(path);
            packed.CopyTo(unpacked);
        }
        char separator = Path.GetExtension(path) == ".tsv" ? '\t' : ',';
        string Topic(string line) => line.Split(separator)[0].Trim('"');
        string first = Topic(File.ReadLines(path).FirstOrDefault(""));
        return ml.Data.LoadFromTextFile(path, [new("Topic", DataKind.String, 0), new("Text", DataKind.String, 1, 2)], separator,
            hasHeader: !File.ReadLines(path).Skip(1).Any(line => Topic(line) == first), allowQuoting: separator == ',');
    }
}
