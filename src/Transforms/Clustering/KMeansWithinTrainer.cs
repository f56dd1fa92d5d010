using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static System.FormattableString;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Clusters the rows of each known class separately, by ML.NET's KMeans with restarts. Like KMeans, the fitted transformer adds the
/// columns <c>PredictedLabel</c> and <c>Score</c>.
/// </summary>
public sealed class KMeansWithinTrainer : IEstimator<KMeansWithinTransformer>
{
    internal const string PredictedLabelColumnName = "PredictedLabel";
    internal const string ScoreColumnName = "Score";

    private readonly IHost _host;
    private readonly KMeansWithinOptions _options;

    /// <summary>Creates a trainer; <c>ml.Clustering.Trainers.KMeansWithin</c> is the usual way to create one.</summary>
    /// <param name="environment">The MLContext. Its seed is used when the options set none.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">A setting is out of range; the message lists all that are.</exception>
    public KMeansWithinTrainer(IHostEnvironment environment, KMeansWithinOptions options)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _host = environment.Register(nameof(KMeansWithinTrainer));
    }

    internal static class Defaults
    {
        public const string FeatureColumnName = "Features";
        public const string LabelColumnName = "Label";
        public const int ClustersPerClass = 5;
        public const int Restarts = 20;
    }

    /// <summary>Returns the schema that the fitted transformer produces.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Schemas.RequireFeatures(inputSchema, _options.FeatureColumnName, stepSize: null);
        Schemas.RequireLabel(inputSchema, _options.LabelColumnName);
        return OutputShape.Append(inputSchema, [ScoreColumnName], PredictedLabelColumnName, typeof(ReadOnlyMemory<char>));
    }

    /// <summary>Finds the clusters of each class. Unlabelled rows are skipped.</summary>
    /// <param name="input">The rows, read once and kept in memory.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">
    /// A feature is NaN or infinite, no row has a label, the numbers of clusters are for other classes, or there are fewer distinct rows
    /// than clusters to divide.
    /// </exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public KMeansWithinTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel channel = _host.Start("Training");
        var source = new DataViewRows(input, _options.FeatureColumnName, length: null, _options.LabelColumnName, stepSize: null);
        ClassLabels labels = source.Labels!;
        FeatureRows[] classes = Read(source, out int unlabelled);
        if (classes.All(rows => rows.Count == 0))
            throw new InvalidDataException(
                $"No row has a label in column '{_options.LabelColumnName}' ({unlabelled} rows are unlabelled).");

        string[] names = [.. labels.Names];
        int[] counts = _options.ClustersPerClass.Counts(classes, names, channel);
        if (counts.Sum() > Pieces.MaximumWidth)
        {
            throw new InvalidDataException(
                $"There would be {counts.Sum()} clusters; a model can be saved with at most {Pieces.MaximumWidth}.");
        }
        (int, int) seeds = (_options.Seed ?? _host.Rand.Next(), _options.Restarts);
        ClassClusters clusters = ClassClusters.Fit(classes, counts, seeds, _options.Configure, _options.Threads,
            _options.CancellationToken);
        channel.Info(MessageSensitivity.None,
            Invariant($"{classes.Sum(rows => rows.Count)} labelled rows, {unlabelled} unlabelled rows skipped, ")
            + $"clusters: {string.Join(", ", names.Zip(counts, (name, count) => $"{count} in '{name}'"))}, "
            + Invariant($"inertia {clusters.Inertia:g6}."));
        return new KMeansWithinTransformer(_options.FeatureColumnName, _options.LabelColumnName, labels, clusters);
    }

    private FeatureRows[] Read(DataViewRows source, out int unlabelled)
    {
        var values = new List<float>[source.Labels!.Count];
        for (int c = 0; c < values.Length; c++)
            values[c] = [];
        unlabelled = 0;
        using IRowCursor cursor = source.Open();
        while (cursor.MoveNext())
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            int label = cursor.ReadLabel();
            if (label < 0)
                unlabelled++;
            else
                values[label].AddRange(cursor.ReadFeatures());
        }
        return [.. values.Select(rows => new FeatureRows([.. rows], source.InputSize))];
    }
}
