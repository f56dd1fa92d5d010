using Disentangle.ML.AutoML;
using Disentangle.ML.Transforms;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

/// <summary>Sweeps over the options of encoders, judged by how well their embeddings cluster.</summary>
public static class DisentangleSweepCatalog
{
    /// <summary>
    /// An experiment that trains a <c>DisentangleEncoder</c> in each trial, clusters its embedding of the training rows by KMeans and scores the clusters of
    /// the validation rows. Set time or number of trials, tuner, monitor and checkpoint folder as on any <see cref="AutoMLExperiment"/>, then run it; the
    /// result is a <see cref="SweepTrialResult{TOptions}"/> of <see cref="DisentangleEncoderOptions"/>.
    /// </summary>
    /// <typeparam name="TSpace">What is tried out, for example <see cref="RowMarginSpace"/> or a class of your own.</typeparam>
    /// <param name="catalog"><c>ml.Auto()</c>.</param>
    /// <param name="train">The rows to train on. They are featurised and cached once.</param>
    /// <param name="validation">The rows that are scored, with the same columns.</param>
    /// <param name="featureColumnName">The features, a vector of Single.</param>
    /// <param name="labelColumnName">The label to learn from, a key or Boolean.</param>
    /// <param name="metric">
    /// What decides, for example <c>SweepMetric.AdjustedMutualInformation("Digit")</c>. Default null:
    /// <see cref="SweepMetric.Unsupervised"/>.
    /// </param>
    /// <param name="clusters">
    /// The number of clusters, at least 2; the models end with KMeans. Null for no clustering, which only <see cref="SweepMetric.LabelAccuracy"/> can do
    /// without. Default 10.
    /// </param>
    /// <param name="options">What is the same in every trial. Default null: the defaults of <see cref="DisentangleEncoderOptions"/>.</param>
    /// <param name="space">Default null: as the attributes of <typeparamref name="TSpace"/> say. Set its entries to narrow or widen a range.</param>
    /// <param name="settings">Seeds, restarts of KMeans, featuriser, history. Default null: the defaults of <see cref="SweepSettings"/>.</param>
    /// <exception cref="ArgumentException">A setting is out of range, a column is missing, or the space has nothing to try out.</exception>
    public static AutoMLExperiment SweepDisentangleEncoder<TSpace>(
        this AutoCatalog catalog,
        IDataView train,
        IDataView validation,
        string featureColumnName,
        string labelColumnName,
        SweepMetric? metric = null,
        int? clusters = 10,
        DisentangleEncoderOptions? options = null,
        SearchSpace<TSpace>? space = null,
        SweepSettings? settings = null)
        where TSpace : class, ISweepSpace<DisentangleEncoderOptions>, new()
    {
        ArgumentNullException.ThrowIfNull(labelColumnName);
        return Sweep(catalog, train, validation, featureColumnName, labelColumnName, metric, clusters, options ?? new(), space, settings, Encoder);
    }

    /// <summary>
    /// As <see cref="SweepDisentangleEncoder"/> for a <c>DisentangleAutoencoder</c>; the result is a <see cref="SweepTrialResult{TOptions}"/> of
    /// <see cref="DisentangleAutoencoderOptions"/>.
    /// </summary>
    /// <typeparam name="TSpace">What is tried out, for example <see cref="SoftNearestNeighborSpace"/> or a class of your own.</typeparam>
    /// <param name="catalog"><c>ml.Auto()</c>.</param>
    /// <param name="train">The rows to train on. They are featurised and cached once.</param>
    /// <param name="validation">The rows that are scored, with the same columns.</param>
    /// <param name="featureColumnName">The features, a vector of Single.</param>
    /// <param name="labelColumnName">The label to learn from, a key or Boolean; null for none.</param>
    /// <param name="metric">What decides. Default null: <see cref="SweepMetric.Unsupervised"/>.</param>
    /// <param name="clusters">The number of clusters, at least 2; null for no clustering. Default 10.</param>
    /// <param name="options">What is the same in every trial. Default null: the defaults of <see cref="DisentangleAutoencoderOptions"/>.</param>
    /// <param name="space">Default null: as the attributes of <typeparamref name="TSpace"/> say.</param>
    /// <param name="settings">Default null: the defaults of <see cref="SweepSettings"/>.</param>
    /// <exception cref="ArgumentException">A setting is out of range, a column is missing, or the space has nothing to try out.</exception>
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
        Sweep(catalog, train, validation, featureColumnName, labelColumnName, metric, clusters, options ?? new(), space, settings, Autoencoder);

