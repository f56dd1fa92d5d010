using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// A saved model with the transformers of this library as what they were when they were saved. <c>ml.Model.Load</c> alone gives a model that predicts the
/// same, row by row; this one encodes in batches and tells its settings.
/// </summary>
/// <example><code>
/// DisentangleModel model = DisentangleModel.Load(ml, "model.zip", out _);
/// Console.WriteLine(model.Encoders[0].History[^1]);
/// IDataView clustered = model.Transformer.Transform(data);
/// </code></example>
public sealed class DisentangleModel
{
    private DisentangleModel(ITransformer transformer, IReadOnlyList<FeatureTransformer> transformers)
    {
        Transformer = transformer;
        Transformers = transformers;
        Encoders = [.. transformers.OfType<EncodingTransformer>()];
    }

    /// <summary>The whole model.</summary>
    public ITransformer Transformer { get; }

    /// <summary>The transformers of this library in it, in their order.</summary>
    public IReadOnlyList<FeatureTransformer> Transformers { get; }

    /// <summary>The encoders among them.</summary>
    public IReadOnlyList<EncodingTransformer> Encoders { get; }

    /// <summary>Finds the transformers of this library in a loaded or fitted model.</summary>
    /// <param name="model">What <c>ml.Model.Load</c> or <c>Fit</c> gave.</param>
    /// <exception cref="ArgumentException">The model holds no transformer of this library.</exception>
    /// <exception cref="InvalidDataException">One in it is damaged or of an unknown version.</exception>
    public static DisentangleModel Open(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var transformers = new List<FeatureTransformer>();
        ITransformer opened = Open(model, transformers);
        if (transformers.Count == 0)
            throw new ArgumentException("The model holds no transformer of Disentangle.ML.", nameof(model));
        return new DisentangleModel(opened, transformers);
    }

    /// <summary>
    /// Loads a model as <c>ml.Model.Load</c> does and opens it. Of a file that holds none, the message says what it is instead.
    /// </summary>
    /// <param name="context">The MLContext.</param>
    /// <param name="path">The zip file.</param>
    /// <param name="inputSchema">The schema that was saved with it; null if none was.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, of an unknown version, or no model with a transformer of this library.
    /// </exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static DisentangleModel Load(MLContext context, string path, out DataViewSchema? inputSchema)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using FileStream file = File.OpenRead(path);
        ReadOnlySpan<byte> start = DataFile.Start(file);
        if (!start.StartsWith(DataFile.Zip))
        {
            throw new InvalidDataException(
                $"'{path}' {DataFile.WhatElse(start) ?? (DataFile.IsGzip(start) ? "is a gzip file" : "is no zip file")}; "
                + "a model that was saved by ML.NET is expected.");
        }
        try
        {
            return Open(context.Model.Load(file, out inputSchema));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The host has no exception of its own for files that are no models: it throws whatever reading them led to.
            throw new InvalidDataException($"'{path}' is no model with a transformer of Disentangle.ML, or a damaged one: {e.Message}", e);
        }
    }

    /// <summary>
    /// Saves a model as <c>ml.Model.Save</c> does, but so that the old file is replaced only when the new one is complete and on the
    /// disk: if saving fails or the process is killed, the old file stays as it was. A file that is there keeps its mode bits, and a
    /// symbolic link stays a link.
    /// </summary>
    /// <param name="context">The MLContext.</param>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">The schema of the data it was fitted on.</param>
    /// <param name="path">The zip file.</param>
    /// <exception cref="IOException">There is no such folder, or the file cannot be written.</exception>
    public static void Save(MLContext context, ITransformer model, DataViewSchema? inputSchema, string path)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.Write(path, file => context.Model.Save(model, inputSchema, file));
    }

    private static ITransformer Open(ITransformer model, List<FeatureTransformer> transformers)
    {
        FeatureTransformer? own = model as FeatureTransformer ?? (model is IEnumerable<ITransformer> saved ? StockChain.Open(saved) : null);
        if (own is not null)
        {
            transformers.Add(own);
            return own;
        }
        return model is IEnumerable<ITransformer> chain ? new TransformerChain<ITransformer>([.. chain.Select(step => Open(step, transformers))]) : model;
    }
}
