using System.Numerics.Tensors;
using Disentangle.ML.Evaluators;

namespace Microsoft.ML;

/// <summary>What clusters hold, and which rows are alike.</summary>
public static class ClusterDescriptionCatalog
{
    /// <summary>
    /// Describes clusters, however they were found: their size, the labels of their rows, the features that differ most from all other rows
    /// (standardised mean difference with its confidence interval), the most typical and the most doubtful rows, and the nearest other
    /// cluster. Passes over the data once. Each interval is that of one feature alone: among many features some differ by chance.
    /// </summary>
    /// <param name="catalog">The clustering catalog, <c>ml.Clustering</c>.</param>
    /// <param name="data">The rows.</param>
    /// <param name="featureColumnNames">
    /// What to explain the clusters by: numbers, Booleans, vectors of Single of known size (by their slot names), and texts and keys of at
    /// most 1,000 values (by the share of each value). NaN, empty texts and missing keys are unknown and left out of the means.
    /// </param>
    /// <param name="labelColumnNames">
    /// Columns whose values are counted in each cluster, as in <see cref="ClusteringEvaluatorCatalog.EvaluateAgainstLabels"/>. Default
    /// null: none.
    /// </param>
    /// <param name="clusterColumnName">The clusters, of one of the same types. Default: the column that KMeans writes.</param>
    /// <param name="embeddingColumnName">
    /// The space in which the clusters were found, a vector of Single of known size, for typical and doubtful rows and the nearest cluster.
    /// Held in memory. Default null: these are left out.
    /// </param>
    /// <param name="rowNameColumnName">
    /// A column that names rows, for example a number or a title. Default null: rows have their number.
    /// </param>
    /// <param name="options">How much is kept. Default null: the defaults of <see cref="ClusterDescriptionOptions"/>.</param>
    /// <exception cref="ArgumentException">A column is not there or of another type, or an option is wrong.</exception>
    /// <exception cref="InvalidDataException">
    /// No row has a cluster, a text has too many values, a feature is infinite, an embedding is not finite, or a row has another number of
    /// values.
    /// </exception>
    /// <example><code>
    /// Console.WriteLine(ml.Clustering.DescribeClusters(model.Transform(customers), ["Age", "Income", "Region"],
    ///     labelColumnNames: ["Churned"], embeddingColumnName: "Embedding"));
    /// </code></example>
    public static ClusterDescriptions DescribeClusters(
        this ClusteringCatalog catalog,
        IDataView data,
        IReadOnlyList<string> featureColumnNames,
        IReadOnlyList<string>? labelColumnNames = null,
        string clusterColumnName = "PredictedLabel",
        string? embeddingColumnName = null,
        string? rowNameColumnName = null,
        ClusterDescriptionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(featureColumnNames);
        return ClusterDescriber.Describe(
            data, featureColumnNames, labelColumnNames ?? [], clusterColumnName, embeddingColumnName, rowNameColumnName, options ?? new());
    }

    /// <summary>Finds the rows most like one of them.</summary>
    /// <param name="catalog">The clustering catalog, <c>ml.Clustering</c>.</param>
    /// <param name="data">The rows. They are read once and held in memory.</param>
    /// <param name="row">The number of the row, from 0.</param>
    /// <param name="embeddingColumnName">The space to compare in: a vector of Single of known size.</param>
    /// <param name="count">How many rows to find, at least 1.</param>
    /// <returns>The nearest rows by Euclidean distance, the nearest first, without the row itself.</returns>
    /// <exception cref="ArgumentException">The column is not there or of another type.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows, a value of the column is NaN or infinite, or a row has another number of values.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row, or <paramref name="count"/> is less than 1.</exception>
    public static IReadOnlyList<NearRow> FindNearestRows(
        this ClusteringCatalog catalog, IDataView data, int row, string embeddingColumnName = "Embedding", int count = 10)
    {
        FeatureRows rows = Read(catalog, data, embeddingColumnName, count);
        if ((uint)row >= (uint)rows.Count)
            throw new ArgumentOutOfRangeException(nameof(row), $"The row is {row}; the data have rows 0 to {rows.Count - 1}.");
        return Nearest(rows, rows[row], row, count);
    }

    /// <summary>Finds the rows most like a new one, whose embedding a prediction gave.</summary>
    /// <param name="catalog">The clustering catalog, <c>ml.Clustering</c>.</param>
    /// <param name="data">The rows. They are read once and held in memory.</param>
    /// <param name="embedding">The embedding of the new row, finite and of the size of the column.</param>
    /// <param name="embeddingColumnName">The space to compare in: a vector of Single of known size.</param>
    /// <param name="count">How many rows to find, at least 1.</param>
    /// <returns>The nearest rows by Euclidean distance, the nearest first.</returns>
    /// <exception cref="ArgumentException">
    /// The column is not there or of another type, a value of the embedding is NaN or infinite, or the sizes differ.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows, a value of the column is NaN or infinite, or a row has another number of values.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public static IReadOnlyList<NearRow> FindNearestRows(
        this ClusteringCatalog catalog, IDataView data, float[] embedding, string embeddingColumnName = "Embedding", int count = 10)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        FeatureRows rows = Read(catalog, data, embeddingColumnName, count);
        if (embedding.Length != rows.Dimension)
        {
            throw new ArgumentException(
                $"The embedding has {embedding.Length} values, those of column '{embeddingColumnName}' {rows.Dimension}.",
                nameof(embedding));
        }
        if (!TensorPrimitives.IsFiniteAll<float>(embedding))
            throw new ArgumentException("The embedding has a value that is NaN or infinite.", nameof(embedding));
        return Nearest(rows, embedding, except: -1, count);
    }

    private static FeatureRows Read(ClusteringCatalog catalog, IDataView data, string embeddingColumnName, int count)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return FeatureRows.Read(data, embeddingColumnName);
    }

    private static NearRow[] Nearest(FeatureRows rows, ReadOnlySpan<float> point, int except, int count)
    {
        double[] centre = new double[rows.Dimension], buffer = new double[rows.Dimension];
        TensorPrimitives.ConvertChecked(point, centre.AsSpan());
        var near = new List<NearRow>(rows.Count);
        for (int row = 0; row < rows.Count; row++)
        {
            TensorPrimitives.ConvertChecked(rows[row], buffer.AsSpan());
            if (row != except)
                near.Add(new(row, TensorPrimitives.Distance<double>(centre, buffer)));
        }
        return [.. near.OrderBy(other => other.Distance).Take(count)];
    }
}
