using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Learns a two-dimensional map on which neighbours stay neighbours, by the method of UMAP (McInnes, Healy and Melville 2018,
/// arXiv:1802.03426): a graph of the nearest rows, weighted as in its section 3.1, is laid out by the forces of its section 3.2 with
/// a = b = 1, starting from the first two principal components. New rows are placed among their nearest learned rows.
/// </summary>
public sealed class ProjectionEstimator : IEstimator<ProjectionTransformer>
{
    private readonly IHost _host;
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
        inputColumnName ??= outputColumnName;
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        (_output, _input, _options) = (outputColumnName, inputColumnName, options ?? new());
        _options.Validate();
        _host = environment.Register(nameof(ProjectionEstimator));
    }

    /// <summary>Returns the schema that the fitted transformer produces.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Schemas.RequireFeatures(inputSchema, _input, stepSize: null);
        return OutputShape.Append(inputSchema, [_output], predictedLabel: null, keyValues: null);
    }

    /// <summary>Learns the map.</summary>
    /// <param name="input">The rows, read once and kept in memory while the map is learned.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">A feature is NaN or infinite, or there are no rows.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public ProjectionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var source = new DataViewRows(input, _input, length: null, label: null, stepSize: null);
        using IChannel channel = _host.Start("Training");
        var rows = new RowStore();
        using (IRowCursor cursor = source.Open())
        {
            while (cursor.MoveNext())
            {
                _options.CancellationToken.ThrowIfCancellationRequested();
                ReadOnlySpan<float> features = cursor.ReadFeatures();
                features.CopyTo(rows.Add(-1, features.Length));
            }
        }
        if (rows.Count == 0)
            throw new InvalidDataException("There are no rows to learn a map from.");
        channel.Info(MessageSensitivity.None, $"{rows.Count} rows of {source.InputSize} features.");
        if (rows.Count <= _options.Neighbors)
        {
            channel.Warning(MessageSensitivity.None,
                $"{rows.Count} rows are too few for {_options.Neighbors} neighbours; each row is kept near all others.");
        }
        RowMap map = RowMap.Fit(rows, source.InputSize, _options.Scaling, _options.Neighbors, _options.Epochs,
            _options.Seed ?? _host.Rand.Next(), threads: 0, _options.Progress, _options.CancellationToken);
        return new ProjectionTransformer(_input, _output, map);
    }
}
