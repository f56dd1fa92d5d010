using System.Numerics.Tensors;
using Microsoft.ML.Hosting;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Data;

public abstract class PredictionTransformerBase<TModel> : IPredictionTransformer<TModel>, IDisposable where TModel : class
{
    private protected PredictionTransformerBase(TModel model) => Model = model;

    public TModel Model { get; }

    bool ITransformer.IsRowToRowMapper => true;

    public abstract DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    public IDataView Transform(IDataView input) => CreateView(Checks.NotNull(input, nameof(input)));

    public void Dispose() => (Model as IDisposable)?.Dispose();

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
        => CreateView(new EmptyView(Checks.NotNull(inputSchema, nameof(inputSchema))));

    void ICanSaveModel.Save(ModelSaveContext ctx) => Save(ctx);

    private protected abstract RowMapperView CreateView(IDataView input);

    private protected abstract void Save(ModelSaveContext ctx);
}

public abstract class SingleFeaturePredictionTransformerBase<TModel> : PredictionTransformerBase<TModel>, ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private protected SingleFeaturePredictionTransformerBase(TModel model, string featureColumnName, DataViewType featureColumnType) : base(model)
    {
        FeatureColumnName = featureColumnName;
        FeatureColumnType = featureColumnType;
    }

    public string FeatureColumnName { get; }

    public DataViewType FeatureColumnType { get; }

    public override DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
        => CreateView(new EmptyView(Checks.NotNull(inputSchema, nameof(inputSchema)))).Schema;
}

public sealed class ClusteringPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel> where TModel : class
{
    private readonly IClusterModel _clusters;

    internal ClusteringPredictionTransformer(TModel model, IClusterModel clusters, string featureColumnName, DataViewType featureColumnType)
        : base(model, featureColumnName, featureColumnType)
        => _clusters = clusters;

    private protected override RowMapperView CreateView(IDataView input)
    {
        DataViewSchema.Column feature = input.Schema.GetColumnOrNull(FeatureColumnName)
            ?? throw Checks.MissingColumn("inputSchema", "feature", FeatureColumnName);
        if (!feature.Type.Equals(FeatureColumnType))
            throw Checks.SchemaMismatch("inputSchema", "feature", FeatureColumnName, FeatureColumnType.ToString(), feature.Type.ToString());
        return new RowMapperView(input, new ClusteringMapper(_clusters, feature));
    }

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.BeginModel(ClusteringPrediction.Loader, ClusteringPrediction.Version);
        ctx.Writer.Write(FeatureColumnName);
        ctx.Writer.Write(FeatureColumnType);
        _clusters.Write(ctx.Writer);
    }
}

/// <summary>How clusters are stored: the feature column, its type, the centroids.</summary>
internal static class ClusteringPrediction
{
    public const string Loader = "ClusteringPrediction";
    public const int Version = 1;

    // As in ML.NET what is loaded is known by a general type of model only.
    public static ITransformer Load(HostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckVersion(ctx.Reader.ReadInt32(), Version);
        string name = ctx.Reader.ReadString();
        DataViewType type = ctx.Reader.ReadType();
        KMeansModelParameters model = KMeansModelParameters.Read(ctx.Reader);
        return new ClusteringPredictionTransformer<ModelParametersBase<VBuffer<float>>>(model, model, name, type);
    }
}

/// <summary>Adds the key of the nearest cluster and the squared distances from all. A row with a missing feature has key 0.</summary>
internal sealed class ClusteringMapper(IClusterModel model, DataViewSchema.Column feature) : IRowMapper
{
    public DataViewSchema.DetachedColumn[] OutputColumns { get; } =
    [
        new("PredictedLabel", new KeyDataViewType(typeof(uint), model.ClusterCount), Annotations("PredictedLabel")),
        new("Score", new VectorDataViewType(NumberDataViewType.Single, model.ClusterCount), Annotations("Score")),
    ];

    public IEnumerable<int> GetDependencies(bool[] activeOutputs) => activeOutputs.Contains(true) ? [feature.Index] : [];

    // The scores are computed once a row, whether one column is read or both.
    public Delegate[] CreateGetters(DataViewRow input, bool[] activeOutputs)
    {
        if (!activeOutputs.Contains(true))
            return [null, null];
        ValueGetter<VBuffer<float>> getter = input.GetGetter<VBuffer<float>>(feature);
        VBuffer<float> features = default;
        var row = new float[model.Dimension];
        var scores = new float[model.ClusterCount];
        long scored = -1;
        return
        [
            activeOutputs[0] ? (ValueGetter<uint>)PredictedLabel : null,
            activeOutputs[1] ? (ValueGetter<VBuffer<float>>)Score : null,
        ];

        void Update()
        {
            if (scored == input.Position)
                return;
            getter(ref features);
            Checks.State(features.Length == row.Length, $"Incorrect number of features: expected {row.Length}, got {features.Length}");
            features.CopyTo(row);
            model.Score(row, scores);
            scored = input.Position;
        }

        void PredictedLabel(ref uint label)
        {
            Update();
            int nearest = TensorPrimitives.IndexOfMin<float>(scores);
            label = float.IsNaN(scores[nearest]) ? 0 : (uint)nearest + 1;
        }

        void Score(ref VBuffer<float> score)
        {
            Update();
            VBuffer<float>.Copy(scores, 0, ref score, scores.Length);
        }
    }

    private static DataViewSchema.Annotations Annotations(string valueKind)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue(AnnotationKinds.ScoreColumnKind, TextDataViewType.Instance, "Clustering".AsMemory());
        builder.AddPrimitiveValue(AnnotationKinds.ScoreValueKind, TextDataViewType.Instance, valueKind.AsMemory());
        builder.AddPrimitiveValue(AnnotationKinds.ScoreColumnSetId, new KeyDataViewType(typeof(uint), int.MaxValue), 1u);
        return builder.ToAnnotations();
    }
}
