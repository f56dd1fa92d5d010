using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Trains a two-dimensional map: a network with two outputs that keeps each row near its neighbours (<see cref="NeighborContrastLoss"/>
/// with <see cref="PairKernel.Cauchy"/>). Being a network, it also places new rows.
/// </summary>
public sealed class ProjectionEstimator : IEstimator<DisentangleEncoderTransformer>
{
    private const int Steps = 3000;
    private const int LeastEpochs = 20;

    private readonly IHostEnvironment _environment;
    private readonly string _output;
    private readonly string _input;
    private readonly ProjectionOptions _options;

    /// <summary>Creates an estimator; <c>ml.Transforms.ProjectTo2D</c> is the usual way to create one.</summary>
    /// <param name="environment">The MLContext.</param>
    /// <param name="outputColumnName">The coordinates: a vector of two Single.</param>
    /// <param name="inputColumnName">
    /// A vector of Single of known size. Default null: the same as <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="options">Default null: the defaults of <see cref="ProjectionOptions"/>.</param>
    /// <exception cref="ArgumentException">A name is empty, or a setting is out of range.</exception>
    public ProjectionEstimator(
        IHostEnvironment environment, string outputColumnName, string? inputColumnName = null, ProjectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        (_environment, _output, _input) = (environment, outputColumnName, inputColumnName ?? outputColumnName);
        _options = options ?? new();
        if (_options.Neighbors < 1)
            throw new ArgumentException($"Neighbors is {_options.Neighbors}; it must be at least 1.", nameof(options));
        _ = Estimator(_options.Epochs ?? LeastEpochs);
    }

    /// <summary>Returns the schema that the fitted transformer produces.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Estimator(LeastEpochs).GetOutputSchema(inputSchema);

    /// <summary>Trains the map.</summary>
    /// <param name="input">The rows; counted first if the data view does not report their number.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">A feature is NaN or infinite, or there are no rows.</exception>
    public DisentangleEncoderTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        int epochs = _options.Epochs ?? EpochsFor(input);
        (EncoderColumns columns, TrainingResult result) = Estimator(epochs).Fit(input);
        return new DisentangleEncoderTransformer(columns, _options.Encoder(epochs) with { Objective = result.Objective }, result);
    }

    private int EpochsFor(IDataView input)
    {
        long rows = input.GetRowCount() ?? 0;
        if (rows == 0)
        {
            using DataViewRowCursor cursor = input.GetRowCursor([]);
            while (cursor.MoveNext())
                rows++;
        }
        long batches = Math.Max(1, (rows + _options.BatchSize - 1) / _options.BatchSize);
        return (int)Math.Max(LeastEpochs, (Steps + batches - 1) / batches);
    }

    private EncoderFit Estimator(int epochs) =>
        new(_environment, nameof(ProjectionEstimator), new EncoderColumns(_input, _output), label: null, _options.Encoder(epochs));
}
