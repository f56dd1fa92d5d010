namespace Microsoft.ML.Data;

public interface IMultiStreamSource
{
    int Count { get; }

    string GetPathOrNull(int index);

    Stream Open(int index);

    TextReader OpenTextReader(int index);
}

public sealed class MultiFileSource(params string[] paths) : IMultiStreamSource
{
    public int Count => paths?.Length ?? 0;

    public string GetPathOrNull(int index) => paths[index];

    public Stream Open(int index) => File.OpenRead(paths[index]);

    public TextReader OpenTextReader(int index) => new StreamReader(Open(index));
}
