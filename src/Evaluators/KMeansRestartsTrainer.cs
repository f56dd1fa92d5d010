using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using static System.FormattableString;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// Trains ML.NET's KMeans several times with different seeds and keeps the run with the least inertia Σ |x - nearest centroid|². The
/// result is a KMeans model of ML.NET, which saves and loads it.
/// </summary>
/// <remarks>
/// Features far from the origin relative to their spread (|mean|² more than 1,000 times the variance) are centred to find the clusters.
/// The model still computes distances in single precision, so a warning in the log counts the rows not assigned to the nearest cluster.
/// Centre such features first.
/// </remarks>
public sealed class KMeansRestartsTrainer : IEstimator<ClusteringPredictionTransformer<KMeansModelParameters>>
{
    private readonly IHost _host;
    private readonly KMeansRestartsOptions _options;

    /// <summary>Creates a trainer; usually by <c>ml.Clustering.Trainers.KMeansRestarts</c>.</summary>
    /// <param name="environment">The MLContext. It provides the seed if the options have none.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public KMeansRestartsTrainer(IHostEnvironment environment, KMeansRestartsOptions options)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _host = environment.Register(nameof(KMeansRestartsTrainer));
    }

    internal static class Defaults
    {
        public const string FeatureColumnName = "Features";
        public const int NumberOfClusters = 5;
        public const int Restarts = 20;
    }

    /// <summary>The output schema, for checking a pipeline.</summary>
    /// <exception cref="ArgumentException">The feature column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        string name = _options.FeatureColumnName;
        SchemaShape.Column? found = null;
        foreach (SchemaShape.Column column in inputSchema)
        {
            if (column.Name == name)
                found = column;
        }
        if (found is not { } features)
            throw ClusteringEvaluator.MissingColumn(name, inputSchema.Select(column => column.Name));
        if (features.Kind != SchemaShape.Column.VectorKind.Vector || features.ItemType != NumberDataViewType.Single)
            throw ClusteringEvaluator.NotAVector(name, $"{features.Kind} of {features.ItemType}",
                VectorAdvice.For(features.ItemType, features.Kind != SchemaShape.Column.VectorKind.Scalar, features.IsKey));
        return new MLContext().Clustering.Trainers.KMeans(name).GetOutputSchema(inputSchema);
    }

    /// <summary>Trains all runs and returns the model with the least inertia.</summary>
    /// <param name="input">The training rows; they are read once and held in memory.</param>
    /// <exception cref="ArgumentException">The feature column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows or fewer distinct rows than clusters, a feature is NaN or infinite, a row has another number of features, or the
    /// rows lie so far from the origin, or are so large or small, that the model cannot distinguish the clusters.
    /// </exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public ClusteringPredictionTransformer<KMeansModelParameters> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel channel = _host.Start("Training");
        FeatureRows rows = FeatureRows.Read(input, _options.FeatureColumnName, _options.CancellationToken);
        int seed = _options.Seed ?? _host.Rand.Next();
        (KMeansFit best, double[] inertias) = KMeansRuns.Least(rows, _options.FeatureColumnName, _options.NumberOfClusters,
            (seed, _options.Restarts), _options.Configure, _options.Threads, _options.CancellationToken);
        channel.Info(MessageSensitivity.None, Invariant(
            $"{rows.Count} rows, {best.Centroids.Count} clusters, {inertias.Length} runs: ")
            + Invariant($"inertia {inertias.Min():g6} to {inertias.Max():g6}; keeping the run with seed {best.Seed}."));
        return KMeansRuns.Model(best, rows, _options.FeatureColumnName, channel);
    }
}