    /// <summary>A <c>DisentangleEncoder</c> whose options are still to be chosen, to stand in a <see cref="SweepablePipeline"/>.</summary>
    /// <typeparam name="TSpace">What is tried out.</typeparam>
    /// <param name="catalog"><c>ml.Auto()</c>.</param>
    /// <param name="outputColumnName">The embedding.</param>
    /// <param name="inputColumnName">The features. Default null: as <paramref name="outputColumnName"/>.</param>
    /// <param name="labelColumnName">A key or Boolean. Default <c>Label</c>.</param>
    /// <param name="options">What is the same in every trial. Default null: the defaults of <see cref="DisentangleEncoderOptions"/>.</param>
    /// <param name="space">Default null: as the attributes of <typeparamref name="TSpace"/> say.</param>
    public static SweepableEstimator SweepableDisentangleEncoder<TSpace>(
        this AutoCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        string labelColumnName = "Label",
        DisentangleEncoderOptions? options = null,
        SearchSpace<TSpace>? space = null)
        where TSpace : class, ISweepSpace<DisentangleEncoderOptions>, new() =>
        Sweepable(catalog, outputColumnName, inputColumnName, labelColumnName, options ?? new(), space, Encoder);

    /// <summary>A <c>DisentangleAutoencoder</c> whose options are still to be chosen, to stand in a <see cref="SweepablePipeline"/>.</summary>
    /// <typeparam name="TSpace">What is tried out.</typeparam>
    /// <param name="catalog"><c>ml.Auto()</c>.</param>
    /// <param name="outputColumnName">The code.</param>
    /// <param name="inputColumnName">The features. Default null: as <paramref name="outputColumnName"/>.</param>
    /// <param name="labelColumnName">A key or Boolean. Default null: no labels.</param>
    /// <param name="options">What is the same in every trial. Default null: the defaults of <see cref="DisentangleAutoencoderOptions"/>.</param>
    /// <param name="space">Default null: as the attributes of <typeparamref name="TSpace"/> say.</param>
    public static SweepableEstimator SweepableDisentangleAutoencoder<TSpace>(
        this AutoCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        string? labelColumnName = null,
        DisentangleAutoencoderOptions? options = null,
        SearchSpace<TSpace>? space = null)
        where TSpace : class, ISweepSpace<DisentangleAutoencoderOptions>, new() =>
        Sweepable(catalog, outputColumnName, inputColumnName, labelColumnName, options ?? new(), space, Autoencoder);

    private static DisentangleEncoderEstimator Encoder(MLContext context, string output, string input, string? label, DisentangleEncoderOptions options) =>
        context.Transforms.DisentangleEncoder(output, input, label!, options);

    private static DisentangleAutoencoderEstimator Autoencoder(
        MLContext context, string output, string input, string? label, DisentangleAutoencoderOptions options) =>
        context.Transforms.DisentangleAutoencoder(output, input, label, options);

    private static AutoMLExperiment Sweep<TSpace, TOptions>(AutoCatalog catalog, IDataView train, IDataView validation, string features, string? label,
        SweepMetric? metric, int? clusters, TOptions options, SearchSpace<TSpace>? space, SweepSettings? settings,
        EncoderFactory<TOptions> create)
        where TSpace : class, ISweepSpace<TOptions>, new()
        where TOptions : EncodingOptions
    {
        ArgumentNullException.ThrowIfNull(catalog);
        metric ??= SweepMetric.Unsupervised();
        settings ??= new();
        settings.Validate(clusters, options);
        if (clusters is null && !metric.IsLabelAccuracy)
            throw new ArgumentException($"{metric.Name} is a score of clusters; give their number.", nameof(clusters));
        space ??= new();
        CheckSpace(space);
        var data = new SweepData(train, validation, features, label, metric, settings);
        metric = data.Metric;
        settings = settings with { Seeds = settings.Seeds ?? (metric.ComparesSeeds ? [1, 2, 3] : [1]) };
        if (metric.ComparesSeeds && settings.Seeds.Count == 1)
            throw new ArgumentException($"{metric.Name} compares seeds; give at least two in Seeds.", nameof(settings));
        var training = new SweepTraining<TOptions>(data, metric, settings, options, clusters, create);
        return new Sweep<TSpace, TOptions>(training, metric, settings).CreateExperiment(catalog, space);
    }

    private static SweepableEstimator Sweepable<TSpace, TOptions>(AutoCatalog catalog, string output, string? input, string? label, TOptions options,
        SearchSpace<TSpace>? space, EncoderFactory<TOptions> create)
        where TSpace : class, ISweepSpace<TOptions>, new()
        where TOptions : EncodingOptions
    {
        ArgumentNullException.ThrowIfNull(catalog);
        space ??= new();
        CheckSpace(space);
        // ML.NET's default for the space is null, which it cannot take.
        return catalog.CreateSweepableEstimator((context, point) => create(context, output, input ?? output, label, point.Apply(options)), space);
    }

    private static void CheckSpace<TSpace>(SearchSpace<TSpace> space)
        where TSpace : class, new()
    {
        if (space.FeatureSpaceDim == 0)
        {
            throw new ArgumentException($"{typeof(TSpace).Name} has nothing to try out: give public properties that can be set ML.NET's attributes "
                + "[Range], [Choice] or [BooleanChoice].", nameof(space));
        }
    }
}
