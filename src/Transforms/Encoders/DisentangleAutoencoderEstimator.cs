using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Trains an autoencoder: all rows contribute to the reconstruction loss, labelled rows also to the losses that use labels. The fitted
/// transformer adds the code as a column.
/// </summary>
/// <remarks>
/// <c>ml.Model.ExportToOnnx</c> of the package Disentangle.ML.Onnx exports the fitted pipeline; ML.NET's <c>ConvertToOnnx</c> rejects it.
/// </remarks>
public sealed class DisentangleAutoencoderEstimator : IEstimator<DisentangleAutoencoderTransformer>
{
    internal static class Defaults
    {
        public const int EmbeddingSize = 70;
    }

    private readonly EncoderFit _fit;
    private readonly DisentangleAutoencoderOptions _options;

    /// <summary>Creates an estimator; <c>ml.Transforms.DisentangleAutoencoder</c> is the usual way to create one.</summary>
    /// <param name="environment">The MLContext. Its seed is used when the options set none.</param>
    /// <param name="outputColumnName">The code: a vector of Single of known size.</param>
    /// <param name="inputColumnName">
    /// The features, a vector of Single: of known size, or the steps of a sequence. Default null: the same as
    /// <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="labelColumnName">
    /// A key or Boolean; a missing key marks an unlabelled row. Default null: no labels; the objective must need none.
    /// </param>
    /// <param name="options">
    /// Default null: the defaults of <see cref="DisentangleAutoencoderOptions"/>. Without a label column, the default objective is the
    /// reconstruction loss alone.
    /// </param>
    /// <exception cref="ArgumentException">A setting is out of range; the message lists all that are.</exception>
    public DisentangleAutoencoderEstimator(IHostEnvironment environment, string outputColumnName, string? inputColumnName = null,
        string? labelColumnName = null, DisentangleAutoencoderOptions? options = null)
    {
        _options = (options ?? new DisentangleAutoencoderOptions()).For(labelColumnName);
        var columns = new EncoderColumns(inputColumnName ?? outputColumnName, outputColumnName)
        {
            Reconstruction = _options.ReconstructionColumnName,
        };
        _fit = new EncoderFit(environment, nameof(DisentangleAutoencoderEstimator), columns, labelColumnName, _options);
    }

    /// <summary>Returns the schema that the fitted transformer produces.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _fit.GetOutputSchema(inputSchema);

    /// <summary>Trains the autoencoder.</summary>
    /// <param name="input">
    /// The rows, read once. When <see cref="EncoderTrainingOptions.CacheInMemory"/> is false they are read again in every epoch, and once
    /// more each before training for a checkpoint, for feature scaling and for choosing the reconstruction error.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="ArgumentException">A setting does not fit the data.</exception>
    /// <exception cref="InvalidDataException">
    /// A feature is NaN, infinite or outside the range that the reconstruction error allows; the length of a sequence is not a whole
    /// number of steps; there are no rows; or fewer than two classes have rows.
    /// </exception>
    /// <exception cref="NonFiniteLossException">A loss or its gradient became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled before the first epoch finished.</exception>
    /// <exception cref="TimeoutException">
    /// <see cref="TrainingOptions.MaximumTime"/> was reached before the first epoch finished.
    /// </exception>
    public DisentangleAutoencoderTransformer Fit(IDataView input) => Train(input, previous: null);

    /// <summary>
    /// Continues training a fitted model on more or newer rows. Training starts from that model's weights and keeps its feature scaling.
    /// Classes are matched by value; a new class starts with random weights.
    /// </summary>
    /// <param name="input">The rows to train on.</param>
    /// <param name="previousModel">A model with the same network and the same number of features. It is not modified.</param>
    /// <exception cref="ArgumentException">The previous model's network, features or normalisation differ from the options'.</exception>
    /// <inheritdoc cref="Fit(IDataView)"/>
    public DisentangleAutoencoderTransformer Fit(IDataView input, DisentangleAutoencoderTransformer previousModel)
    {
        ArgumentNullException.ThrowIfNull(previousModel);
        return Train(input, previousModel);
    }

    private DisentangleAutoencoderTransformer Train(IDataView input, DisentangleAutoencoderTransformer? previous)
    {
        (EncoderColumns columns, TrainingResult result) = _fit.Fit(input, previous);
        return new DisentangleAutoencoderTransformer(columns, _options with { Objective = result.Objective }, result);
    }
}
