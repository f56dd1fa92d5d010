using Disentangle.ML.Evaluators;
using Disentangle.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Estimators that learn embeddings which cluster well.</summary>
public static class DisentangleCatalog
{
    /// <summary>
    /// Learns an embedding from the labels there are, with losses that keep what the labels do not tell apart. Cluster the embedding to find sub-groups.
    /// </summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The embedding: a vector of Single of known size.</param>
    /// <param name="inputColumnName">The features: a vector of Single of known size. Default null: as <paramref name="outputColumnName"/>.</param>
    /// <param name="labelColumnName">A key or Boolean; a missing key is a row without label. Needed to fit only. Default <c>Label</c>.</param>
    /// <param name="options">The network, the losses and how it is trained. Default null: the defaults of <see cref="DisentangleEncoderOptions"/>.</param>
    /// <example><code>
    /// var pipeline = ml.Transforms.Conversion.MapValueToKey("Group")
    ///     .Append(ml.Transforms.DisentangleEncoder("Embedding", "Pixels", labelColumnName: "Group"))
    ///     .Append(ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 10));
    /// </code></example>
    public static DisentangleEncoderEstimator DisentangleEncoder(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        string labelColumnName = DisentangleEncoderEstimator.Defaults.LabelColumnName,
        DisentangleEncoderOptions? options = null) =>
        new(CatalogEnvironment.Of(catalog), outputColumnName, inputColumnName, labelColumnName, options);

    /// <summary>
    /// Learns a code that the features can be made from again, and that keeps rows of a class together where there are labels. Cluster the code to find groups.
    /// </summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The code: a vector of Single of known size.</param>
    /// <param name="inputColumnName">The features: a vector of Single of known size. Default null: as <paramref name="outputColumnName"/>.</param>
    /// <param name="labelColumnName">A key or Boolean; a missing key is a row without label. Needed to fit only. Default null: no labels.</param>
    /// <param name="options">The network, the losses and how it is trained. Default null: the defaults of <see cref="DisentangleAutoencoderOptions"/>.</param>
    public static DisentangleAutoencoderEstimator DisentangleAutoencoder(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        string? labelColumnName = null,
        DisentangleAutoencoderOptions? options = null) =>
        new(CatalogEnvironment.Of(catalog), outputColumnName, inputColumnName, labelColumnName, options);

    /// <summary>
    /// Learns from few rows with the help of many: two sets with the same classes and different features, an autoencoder for each, and one classifier on what
    /// both say of the class (JADE). Adds that content as a column.
    /// </summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The content: a vector of Single of known size.</param>
    /// <param name="inputColumnName">The images: a vector of Single of known size. Null: as <paramref name="outputColumnName"/>.</param>
    /// <param name="labelColumnName">A key or Boolean; a missing key is a row without label. Needed to fit only.</param>
    /// <param name="auxiliary">The plentiful set; it is fitted on the scarce one. Its columns have the same names, unless the options say others.</param>
    /// <param name="options">The networks and how they are trained. Default null: the defaults of <see cref="JointAutoencoderOptions"/>.</param>
    /// <example><code>
    /// var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    ///     .Append(ml.Transforms.JointAutoencoder("Content", "Pixels", labelColumnName: "Label", auxiliary: handwritten));
    /// </code></example>
    public static JointAutoencoderEstimator JointAutoencoder(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName,
        string labelColumnName,
        IDataView auxiliary,
        JointAutoencoderOptions? options = null) =>
        new(CatalogEnvironment.Of(catalog), outputColumnName, inputColumnName, labelColumnName, auxiliary, options);

    /// <summary>
    /// Makes images of written digits to sequences of pen strokes, for <c>Network.Gru(StrokeSequences.StepSize, ...)</c>; see
    /// <see cref="Disentangle.ML.Transforms.StrokeSequences"/>.
    /// </summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">
    /// The strokes: a vector of Single of unknown size, <see cref="StrokeSequences.StepSize"/> values a step.
    /// </param>
    /// <param name="inputColumnName">The image: a vector of Single from 0 to 1, row by row. Default null: as <paramref name="outputColumnName"/>.</param>
    /// <param name="width">Pixels in a row. At least 1. Default 28.</param>
    /// <param name="height">Rows. At least 1. Default 28.</param>
    /// <exception cref="ArgumentException">A name is empty or a side less than 1.</exception>
    public static StrokeSequencesEstimator StrokeSequences(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, int width = 28, int height = 28) =>
        new(catalog, outputColumnName, inputColumnName, width, height);
}
