using Microsoft.ML.Data;
using Microsoft.ML.Hosting;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

public class KMeansTrainer : TrainerEstimatorBase<ClusteringPredictionTransformer<KMeansModelParameters>, KMeansModelParameters>
{
    private readonly Options _options;

    internal KMeansTrainer(HostEnvironment environment, Options options)
        : base(environment.Register("KMeansPlusPlus"),
            new SchemaShape.Column(options.FeatureColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false),
            options.ExampleWeightColumnName is { } weight ? new SchemaShape.Column(weight, NumberDataViewType.Single) : default)
    {
        Checks.Param(options.NumberOfClusters > 0, nameof(options.NumberOfClusters), "Must be positive");
        Checks.Param(options.MaximumNumberOfIterations > 0, nameof(options.MaximumNumberOfIterations), "Must be positive");
        Checks.Param(options.OptimizationTolerance > 0, nameof(options.OptimizationTolerance), "Tolerance must be positive");
        Checks.Param(options.AccelerationMemoryBudgetMb > 0, nameof(options.AccelerationMemoryBudgetMb), "Must be positive");
        Checks.Param(options.NumberOfThreads is null or > 0, nameof(options.NumberOfThreads), "Must be either null or a positive integer.");
        _options = options;
    }

    public override TrainerInfo Info { get; } = new(needNormalization: true, wantCaching: true);

    private protected override ClusteringPredictionTransformer<KMeansModelParameters> Train(IDataView input)
    {
        using IChannel channel = Host.Start("Training");
        DataViewSchema.Column feature = input.Schema[FeatureColumn.Name];
        KMeansData data = KMeansData.Read(input, feature, WeightColumn.IsValid ? input.Schema[WeightColumn.Name] : null);
        channel.Info(MessageSensitivity.None, "Initializing centroids");
        float[] centroids = KMeansAlgorithm.Initialize(data, _options, Host.Rand);
        channel.Info(MessageSensitivity.None, "Centroids initialized, starting main trainer");
        KMeansAlgorithm.Improve(data, centroids, _options);
        channel.Info(MessageSensitivity.None, "Model trained successfully on {0} instances", data.Count);
        if (data.SkippedCount > 0)
        {
            channel.Warning(MessageSensitivity.None, "{0} instances with missing features detected and ignored. Consider using MissingHandler.",
                data.SkippedCount);
        }
        var model = new KMeansModelParameters(centroids.Chunk(data.Dimension).ToArray());
        return new ClusteringPredictionTransformer<KMeansModelParameters>(model, model, feature.Name, feature.Type);
    }

    private protected override SchemaShape.Column[] OutputColumns()
    {
        var annotations = new SchemaShape([
            new SchemaShape.Column(AnnotationKinds.ScoreColumnSetId, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true),
            new SchemaShape.Column(AnnotationKinds.ScoreColumnKind, TextDataViewType.Instance),
            new SchemaShape.Column(AnnotationKinds.ScoreValueKind, TextDataViewType.Instance),
        ]);
        return [
            new SchemaShape.Column("Score", SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false, annotations),
            new SchemaShape.Column("PredictedLabel", SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true, annotations),
        ];
    }

    public enum InitializationAlgorithm
    {
        KMeansPlusPlus = 0,
        Random = 1,
        KMeansYinyang = 2,
    }

    public sealed class Options : UnsupervisedTrainerInputBaseWithWeight
    {
        public int AccelerationMemoryBudgetMb = 4 * 1024;
        public InitializationAlgorithm InitializationAlgorithm = InitializationAlgorithm.KMeansYinyang;
        public int MaximumNumberOfIterations = 1000;
        public int NumberOfClusters = 5;
        public int? NumberOfThreads;
        public float OptimizationTolerance = 1e-7f;

        public Options() { }
    }
}
