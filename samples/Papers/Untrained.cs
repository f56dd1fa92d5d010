using Microsoft.ML;
using Microsoft.ML.Data;

namespace Papers;

/// <summary>
/// The baselines without a network: k-means on the features as given, standardised, and on up to 32 principal components.
/// </summary>
internal static class Untrained
{
    /// <summary>Adds a row per kind of features.</summary>
    /// <param name="report">The report.</param>
    /// <param name="load">Makes the training and test rows for a context.</param>
    /// <param name="features">The vector column, of fixed length.</param>
    /// <param name="score">
    /// Scores the clusters of the test rows: the context, the rows with the column Embedding, the name, the seed.
    /// </param>
    public static void Add(Report report, Func<MLContext, (IDataView Train, IDataView Test)> load, string features,
        Func<MLContext, IDataView, string, int, IEnumerable<Score>> score)
    {
        Add("raw features", (ml, _) => ml.Transforms.CopyColumns("Embedding", features));
        Add("standardised features", (ml, _) => ml.Transforms.NormalizeMeanVariance("Embedding", features, fixZero: false));
        Add("principal components",
            (ml, size) => ml.Transforms.ProjectToPrincipalComponents("Embedding", features, rank: Math.Min(32, size), seed: 1));

        void Add(string name, Func<MLContext, int, IEstimator<ITransformer>> create) => report.Add(name, seed =>
        {
            var ml = new MLContext(seed);
            (IDataView train, IDataView test) = load(ml);
            int size = ((VectorDataViewType)train.Schema[features].Type).Size;
            IDataView encoded = ml.Data.Cache(create(ml, size).Fit(train).Transform(test));
            return [.. score(ml, encoded, name, seed)];
        });
    }
}
