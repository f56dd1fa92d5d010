using System.Numerics.Tensors;

namespace Microsoft.ML.Data;

public sealed class ClusteringMetrics
{
    internal ClusteringMetrics(double normalizedMutualInformation, double averageDistance, double daviesBouldinIndex)
    {
        NormalizedMutualInformation = normalizedMutualInformation;
        AverageDistance = averageDistance;
        DaviesBouldinIndex = daviesBouldinIndex;
    }

    /// <summary>The mutual information of labels and clusters over the entropy of the labels; NaN without at least two classes.</summary>
    public double NormalizedMutualInformation { get; }

    /// <summary>The mean of each row's score for its nearest cluster.</summary>
    public double AverageDistance { get; }

    /// <summary>0 where no feature column is given.</summary>
    public double DaviesBouldinIndex { get; }
}

internal static class ClusteringEvaluator
{
    public static ClusteringMetrics Evaluate(IDataView data, string labelName, string scoreName, string featureName)
    {
        DataViewSchema.Column? label = Find(data.Schema, "label", labelName);
        DataViewSchema.Column score = Find(data.Schema, "score", scoreName).Value;
        DataViewSchema.Column? feature = Find(data.Schema, "feature", featureName);
        if (label is { Type: not KeyDataViewType } && label.Value.Type != NumberDataViewType.Single)
            throw Checks.SchemaMismatch("schema", "label", labelName, "Single or Key", label.Value.Type.ToString());
        if (score.Type is not VectorDataViewType { IsKnownSize: true } scoreType || scoreType.ItemType != NumberDataViewType.Single)
            throw Checks.SchemaMismatch("schema", "score", scoreName, "known-size vector of Single", score.Type.ToString());
        if (feature is { } f && (f.Type is not VectorDataViewType { IsKnownSize: true } featureType || featureType.ItemType != NumberDataViewType.Single))
            throw Checks.SchemaMismatch("schema", "features", featureName, "R4 vector of known size", f.Type.ToString());

        var counts = new Counts(scoreType.Size, feature is null ? 0 : ((VectorDataViewType)feature.Value.Type).Size);
        ForEachRow(data, score, label, feature, counts.Add);
        double index = 0;
        if (feature is not null)
        {
            counts.FinishCentroids();
            ForEachRow(data, score, null, feature, counts.AddSpread);
            index = counts.DaviesBouldinIndex();
        }
        return new ClusteringMetrics(counts.NormalizedMutualInformation(), counts.AverageDistance, index);
    }

    private static DataViewSchema.Column? Find(DataViewSchema schema, string role, string name)
        => name is null ? null : schema.GetColumnOrNull(name) ?? throw Checks.MissingColumn("schema", role, name);

    private static void ForEachRow(IDataView data, DataViewSchema.Column score, DataViewSchema.Column? label, DataViewSchema.Column? feature,
        Action<int, float[], float[]> use)
    {
        DataViewSchema.Column[] columns = new[] { score, label, feature }.Where(column => column is not null).Select(column => column.Value).ToArray();
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        ValueGetter<VBuffer<float>> scoreGetter = cursor.GetGetter<VBuffer<float>>(score);
        ValueGetter<VBuffer<float>> featureGetter = feature is null ? null : cursor.GetGetter<VBuffer<float>>(feature.Value);
        Func<float> labelGetter = label is null ? () => float.NaN : Generic.Call<Func<float>>(LabelGetter<int>, label.Value.Type.RawType, cursor, label.Value);
        VBuffer<float> scoreValue = default, featureValue = default;
        var scores = new float[((VectorDataViewType)score.Type).Size];
        var features = new float[feature is null ? 0 : ((VectorDataViewType)feature.Value.Type).Size];
        while (cursor.MoveNext())
        {
            float labelValue = labelGetter();
            // A missing label counts as the first class, as in ML.NET.
            int labelClass = float.IsNaN(labelValue) ? 0 : (int)labelValue;
            Checks.State(float.IsNaN(labelValue) || (labelClass == labelValue && labelClass >= 0), $"Invalid label: {labelValue}");
            scoreGetter(ref scoreValue);
            scoreValue.CopyTo(scores);
            if (!TensorPrimitives.IsFiniteAll<float>(scores))
                continue;
            if (featureGetter is not null)
            {
                featureGetter(ref featureValue);
                featureValue.CopyTo(features);
            }
            use(labelClass, scores, features);
        }
    }

    private static Func<float> LabelGetter<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        Func<T, double> number = ValueConverter<T, double>.Convert;
        T value = default;
        return () =>
        {
            getter(ref value);
            double label = number(value);
            return column.Type is not KeyDataViewType ? (float)label : label == 0 ? float.NaN : (float)(label - 1);
        };
    }

    private sealed class Counts(int clusters, int dimension)
    {
        private readonly List<double[]> _byClass = [];
        private readonly double[] _sizes = new double[clusters];
        private readonly double[][] _centroids = Enumerable.Range(0, clusters).Select(_ => new double[dimension]).ToArray();
        private readonly double[] _spreads = new double[clusters];
        private double _total;
        private double _sumOfDistances;

        public double AverageDistance => _sumOfDistances / _total;

        public void Add(int label, float[] scores, float[] features)
        {
            int nearest = TensorPrimitives.IndexOfMin<float>(scores);
            while (_byClass.Count <= label)
                _byClass.Add(new double[clusters]);
            _byClass[label][nearest]++;
            _sizes[nearest]++;
            _total++;
            _sumOfDistances += scores[nearest];
            for (int i = 0; i < features.Length; i++)
                _centroids[nearest][i] += features[i];
        }

        public void FinishCentroids()
        {
            for (int cluster = 0; cluster < clusters; cluster++)
                TensorPrimitives.Divide(_centroids[cluster], _sizes[cluster], _centroids[cluster]);
        }

        public void AddSpread(int label, float[] scores, float[] features)
        {
            int nearest = TensorPrimitives.IndexOfMin<float>(scores);
            double[] values = Array.ConvertAll(features, value => (double)value);
            _spreads[nearest] += TensorPrimitives.Distance<double>(values, _centroids[nearest]) / _sizes[nearest];
        }

        public double NormalizedMutualInformation()
        {
            if (_byClass.Count < 2)
                return double.NaN;
            double information = 0, entropy = 0;
            foreach (double[] row in _byClass)
            {
                double classShare = row.Sum() / _total;
                if (classShare == 0)
                    continue;
                entropy -= classShare * Math.Log(classShare);
                for (int cluster = 0; cluster < clusters; cluster++)
                {
                    double share = row[cluster] / _total;
                    if (share > 0)
                        information += share * Math.Log(share / (classShare * (_sizes[cluster] / _total)));
                }
            }
            return information / entropy;
        }

        // Empty clusters count as 0.
        public double DaviesBouldinIndex()
        {
            double sum = 0;
            for (int i = 0; i < clusters; i++)
            {
                double worst = 0;
                for (int j = 0; j < clusters && _sizes[i] > 0; j++)
                {
                    if (i != j && _sizes[j] > 0)
                        worst = Math.Max(worst, (_spreads[i] + _spreads[j]) / TensorPrimitives.Distance<double>(_centroids[i], _centroids[j]));
                }
                sum += worst;
            }
            return sum / clusters;
        }
    }
}
