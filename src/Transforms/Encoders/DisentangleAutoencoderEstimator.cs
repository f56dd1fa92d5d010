using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Trains an autoencoder, on all rows by their reconstruction and on the labelled ones by losses that use labels, and gives a transformer that adds its code as
/// a column.
/// </summary>
/// <remarks>
/// <c>ml.Model.ExportToOnnx</c> of the package Disentangle.ML.Onnx exports the fitted pipeline; ML.NET's <c>ConvertToOnnx</c> refuses it.
/// </remarks>
public sealed class DisentangleAutoencoderEstimator : IEstimator<DisentangleAutoencoderTransformer>
{
    internal static class Defaults
    {
        public const int EmbeddingSize = 70;
    }

    private readonly EncodingEstimator _estimator;
    private readonly DisentangleAutoencoderOptions _options;

    /// <summary>An estimator; <c>ml.Transforms.DisentangleAutoencoder</c> is the usual way to one.</summary>
    /// <param name="environment">The MLContext. Its seed decides the training where the options give none.</param>
    /// <param name="outputColumnName">The code: a vector of Single of known size.</param>
    /// <param name="inputColumnName">
    /// The features, a vector of Single: of known size, or the steps of a sequence. Default null: as <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="labelColumnName">A key or Boolean; a missing key is a row without label. Default null: no labels, for objectives that need none.</param>
    /// <param name="options">
    /// Default null: the defaults of <see cref="DisentangleAutoencoderOptions"/>. Without label column, the default objective is the
    /// reconstruction alone.
    /// </param>
    /// <exception cref="ArgumentException">A setting is out of range; the message lists all that are.</exception>
    public DisentangleAutoencoderEstimator(IHostEnvironment environment, string outputColumnName, string? inputColumnName = null,
        string? labelColumnName = null, DisentangleAutoencoderOptions? options = null)
    {
        _options = options ?? new DisentangleAutoencoderOptions();
        if (labelColumnName is null && ReferenceEquals(_options.Objective, DisentangleAutoencoderOptions.DefaultObjective))
            _options = _options with { Objective = Objective.Reconstruction() };
        var added = new AddedColumns(outputColumnName, Score: null, PredictedLabel: null, _options.ReconstructionColumnName);
        _estimator = new EncodingEstimator(
            environment, nameof(DisentangleAutoencoderEstimator), inputColumnName ?? outputColumnName, labelColumnName, added, _options);
    }

    /// <summary>The schema after the transformer, for a pipeline to check.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _estimator.GetOutputSchema(inputSchema);

    /// <summary>Trains the autoencoder.</summary>
    /// <param name="input">
    /// Passed over once; where <see cref="EncoderTrainingOptions.CacheInMemory"/> is false once more in every epoch, and before once more
    /// each where there is a checkpoint, where features are scaled, and where the data decide the reconstruction error.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="ArgumentException">A setting does not fit the data.</exception>
    /// <exception cref="InvalidDataException">
    /// A feature is NaN, infinite or outside what the reconstruction takes; a sequence has no whole steps; there are no rows; or fewer than two classes have
    /// rows.
    /// </exception>
    /// <exception cref="NonFiniteLossException">A loss or its gradient became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled before the first epoch was done.</exception>
    /// <exception cref="TimeoutException"><see cref="TrainingOptions.MaximumTime"/> was over before the first epoch was done.</exception>
    public DisentangleAutoencoderTransformer Fit(IDataView input) => Train(input, previous: null);

    /// <summary>
    /// Goes on training a fitted model, with more or newer rows. It starts from that model's weights and keeps its scaling of the features; classes
    /// are matched by their values, and a new class starts with random weights.
    /// </summary>
    /// <param name="input">The rows to train on.</param>
    /// <param name="previousModel">A model with the same network and the same number of features. It stays as it is.</param>
    /// <exception cref="ArgumentException">The previous model's network, features or normalisation differ from the options'.</exception>
    /// <inheritdoc cref="Fit(IDataView)"/>
    public DisentangleAutoencoderTransformer Fit(IDataView input, DisentangleAutoencoderTransformer previousModel)
    {
        ArgumentNullException.ThrowIfNull(previousModel);
        return Train(input, previousModel);
    }

    private DisentangleAutoencoderTransformer Train(IDataView input, DisentangleAutoencoderTransformer? previous)
    {
        (EncoderColumns columns, TrainingResult result) = _estimator.Fit(input, previous);
        return new DisentangleAutoencoderTransformer(columns, _options with { Objective = result.Objective }, result);
    }
}
