using System.Net;
using System.Text;
using Disentangle.ML.Trainers;
using Microsoft.ML;

namespace Disentangle.ML.Reports;

/// <summary>
/// One HTML file that shows what training and clustering gave: a map of the rows, losses, classes and clusters, neurons by class,
/// silhouettes, scores over numbers of clusters, and what each cluster holds. It works offline and loads nothing.
/// </summary>
public static class EmbeddingReport
{
    /// <summary>Writes a report. A file that is there is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="data">The rows, for example what a pipeline made of them. Passed over once for each chart.</param>
    /// <param name="options">What to show. Default null: the clusters in <c>PredictedLabel</c> alone.</param>
    /// <exception cref="ArgumentException">A column is not there or of another type, or an option is wrong.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows or none with a cluster, a coordinate is NaN or infinite, or a row of a vector column has another number of values.
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

    /// <summary>The report as text, for example to show it in a notebook.</summary>
    /// <inheritdoc cref="Write"/>
    public static string Render(IDataView data, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        options.Validate();
        string json = new ReportData(data, options).ToJson();
        // The data come last: what rows contain is never taken for a placeholder.
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
