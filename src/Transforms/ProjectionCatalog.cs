using Disentangle.ML.Evaluators;
using Disentangle.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Maps of rows in two dimensions, to look at.</summary>
public static class ProjectionCatalog
{
    /// <summary>
    /// Learns a map of the rows in two dimensions on which neighbours stay neighbours. It needs no label, places new rows too, and is saved with a
    /// pipeline like any encoder. For a quick, linear map use <c>ml.Transforms.ProjectToPrincipalComponents(..., rank: 2)</c> of ML.NET.
    /// </summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">The coordinates: a vector of two Single.</param>
    /// <param name="inputColumnName">
    /// An embedding, or the features themselves: a vector of Single of known size. Default null: as <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="options">Default null: the defaults of <see cref="ProjectionOptions"/>.</param>
    /// <example><code>
    /// IDataView map = ml.Transforms.ProjectTo2D("Map", "Embedding").Fit(embedded).Transform(embedded);
    /// </code></example>
    public static ProjectionEstimator ProjectTo2D(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, ProjectionOptions? options = null) =>
        new(CatalogEnvironment.Of(catalog), outputColumnName, inputColumnName, options);
}
