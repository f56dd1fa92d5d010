using System.IO.Compression;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Hosting;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <remarks>A model file is a zip: an entry for each transformer, those of a chain in folders below it, and one for the input schema.</remarks>
public sealed class ModelOperationsCatalog : IInternalCatalog
{
    private const string ModelDirectory = "TransformerChain";
    private const string SchemaEntry = "Schema";

    private readonly HostEnvironment _environment;

    internal ModelOperationsCatalog(HostEnvironment environment) => _environment = environment;

    IHostEnvironment IInternalCatalog.Environment => _environment;

    public void Save(ITransformer model, DataViewSchema inputSchema, string filePath)
    {
        Checks.NotEmpty(filePath, nameof(filePath));
        using FileStream stream = File.Create(filePath);
        Save(model, inputSchema, stream);
    }

    public void Save(ITransformer model, DataViewSchema inputSchema, Stream stream)
    {
        Checks.NotNull(stream, nameof(stream));
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        if (model is not null)
            ModelSaveContext.SaveModel(archive, model, ModelDirectory);
        if (inputSchema is null)
            return;
        using var writer = new BinaryWriter(archive.CreateEntry(SchemaEntry).Open(), Encoding.UTF8);
        writer.Write(inputSchema);
    }

    public ITransformer Load(string filePath, out DataViewSchema inputSchema)
    {
        Checks.NotEmpty(filePath, nameof(filePath));
        using FileStream stream = File.OpenRead(filePath);
        return Load(stream, out inputSchema);
    }

    public ITransformer Load(Stream stream, out DataViewSchema inputSchema)
    {
        Checks.NotNull(stream, nameof(stream));
        using ZipArchive archive = Open(stream);
        inputSchema = archive.GetEntry(SchemaEntry) is { } entry ? ReadSchema(entry) : null;
        return ModelLoadContext.LoadModel(_environment, archive, ModelDirectory);
    }

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, bool ignoreMissingColumns = true,
        SchemaDefinition inputSchemaDefinition = null, SchemaDefinition outputSchemaDefinition = null)
        where TSrc : class
        where TDst : class, new()
        => new(transformer, ignoreMissingColumns, inputSchemaDefinition, outputSchemaDefinition, ownsTransformer: true);

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, DataViewSchema inputSchema)
        where TSrc : class
        where TDst : class, new()
        => new(transformer, false, DataOperationsCatalog.CreateDefinition<TSrc>(inputSchema), null, ownsTransformer: true);

    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, PredictionEngineOptions options)
        where TSrc : class
        where TDst : class, new()
        => new(transformer, options.IgnoreMissingColumns, options.InputSchemaDefinition, options.OutputSchemaDefinition, options.OwnsTransformer);

    private static ZipArchive Open(Stream stream)
    {
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException exception)
        {
            throw new FormatException("Failed to open a zip archive: the model file is truncated, or no model file at all.", exception);
        }
    }

    private static DataViewSchema ReadSchema(ZipArchiveEntry entry)
    {
        using var content = new MemoryStream();
        try
        {
            using (Stream stream = entry.Open())
                stream.CopyTo(content);
            content.Position = 0;
            using var reader = new BinaryReader(content, Encoding.UTF8);
            return reader.ReadSchema();
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or ArgumentException)
        {
            throw new FormatException("Corrupt model file: the input schema cannot be read.", exception);
        }
    }
}
