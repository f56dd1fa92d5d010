using System.Net;
using System.Text;
using Disentangle.ML.Trainers;
using Microsoft.ML;

namespace Disentangle.ML.Reports;

/// <summary>
/// One HTML file that shows the results of training and clustering: a map of the rows and the rows most like each, losses, sweeps, classes
/// and clusters, neurons by class, latent variances, silhouettes, scores over numbers of clusters, and the contents of each cluster. It
/// works offline and loads nothing.
/// </summary>
public static class EmbeddingReport
{
    /// <summary>Writes a report, replacing an existing file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="data">The rows, usually the output of a fitted pipeline. They are read once per chart.</param>
    /// <param name="options">What to show. Default null: only the clusters in <c>PredictedLabel</c>.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, or an option is invalid.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows, no row has a cluster, a coordinate is NaN or infinite, or the rows of a vector column differ in length.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example><code>
    /// EmbeddingReport.Write("report.html", ml.Transforms.ProjectTo2D("Map", "Embedding").Fit(scored).Transform(scored),
    ///     new() { MapColumnName = "Map", LabelColumnName = "Label", EmbeddingColumnName = "Embedding" });
    /// </code></example>
    public static void Write(string path, IDataView data, ReportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        byte[] page = Encoding.UTF8.GetBytes(Render(data, options));
        AtomicFile.Write(path, file => file.Write(page));
    }

    /// <summary>Returns the report as text, for example to show it in a notebook.</summary>
    /// <inheritdoc cref="Write"/>
    public static string Render(IDataView data, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        options.Validate();
        string json = new ReportData(data, options).ToJson();
        // The data come last, so that no text in a row is taken for a placeholder.
        return Resource("report.html").Replace("{{script}}", Resource("report.js"), StringComparison.Ordinal)
            .Replace("{{title}}", WebUtility.HtmlEncode(options.Title)
                .Replace("{{", "{&#123;", StringComparison.Ordinal), StringComparison.Ordinal)
            .Replace("{{data}}", json, StringComparison.Ordinal);
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(EmbeddingReport).Assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
