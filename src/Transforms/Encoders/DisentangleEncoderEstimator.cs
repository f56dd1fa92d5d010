using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Trains an encoder with a classifier on top of it from rows of which some or all have a label, and gives a transformer that adds the embedding (the
/// output of the layer below the classifier) as a column.
/// </summary>
/// <remarks>
/// <c>ml.Model.ExportToOnnx</c> of the package Disentangle.ML.Onnx exports the fitted pipeline; ML.NET's <c>ConvertToOnnx</c> refuses it.
/// </remarks>
public sealed class DisentangleEncoderEstimator : IEstimator<DisentangleEncoderTransformer>
{
    internal static class Defaults
    {
        public const string LabelColumnName = "Label";
        public const int EmbeddingSize = 32;
    }

    private readonly EncodingEstimator _estimator;
    private readonly DisentangleEncoderOptions _options;

    /// <summary>An estimator; <c>ml.Transforms.DisentangleEncoder</c> is the usual way to one.</summary>
    /// <param name="environment">The MLContext. Its seed decides the training where the options give none.</param>
    /// <param name="outputColumnName">The embedding: a vector of Single of known size.</param>
    /// <param name="inputColumnName">
    /// The features, a vector of Single: of known size, or the steps of a sequence. Default null: as <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="labelColumnName">
    /// A key or Boolean; a missing key is a row without label. Values of the key that no row has are not learned: their probability is 0.
    /// Default <c>Label</c>. Without labels, use <see cref="DisentangleAutoencoderEstimator"/>.
    /// </param>
    /// <param name="options">Default null: the defaults of <see cref="DisentangleEncoderOptions"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="labelColumnName"/> is null.</exception>
    /// <exception cref="ArgumentException">A setting is out of range; the message lists all that are.</exception>
    public DisentangleEncoderEstimator(IHostEnvironment environment, string outputColumnName, string? inputColumnName = null,
        string labelColumnName = Defaults.LabelColumnName, DisentangleEncoderOptions? options = null)
    {
        if (labelColumnName is null)
        {
            throw new ArgumentNullException(nameof(labelColumnName),
                "An encoder learns from labels. Without labels use ml.Transforms.DisentangleAutoencoder, which needs no label column.");
        }
        _options = options ?? new DisentangleEncoderOptions();
        var added = new AddedColumns(outputColumnName, _options.ScoreColumnName, _options.PredictedLabelColumnName, Reconstruction: null);
        _estimator = new EncodingEstimator(
            environment, nameof(DisentangleEncoderEstimator), inputColumnName ?? outputColumnName, labelColumnName, added, _options);
    }

    /// <summary>The schema after the transformer, for a pipeline to check.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _estimator.GetOutputSchema(inputSchema);

    /// <summary>Trains the encoder.</summary>
    /// <param name="input">
    /// Passed over once; where <see cref="EncoderTrainingOptions.CacheInMemory"/> is false once more in every epoch, and before once more
    /// each where there is a checkpoint and where features are scaled.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="ArgumentException">A setting does not fit the data.</exception>
    /// <exception cref="InvalidDataException">
    /// A feature is NaN or infinite, a sequence has no whole steps, there are no rows, or fewer than two classes have rows.
    /// </exception>
    /// <exception cref="NonFiniteLossException">A loss or its gradient became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled before the first epoch was done.</exception>
    /// <exception cref="TimeoutException"><see cref="TrainingOptions.MaximumTime"/> was over before the first epoch was done.</exception>
    public DisentangleEncoderTransformer Fit(IDataView input) => Train(input, previous: null);

    /// <summary>
    /// Goes on training a fitted model, with more or newer rows. It starts from that model's weights and keeps its scaling of the features; classes
    /// are matched by their values, and a new class starts with random weights.
    /// </summary>
    /// <param name="input">The rows to train on.</param>
    /// <param name="previousModel">A model with the same network and the same number of features. It stays as it is.</param>
    /// <exception cref="ArgumentException">The previous model's network, features or normalisation differ from the options'.</exception>
    /// <inheritdoc cref="Fit(IDataView)"/>
    public DisentangleEncoderTransformer Fit(IDataView input, DisentangleEncoderTransformer previousModel)
    {
        ArgumentNullException.ThrowIfNull(previousModel);
        return Train(input, previousModel);
    }

    private DisentangleEncoderTransformer Train(IDataView input, DisentangleEncoderTransformer? previous)
    {
        (EncoderColumns columns, TrainingResult result) = _estimator.Fit(input, previous);
        return new DisentangleEncoderTransformer(columns, _options with { Objective = result.Objective }, result);
    }
}
