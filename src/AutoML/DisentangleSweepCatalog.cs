using Disentangle.ML.Sweeps;
using Disentangle.ML.AutoML;
using Disentangle.ML.Transforms;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

/// <summary>Sweeps over the options of encoders, scored by how well their embeddings cluster.</summary>
public static class DisentangleSweepCatalog
{
    /// <summary>
    /// Creates an experiment that trains a <c>DisentangleEncoder</c> in each trial, clusters its embedding of the training rows with
    /// KMeans and scores the clusters of the validation rows. Set the time or number of trials, tuner, monitor and checkpoint folder as on
    /// any <see cref="AutoMLExperiment"/>, then run it. The result is a <see cref="SweepTrialResult{TOptions}"/> of
    /// <see cref="DisentangleEncoderOptions"/>.
    /// </summary>
    /// <typeparam name="TSpace">The search space, for example <see cref="RowMarginSpace"/> or your own class.</typeparam>
    /// <param name="catalog"><c>ml.Auto()</c>.</param>
    /// <param name="train">The training rows; they are featurised and cached once.</param>
    /// <param name="validation">The rows to score, with the same columns.</param>
    /// <param name="featureColumnName">The features: a vector of Single.</param>
    /// <param name="labelColumnName">
    /// The training label: a key or Boolean. Null: no labels; the objectives must need none, as that of
    /// <see cref="NeighborContrastSpace"/>.
    /// </param>
    /// <param name="metric">
    /// The deciding metric, for example <c>SweepMetric.AdjustedMutualInformation("Digit")</c>. Default null:
    /// <see cref="SweepMetric.Unsupervised"/>.
    /// </param>
    /// <param name="clusters">
    /// The number of clusters, at least 2; the models end with KMeans. Null for no clustering, which only
    /// <see cref="SweepMetric.LabelAccuracy"/> allows. Default 10.
    /// </param>
    /// <param name="options">
    /// The options shared by all trials. Default null: the defaults of <see cref="DisentangleEncoderOptions"/>.
    /// </param>
    /// <param name="space">
    /// The ranges to search. Default null: the attributes of <typeparamref name="TSpace"/>. Set its entries to narrow or widen a range.
    /// </param>
    /// <param name="settings">
    /// Seeds, KMeans restarts, featuriser, parallelism and history. Default null: the defaults of <see cref="SweepSettings"/>.
    /// </param>
    /// <exception cref="ArgumentException">A setting is out of range, a column is missing, or the search space is empty.</exception>
    public static AutoMLExperiment SweepDisentangleEncoder<TSpace>(
        this AutoCatalog catalog,
        IDataView train,
        IDataView validation,
        string featureColumnName,
        string? labelColumnName,
        SweepMetric? metric = null,
        int? clusters = 10,
        DisentangleEncoderOptions? options = null,
        SearchSpace<TSpace>? space = null,
        SweepSettings? settings = null)
        where TSpace : class, ISweepSpace<DisentangleEncoderOptions>, new() =>
        Sweep(catalog, train, validation, featureColumnName, labelColumnName, metric, clusters,
            (options ?? new()).For(labelColumnName), space, settings, EncoderFactories.Encoder);

    /// <summary>
    /// Like <see cref="SweepDisentangleEncoder"/> for a <c>DisentangleAutoencoder</c>. The result is a
    /// <see cref="SweepTrialResult{TOptions}"/> of <see cref="DisentangleAutoencoderOptions"/>.
    /// </summary>
    /// <typeparam name="TSpace">The search space, for example <see cref="SoftNearestNeighborSpace"/> or your own class.</typeparam>
    /// <param name="catalog"><c>ml.Auto()</c>.</param>
    /// <param name="train">The training rows; they are featurised and cached once.</param>
    /// <param name="validation">The rows to score, with the same columns.</param>
    /// <param name="featureColumnName">The features: a vector of Single.</param>
    /// <param name="labelColumnName">The training label: a key or Boolean; null for none.</param>
    /// <param name="metric">The deciding metric. Default null: <see cref="SweepMetric.Unsupervised"/>.</param>
    /// <param name="clusters">The number of clusters, at least 2; null for no clustering. Default 10.</param>
    /// <param name="options">
    /// The options shared by all trials. Default null: the defaults of <see cref="DisentangleAutoencoderOptions"/>.
    /// </param>
    /// <param name="space">The ranges to search. Default null: the attributes of <typeparamref name="TSpace"/>.</param>
    /// <param name="settings">
    /// Seeds, KMeans restarts, featuriser, parallelism and history. Default null: the defaults of <see cref="SweepSettings"/>.
    /// </param>
    /// <exception cref="ArgumentException">A setting is out of range, a column is missing, or the search space is empty.</exception>
    public static AutoMLExperiment SweepDisentangleAutoencoder<TSpace>(
        this AutoCatalog catalog,
        IDataView train,
        IDataView validation,
        string featureColumnName,
        string? labelColumnName,
        SweepMetric? metric = null,
        int? clusters = 10,
        DisentangleAutoencoderOptions? options = null,
        SearchSpace<TSpace>? space = null,
        SweepSettings? settings = null)
        where TSpace : class, ISweepSpace<DisentangleAutoencoderOptions>, new() =>
        Sweep(catalog, train, validation, featureColumnName, labelColumnName, metric, clusters,
            (options ?? new()).For(labelColumnName), space, settings, EncoderFactories.Autoencoder);

