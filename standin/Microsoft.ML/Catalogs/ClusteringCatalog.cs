using Microsoft.ML.Data;
using Microsoft.ML.Hosting;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML;

public abstract class TrainCatalogBase : IInternalCatalog
{
    private protected TrainCatalogBase(HostEnvironment environment) => Environment = environment;

    IHostEnvironment IInternalCatalog.Environment => Environment;

    internal HostEnvironment Environment { get; }

    public abstract class CatalogInstantiatorBase : IInternalCatalog
    {
        private readonly TrainCatalogBase _owner;

        private protected CatalogInstantiatorBase(TrainCatalogBase owner) => _owner = owner;

        IHostEnvironment IInternalCatalog.Environment => Environment;

        internal HostEnvironment Environment => _owner.Environment;
    }
}

public sealed class ClusteringCatalog : TrainCatalogBase
{
    internal ClusteringCatalog(HostEnvironment environment) : base(environment) => Trainers = new ClusteringTrainers(this);

    public ClusteringTrainers Trainers { get; }

    public ClusteringMetrics Evaluate(IDataView data, string labelColumnName = null, string scoreColumnName = "Score", string featureColumnName = null)
    {
        Checks.NotEmpty(scoreColumnName, nameof(scoreColumnName));
        return ClusteringEvaluator.Evaluate(Checks.NotNull(data, nameof(data)), labelColumnName, scoreColumnName, featureColumnName);
    }

    public sealed class ClusteringTrainers : CatalogInstantiatorBase
    {
        internal ClusteringTrainers(ClusteringCatalog owner) : base(owner) { }
    }
}

public static class KMeansClusteringExtensions
{
    public static KMeansTrainer KMeans(this ClusteringCatalog.ClusteringTrainers catalog, string featureColumnName = "Features",
        string exampleWeightColumnName = null, int numberOfClusters = 5)
        => new(catalog.Environment, new KMeansTrainer.Options
        {
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            NumberOfClusters = numberOfClusters,
        });

    public static KMeansTrainer KMeans(this ClusteringCatalog.ClusteringTrainers catalog, KMeansTrainer.Options options)
        => new(catalog.Environment, Checks.NotNull(options, nameof(options)));
}
