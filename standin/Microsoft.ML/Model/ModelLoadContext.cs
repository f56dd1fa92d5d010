using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Hosting;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>One entry of the zip, open for its model to read.</summary>
internal sealed class ModelLoadContext
{
    private static readonly Dictionary<string, Func<HostEnvironment, ModelLoadContext, ITransformer>> _loaders = new()
    {
        [TransformerChain.Loader] = TransformerChain.Load,
        [ColumnCopyingTransformer.Loader] = ColumnCopyingTransformer.Load,
        [ColumnSelectingTransformer.Loader] = ColumnSelectingTransformer.Load,
        [ColumnConcatenatingTransformer.Loader] = ColumnConcatenatingTransformer.Load,
        [ValueToKeyMappingTransformer.Loader] = ValueToKeyMappingTransformer.Load,
        [KeyToValueMappingTransformer.Loader] = KeyToValueMappingTransformer.Load,
        [ValueMappingTransformer.Loader] = ValueMappingTransformer.Load,
        [TypeConvertingTransformer.Loader] = TypeConvertingTransformer.Load,
        [NormalizingTransformer.Loader] = NormalizingTransformer.Load,
        [LpNormNormalizingTransformer.Loader] = LpNormNormalizingTransformer.Load,
        [CustomMapping.Loader] = CustomMapping.Load,
        [ClusteringPrediction.Loader] = ClusteringPrediction.Load,
    };

    private readonly ZipArchive _archive;
    private readonly string _directory;

    private ModelLoadContext(ZipArchive archive, string directory, BinaryReader reader)
    {
        _archive = archive;
        _directory = directory;
        Reader = reader;
    }

    public BinaryReader Reader { get; }

    public void CheckVersion(int version, int newest)
        => Checks.Decode(version <= newest, $"The model '{_directory}' has version {version}; this program reads up to {newest}.");

    public ITransformer LoadModel(HostEnvironment env, string name) => LoadModel(env, _archive, $"{_directory}/{name}");

    public static ITransformer LoadModel(HostEnvironment env, ZipArchive archive, string directory)
    {
        ZipArchiveEntry entry = archive.GetEntry($"{directory}/{ModelSaveContext.EntryName}")
            ?? throw new FormatException($"Corrupt model file: it has no model '{directory}'.");
        using var stream = new MemoryStream(Read(entry));
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        try
        {
            string loader = reader.ReadString();
            Checks.Decode(_loaders.TryGetValue(loader, out var load), $"The model '{directory}' is of a kind unknown here: '{loader}'.");
            return load(env, new ModelLoadContext(archive, directory, reader));
        }
        catch (EndOfStreamException exception)
        {
            throw new FormatException($"Corrupt model file: the model '{directory}' ends too early.", exception);
        }
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        const int headerLength = sizeof(uint) + SHA256.HashSizeInBytes;
        using var content = new MemoryStream();
        try
        {
            using Stream stream = entry.Open();
            stream.CopyTo(content);
        }
        catch (InvalidDataException exception)
        {
            throw new FormatException($"Corrupt model file: the entry '{entry.FullName}' cannot be unpacked.", exception);
        }
        byte[] bytes = content.ToArray();
        Checks.Decode(bytes.Length > headerLength && BitConverter.ToUInt32(bytes) == ModelSaveContext.Magic,
            $"Corrupt model file: the entry '{entry.FullName}' is no model.");
        Checks.Decode(SHA256.HashData(bytes.AsSpan(headerLength)).AsSpan().SequenceEqual(bytes.AsSpan(sizeof(uint), SHA256.HashSizeInBytes)),
            $"Corrupt model file: the entry '{entry.FullName}' has been altered.");
        return bytes[headerLength..];
    }
}
