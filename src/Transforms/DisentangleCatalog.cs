using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Estimators that learn embeddings which cluster well.</summary>
public static class DisentangleCatalog
{
    /// <summary>
    /// Learns an embedding from coarse labels, with losses that preserve what the labels do not distinguish, or without labels. Cluster the
    /// embedding to find groups.
    /// </summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The embedding: a vector of Single of known size.</param>
    /// <param name="inputColumnName">
    /// The features: a vector of Single of known size. Default null: the same as <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="labelColumnName">
    /// A key or Boolean; a missing key marks an unlabelled row. Only needed to fit. Null: no labels. Default <c>Label</c>.
    /// </param>
    /// <param name="options">
    /// The network, the losses and the training. Default null: the defaults of <see cref="DisentangleEncoderOptions"/>.
    /// </param>
    /// <param name="embeddingSize">
    /// The number of values in the embedding, at least 1. Only without <paramref name="options"/>. Default null: 32.
    /// </param>
    /// <param name="numberOfEpochs">
    /// Passes over the data, at least 1. Only without <paramref name="options"/>. Default null: chosen by the number of rows, see
    /// <see cref="TrainingOptions.Epochs"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A setting is out of range; the message lists all that are. Or there are options as well as a size or a number of epochs.
    /// </exception>
    /// <example><code>
    /// var pipeline = ml.Transforms.Conversion.MapValueToKey("Group")
    ///     .Append(ml.Transforms.DisentangleEncoder("Embedding", "Pixels", labelColumnName: "Group", embeddingSize: 16))
    ///     .Append(ml.Clustering.Trainers.KMeansRestarts("Embedding", numberOfClusters: 10));
    ///
    /// var withoutLabels = ml.Transforms.DisentangleEncoder("Embedding", "Pixels", labelColumnName: null);
    /// </code></example>
    public static DisentangleEncoderEstimator DisentangleEncoder(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        string? labelColumnName = DisentangleEncoderEstimator.Defaults.LabelColumnName,
        DisentangleEncoderOptions? options = null,
        int? embeddingSize = null,
        int? numberOfEpochs = null) =>
        new(CatalogEnvironment.Of(catalog), outputColumnName, inputColumnName, labelColumnName,
            DisentangleEncoderOptions.Of(options, embeddingSize, numberOfEpochs));

    /// <summary>
    /// Learns a code from which the features can be reconstructed and which keeps rows of a class together if there are labels. Cluster
    /// the code to find groups.
    /// </summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The code: a vector of Single of known size.</param>
    /// <param name="inputColumnName">
    /// The features: a vector of Single of known size. Default null: the same as <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="labelColumnName">
    /// A key or Boolean; a missing key marks an unlabelled row. Only needed to fit. Default null: no labels.
    /// </param>
    /// <param name="options">
    /// The network, the losses and the training. Default null: the defaults of <see cref="DisentangleAutoencoderOptions"/>.
    /// </param>
    /// <param name="embeddingSize">
    /// The number of values in the code, at least 1. Only without <paramref name="options"/>. Default null: 70.
    /// </param>
    /// <param name="numberOfEpochs">
    /// Passes over the data, at least 1. Only without <paramref name="options"/>. Default null: chosen by the number of rows, see
    /// <see cref="TrainingOptions.Epochs"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A setting is out of range; the message lists all that are. Or there are options as well as a size or a number of epochs.
    /// </exception>
    public static DisentangleAutoencoderEstimator DisentangleAutoencoder(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        string? labelColumnName = null,
        DisentangleAutoencoderOptions? options = null,
        int? embeddingSize = null,
        int? numberOfEpochs = null) =>
        new(CatalogEnvironment.Of(catalog), outputColumnName, inputColumnName, labelColumnName,
            DisentangleAutoencoderOptions.Of(options, embeddingSize, numberOfEpochs));

    /// <summary>
    /// Learns from few rows with the help of many (JADE): two data sets with the same classes and different features, an autoencoder for
    /// each, and one classifier that reads the content, the part of either code that identifies the class. Adds the content as a column.
    /// </summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The content: a vector of Single of known size.</param>
    /// <param name="inputColumnName">
    /// The images: a vector of Single of known size. Null: the same as <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="labelColumnName">A key or Boolean; a missing key marks an unlabelled row. Only needed to fit.</param>
    /// <param name="auxiliary">
    /// The plentiful set; the estimator is fitted on the scarce one. Its columns have the same names unless the options set others.
    /// </param>
    /// <param name="options">The networks and the training. Default null: the defaults of <see cref="JointAutoencoderOptions"/>.</param>
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
    /// Converts images of written digits to sequences of pen strokes, for <c>Network.Gru(StrokeSequences.StepSize, ...)</c>; see
    /// <see cref="Disentangle.ML.Transforms.StrokeSequences"/>.
    /// </summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">
    /// The strokes: a vector of Single of unknown size, <see cref="StrokeSequences.StepSize"/> values per step.
    /// </param>
    /// <param name="inputColumnName">
    /// The image: a vector of Single from 0 to 1, row by row. Default null: the same as <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="width">Pixels in a row. At least 1. Default 28.</param>
    /// <param name="height">Rows. At least 1. Default 28.</param>
    /// <exception cref="ArgumentException">A name is empty, or a side is less than 1.</exception>
    public static StrokeSequencesEstimator StrokeSequences(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, int width = 28, int height = 28) =>
        new(catalog, outputColumnName, inputColumnName, width, height);
}
