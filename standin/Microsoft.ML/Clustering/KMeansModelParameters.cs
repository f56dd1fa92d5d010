using System.Numerics.Tensors;
using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

public sealed class KMeansModelParameters : ModelParametersBase<VBuffer<float>>, IClusterModel
{
    private const string Loader = "KMeans";

    private readonly float[][] _centroids;
    private readonly float[] _squaredNorms;

    internal KMeansModelParameters(float[][] centroids)
    {
        _centroids = centroids;
        _squaredNorms = Array.ConvertAll(centroids, centroid => TensorPrimitives.SumOfSquares<float>(centroid));
    }

    int IClusterModel.ClusterCount => _centroids.Length;

    int IClusterModel.Dimension => _centroids[0].Length;

    public void GetClusterCentroids(ref VBuffer<float>[] centroids, out int k)
    {
        k = _centroids.Length;
        if (centroids is null || centroids.Length < k)
            Array.Resize(ref centroids, k);
        for (int i = 0; i < k; i++)
            VBuffer<float>.Copy(_centroids[i], 0, ref centroids[i], _centroids[i].Length);
    }

    void IClusterModel.Score(ReadOnlySpan<float> features, Span<float> squaredDistances)
    {
        float norm = TensorPrimitives.SumOfSquares(features);
        for (int i = 0; i < _centroids.Length; i++)
            squaredDistances[i] = Math.Max(0, (-2 * TensorPrimitives.Dot(_centroids[i], features)) + _squaredNorms[i] + norm);
    }

    void IClusterModel.Write(BinaryWriter writer)
    {
        writer.Write(_centroids.Length);
        foreach (float[] centroid in _centroids)
            writer.WriteValues<float>(centroid);
    }

    internal static KMeansModelParameters Read(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        return new KMeansModelParameters(Enumerable.Range(0, count).Select(_ => reader.ReadValues<float>()).ToArray());
    }

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.BeginModel(Loader, 1);
        ((IClusterModel)this).Write(ctx.Writer);
    }
}

/// <summary>What scoring needs of a clustering model.</summary>
internal interface IClusterModel
{
    int ClusterCount { get; }

    int Dimension { get; }

    void Score(ReadOnlySpan<float> features, Span<float> squaredDistances);

    void Write(BinaryWriter writer);
}
