using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML;

/// <summary>
/// Where a model writes itself: one entry of the zip. A model calls <see cref="BeginModel"/> once and writes; parts go into entries below its own.
/// </summary>
/// <remarks>
/// An entry is: the magic number, the SHA-256 of what follows, the name of the loader, the version, the model's own bytes.
/// </remarks>
public sealed class ModelSaveContext : IDisposable
{
    internal const uint Magic = 0x4C4D4953;
    internal const string EntryName = "Model.bin";

    private readonly ZipArchive _archive;
    private readonly string _directory;
    private readonly MemoryStream _stream = new();
    private bool _begun;

    private ModelSaveContext(ZipArchive archive, string directory)
    {
        _archive = archive;
        _directory = directory;
        Writer = new BinaryWriter(_stream, Encoding.UTF8);
    }

    internal BinaryWriter Writer { get; }

    public void Dispose() => Writer.Dispose();

    internal void BeginModel(string loader, int version)
    {
        Checks.State(!_begun, "A model has been written here already.");
        _begun = true;
        Writer.Write(loader);
        Writer.Write(version);
    }

    internal void SaveModel(ICanSaveModel model, string name) => SaveModel(_archive, model, $"{_directory}/{name}");

    internal static void SaveModel(ZipArchive archive, ICanSaveModel model, string directory)
    {
        using var context = new ModelSaveContext(archive, directory);
        model.Save(context);
        Checks.State(context._begun, "ModelSignature not specified!");
        context.Writer.Flush();
        ReadOnlySpan<byte> content = context._stream.GetBuffer().AsSpan(0, (int)context._stream.Length);
        using Stream entry = archive.CreateEntry($"{directory}/{EntryName}").Open();
        Span<byte> magic = stackalloc byte[sizeof(uint)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(magic, Magic);
        entry.Write(magic);
        entry.Write(SHA256.HashData(content));
        entry.Write(content);
    }
}
