using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Trains an encoder, from rows of which all, some or none are labelled; with labels, together with a classifier on top of it. The fitted
/// transformer adds the embedding, the output of the encoder's last layer, as a column.
/// </summary>
/// <remarks>
/// <c>ml.Model.ExportToOnnx</c> of the package Disentangle.ML.Onnx exports the fitted pipeline; ML.NET's <c>ConvertToOnnx</c> rejects it.
/// </remarks>
public sealed class DisentangleEncoderEstimator : IEstimator<DisentangleEncoderTransformer>
{
    internal static class Defaults
    {
        public const string LabelColumnName = "Label";
        public const int EmbeddingSize = 32;
    }

    private readonly EncoderFit _fit;
    private readonly DisentangleEncoderOptions _options;

    /// <summary>Creates an estimator; <c>ml.Transforms.DisentangleEncoder</c> is the usual way to create one.</summary>
    /// <param name="environment">The MLContext. Its seed is used when the options set none.</param>
    /// <param name="outputColumnName">The embedding: a vector of Single of known size.</param>
    /// <param name="inputColumnName">
    /// The features, a vector of Single: of known size, or the steps of a sequence. Default null: the same as
    /// <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="labelColumnName">
    /// A key or Boolean; a missing key marks an unlabelled row. Key values without rows are not learned; their probability is 0. Null: no
    /// labels; the objective must need none. Default <c>Label</c>.
    /// </param>
    /// <param name="options">
    /// Default null: the defaults of <see cref="DisentangleEncoderOptions"/>. Without a label column, the default objective is the
    /// neighbour contrast alone.
    /// </param>
    /// <exception cref="ArgumentException">A setting is out of range; the message lists all that are.</exception>
    public DisentangleEncoderEstimator(IHostEnvironment environment, string outputColumnName, string? inputColumnName = null,
        string? labelColumnName = Defaults.LabelColumnName, DisentangleEncoderOptions? options = null)
    {
        _options = (options ?? new DisentangleEncoderOptions()).For(labelColumnName);
        var columns = new EncoderColumns(inputColumnName ?? outputColumnName, outputColumnName)
        {
            Score = _options.ScoreColumnName,
            PredictedLabel = _options.PredictedLabelColumnName,
        };
        _fit = new EncoderFit(environment, nameof(DisentangleEncoderEstimator), columns, labelColumnName, _options);
    }

    /// <summary>Returns the schema that the fitted transformer produces.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _fit.GetOutputSchema(inputSchema);

    /// <summary>Trains the encoder.</summary>
    /// <param name="input">
    /// The rows, read once. When <see cref="EncoderTrainingOptions.CacheInMemory"/> is false they are read again in every epoch, and once
    /// more each before training for a checkpoint and for feature scaling.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="ArgumentException">A setting does not fit the data.</exception>
    /// <exception cref="InvalidDataException">
    /// A feature is NaN or infinite, the length of a sequence is not a whole number of steps, there are no rows, or fewer than two classes
    /// have rows.
    /// </exception>
    /// <exception cref="NonFiniteLossException">A loss or its gradient became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled before the first epoch finished.</exception>
    /// <exception cref="TimeoutException">
    /// <see cref="TrainingOptions.MaximumTime"/> was reached before the first epoch finished.
    /// </exception>
    public DisentangleEncoderTransformer Fit(IDataView input) => Train(input, previous: null);

    /// <summary>
    /// Continues training a fitted model on more or newer rows. Training starts from that model's weights and keeps its feature scaling.
    /// Classes are matched by value; a new class starts with random weights.
    /// </summary>
    /// <param name="input">The rows to train on.</param>
    /// <param name="previousModel">A model with the same network and the same number of features. It is not modified.</param>
    /// <exception cref="ArgumentException">The previous model's network, features or normalisation differ from the options'.</exception>
    /// <inheritdoc cref="Fit(IDataView)"/>
    public DisentangleEncoderTransformer Fit(IDataView input, DisentangleEncoderTransformer previousModel)
    {
        ArgumentNullException.ThrowIfNull(previousModel);
        return Train(input, previousModel);
    }

    private DisentangleEncoderTransformer Train(IDataView input, DisentangleEncoderTransformer? previous)
    {
        (EncoderColumns columns, TrainingResult result) = _fit.Fit(input, previous);
        return new DisentangleEncoderTransformer(columns, _options with { Objective = result.Objective }, result);
    }
}
