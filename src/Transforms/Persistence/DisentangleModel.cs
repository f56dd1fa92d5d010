using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// A saved model with the transformers of this library as what they were when they were saved. <c>ml.Model.Load</c> alone gives a model that predicts the
/// same, row by row; this one encodes in batches and tells its settings.
/// </summary>
/// <example><code>
/// DisentangleModel model = DisentangleModel.Open(ml.Model.Load("model.zip", out _));
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
    /// Saves a model as <c>ml.Model.Save</c> does, but so that the old file is replaced only when the new one is complete and on the disk: if saving fails or
    /// the process is killed, the old file stays as it was. A file that is there keeps its mode bits, and a symbolic link stays a link.
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
