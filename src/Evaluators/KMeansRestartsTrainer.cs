using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using static System.FormattableString;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// Trains ML.NET's KMeans several times from different seeds and keeps the run with the least inertia Σ |x - nearest centroid|². What it
/// gives is ML.NET's own KMeans model, saved and loaded as such.
/// </summary>
/// <remarks>
/// Features far from the origin for their spread (|mean|² more than 1,000 times the variance) are centred to find the clusters. The model
/// still computes distances in single precision, so the log warns and counts the rows that it assigns to another cluster than the
/// nearest. Centre such features first.
/// </remarks>
public sealed class KMeansRestartsTrainer : IEstimator<ClusteringPredictionTransformer<KMeansModelParameters>>
{
    private readonly IHost _host;
    private readonly KMeansRestartsOptions _options;

    /// <summary>A trainer; <c>ml.Clustering.Trainers.KMeansRestarts</c> is the usual way to one.</summary>
    /// <param name="environment">The MLContext. Its seed decides the starts where the options give none.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">A setting is out of range; the message lists all that are.</exception>
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

    /// <summary>The schema after the transformer, for a pipeline to check.</summary>
    /// <exception cref="ArgumentException">The feature column is missing or of another type.</exception>
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
            throw ClusteringEvaluator.NotAVector(name, $"{features.Kind} of {features.ItemType}");
        return new MLContext().Clustering.Trainers.KMeans(name).GetOutputSchema(inputSchema);
    }

    /// <summary>Trains all runs and gives the one with the least inertia.</summary>
    /// <param name="input">Read once and held in memory.</param>
    /// <exception cref="ArgumentException">
    /// The feature column is missing or of another type, a feature is NaN or infinite, or there are no rows.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// There are fewer different rows than clusters, or the rows lie so far from the origin that the model cannot tell the clusters apart.
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
            + Invariant($"inertia {inertias.Min():g6} to {inertias.Max():g6}; the run of seed {best.Seed} is kept."));
        return KMeansRuns.Model(best, rows, _options.FeatureColumnName, channel);
    }
}
