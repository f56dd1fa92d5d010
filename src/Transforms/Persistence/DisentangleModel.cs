using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// A loaded model with this library's transformers restored to their original types. A plain <c>ml.Model.Load</c> gives the same
/// predictions, row by row; the restored transformers encode in batches and expose their settings.
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
        Encoders = [.. transformers.OfType<EncoderTransformer>()];
    }

    /// <summary>The whole model.</summary>
    public ITransformer Transformer { get; }

    /// <summary>This library's transformers in the model, in order.</summary>
    public IReadOnlyList<FeatureTransformer> Transformers { get; }

    /// <summary>The encoders among them.</summary>
    public IReadOnlyList<EncoderTransformer> Encoders { get; }

    /// <summary>Finds this library's transformers in a loaded or fitted model.</summary>
    /// <param name="model">The result of <c>ml.Model.Load</c> or <c>Fit</c>.</param>
    /// <exception cref="ArgumentException">The model contains no transformer of this library.</exception>
    /// <exception cref="InvalidDataException">A transformer is damaged or of an unknown version.</exception>
    public static DisentangleModel Open(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var transformers = new List<FeatureTransformer>();
        ITransformer opened = Open(model, transformers);
        if (transformers.Count == 0)
            throw new ArgumentException("The model contains no transformer of Disentangle.ML.", nameof(model));
        return new DisentangleModel(opened, transformers);
    }

    /// <summary>Loads a model like <c>ml.Model.Load</c> and opens it. If the file is not a model, the message says what it is.</summary>
    /// <param name="context">The MLContext.</param>
    /// <param name="path">The zip file.</param>
    /// <param name="inputSchema">The schema saved with the model, or null.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, of an unknown version, or not a model with a transformer of this library.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static DisentangleModel Load(MLContext context, string path, out DataViewSchema? inputSchema)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using FileStream file = File.OpenRead(path);
        ReadOnlySpan<byte> start = DataFile.Start(file);
        if (!start.StartsWith(DataFile.Zip))
        {
            throw new InvalidDataException(
                $"'{path}' {DataFile.WhatElse(start) ?? (DataFile.IsGzip(start) ? "is a gzip file" : "is not a zip file")}; "
                + "expected a model saved by ML.NET.");
        }
        try
        {
            return Open(context.Model.Load(file, out inputSchema));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // ML.NET has no exception for files that are not models: it throws whatever reading them causes.
            throw new InvalidDataException($"'{path}' is not a model with a transformer of Disentangle.ML, or is damaged: {e.Message}", e);
        }
    }

    /// <summary>
    /// Saves a model like <c>ml.Model.Save</c>, but atomically: the old file is replaced only when the new one is complete and on disk,
    /// and is unchanged if saving fails or the process is killed. An existing file keeps its mode bits, and a symbolic link remains a
    /// link.
    /// </summary>
    /// <param name="context">The MLContext.</param>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">The schema of the data it was fitted on.</param>
    /// <param name="path">The zip file.</param>
    /// <exception cref="IOException">The folder does not exist, or the file cannot be written.</exception>
    public static void Save(MLContext context, ITransformer model, DataViewSchema? inputSchema, string path)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.Write(path, file => context.Model.Save(model, inputSchema, file));
    }

    private static ITransformer Open(ITransformer model, List<FeatureTransformer> transformers)
    {
        FeatureTransformer? own = model as FeatureTransformer ?? (model is IEnumerable<ITransformer> saved ? StockChain.Open(saved)
            : null);
        if (own is not null)
        {
            transformers.Add(own);
            return own;
        }
        return model is IEnumerable<ITransformer> chain ? new TransformerChain<ITransformer>(
            [.. chain.Select(step => Open(step, transformers))]) : model;
    }
}
