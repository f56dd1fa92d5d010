using Disentangle.ML.Evaluators;
using Disentangle.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Projections of rows to two dimensions, for plotting.</summary>
public static class ProjectionCatalog
{
    /// <summary>
    /// Learns a two-dimensional map on which neighbours stay neighbours, by the method of UMAP. It needs no labels, also places new rows,
    /// and is saved with a pipeline like any encoder. For a quick linear map use ML.NET's
    /// <c>ml.Transforms.ProjectToPrincipalComponents(..., rank: 2)</c>.
    /// </summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The coordinates: a vector of two Single.</param>
    /// <param name="inputColumnName">
    /// An embedding, or the features themselves: a vector of Single of known size. Default null: the same as
    /// <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="options">Default null: the defaults of <see cref="ProjectionOptions"/>.</param>
    /// <example><code>
    /// IDataView map = ml.Transforms.ProjectTo2D("Map", "Embedding").Fit(embedded).Transform(embedded);
    /// </code></example>
    public static ProjectionEstimator ProjectTo2D(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, ProjectionOptions? options = null) =>
        new(CatalogEnvironment.Of(catalog), outputColumnName, inputColumnName, options);
}