    /// <summary>Creates a <c>DisentangleEncoder</c> with options to be chosen, for use in a <see cref="SweepablePipeline"/>.</summary>
    /// <typeparam name="TSpace">The search space.</typeparam>
    /// <param name="catalog"><c>ml.Auto()</c>.</param>
    /// <param name="outputColumnName">The output column, the embedding.</param>
    /// <param name="inputColumnName">The features. Default null: <paramref name="outputColumnName"/>.</param>
    /// <param name="labelColumnName">The training label: a key or Boolean; null for none. Default <c>Label</c>.</param>
    /// <param name="options">
    /// The options shared by all trials. Default null: the defaults of <see cref="DisentangleEncoderOptions"/>.
    /// </param>
    /// <param name="space">The ranges to search. Default null: the attributes of <typeparamref name="TSpace"/>.</param>
    public static SweepableEstimator SweepableDisentangleEncoder<TSpace>(
        this AutoCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        string? labelColumnName = "Label",
        DisentangleEncoderOptions? options = null,
        SearchSpace<TSpace>? space = null)
        where TSpace : class, ISweepSpace<DisentangleEncoderOptions>, new() =>
        Sweepable(catalog, outputColumnName, inputColumnName, labelColumnName, (options ?? new()).For(labelColumnName), space,
            EncoderFactories.Encoder);

    /// <summary>Creates a <c>DisentangleAutoencoder</c> with options to be chosen, for use in a <see cref="SweepablePipeline"/>.</summary>
    /// <typeparam name="TSpace">The search space.</typeparam>
    /// <param name="catalog"><c>ml.Auto()</c>.</param>
    /// <param name="outputColumnName">The output column, the code.</param>
    /// <param name="inputColumnName">The features. Default null: <paramref name="outputColumnName"/>.</param>
    /// <param name="labelColumnName">The training label: a key or Boolean. Default null: none.</param>
    /// <param name="options">
    /// The options shared by all trials. Default null: the defaults of <see cref="DisentangleAutoencoderOptions"/>.
    /// </param>
    /// <param name="space">The ranges to search. Default null: the attributes of <typeparamref name="TSpace"/>.</param>
    public static SweepableEstimator SweepableDisentangleAutoencoder<TSpace>(
        this AutoCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        string? labelColumnName = null,
        DisentangleAutoencoderOptions? options = null,
        SearchSpace<TSpace>? space = null)
        where TSpace : class, ISweepSpace<DisentangleAutoencoderOptions>, new() =>
        Sweepable(catalog, outputColumnName, inputColumnName, labelColumnName, (options ?? new()).For(labelColumnName), space,
            EncoderFactories.Autoencoder);

    private static AutoMLExperiment Sweep<TSpace, TOptions>(AutoCatalog catalog, IDataView train, IDataView validation, string features,
        string? label, SweepMetric? metric, int? clusters, TOptions options, SearchSpace<TSpace>? space, SweepSettings? settings,
        EncoderFactory<TOptions> create)
        where TSpace : class, ISweepSpace<TOptions>, new()
        where TOptions : EncoderOptions
    {
        ArgumentNullException.ThrowIfNull(catalog);
        metric ??= SweepMetric.Unsupervised();
        settings ??= new();
        settings.Validate(clusters, options);
        settings.Host?.Check(options);
        if (clusters is null && !metric.IsLabelAccuracy)
            throw new ArgumentException($"{metric.Name} is a score of clusters; the number of clusters must be given.", nameof(clusters));
        space ??= new();
        CheckSpace(space);
        var data = new SweepData(train, validation, features, label, metric, settings);
        metric = data.Metric;
        settings = settings with { Seeds = settings.Seeds ?? (metric.ComparesSeeds ? [1, 2, 3] : [1]) };
        if (metric.ComparesSeeds && settings.Seeds.Count == 1)
            throw new ArgumentException($"{metric.Name} compares seeds; Seeds must have at least two.", nameof(settings));
        var training = new SweepTraining<TOptions>(data, metric, settings, create);
        return new Sweep<TSpace, TOptions>(training, options, clusters).CreateExperiment(catalog, space);
    }

    private static SweepableEstimator Sweepable<TSpace, TOptions>(AutoCatalog catalog, string output, string? input, string? label,
        TOptions options, SearchSpace<TSpace>? space, EncoderFactory<TOptions> create)
        where TSpace : class, ISweepSpace<TOptions>, new()
        where TOptions : EncoderOptions
    {
        ArgumentNullException.ThrowIfNull(catalog);
        space ??= new();
        CheckSpace(space);
        // ML.NET's default for the space is null, which it does not handle.
        return catalog.CreateSweepableEstimator(
            (context, point) => create(context, output, input ?? output, label, point.Apply(options)), space);
    }

    private static void CheckSpace<TSpace>(SearchSpace<TSpace> space)
        where TSpace : class, new()
    {
        if (space.FeatureSpaceDim == 0)
        {
            throw new ArgumentException(
                $"{typeof(TSpace).Name} is an empty search space; it must have settable public properties with ML.NET's attributes "
                + "Range, Choice or BooleanChoice.", nameof(space));
        }
    }
}
