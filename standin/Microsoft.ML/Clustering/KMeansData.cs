using System.Numerics.Tensors;
using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

/// <summary>The rows to cluster, in memory: those whose features and weight are finite.</summary>
internal sealed record KMeansData(float[] Values, float[] Weights, int Dimension, long SkippedCount)
{
    public int Count => Weights.Length;

    public ReadOnlySpan<float> Row(int index) => Values.AsSpan(index * Dimension, Dimension);

    public static KMeansData Read(IDataView input, DataViewSchema.Column feature, DataViewSchema.Column? weight)
    {
        int dimension = ((VectorDataViewType)feature.Type).Size;
        var values = new List<float>();
        var weights = new List<float>();
        long skipped = 0;
        using DataViewRowCursor cursor = input.GetRowCursor(weight is null ? [feature] : [feature, weight.Value]);
        ValueGetter<VBuffer<float>> featureGetter = cursor.GetGetter<VBuffer<float>>(feature);
        ValueGetter<float> weightGetter = weight is null ? (ref float value) => value = 1 : cursor.GetGetter<float>(weight.Value);
        VBuffer<float> features = default;
        float rowWeight = 0;
        var row = new float[dimension];
        while (cursor.MoveNext())
        {
            featureGetter(ref features);
            Checks.State(features.Length == dimension, $"Dimensionality doesn't match, expected {dimension}, got {features.Length}");
            features.CopyTo(row);
            weightGetter(ref rowWeight);
            if (!TensorPrimitives.IsFiniteAll<float>(row) || !float.IsFinite(rowWeight))
            {
                skipped++;
                continue;
            }
            values.AddRange(row);
            weights.Add(rowWeight);
        }
        return new KMeansData([.. values], [.. weights], dimension, skipped);
    }
}
