using Disentangle.ML.Onnx;
using Disentangle.ML.Trainers;
using Google.Protobuf;

namespace Microsoft.ML;

/// <summary>Export of whole pipelines to ONNX.</summary>
public static class OnnxExportCatalog
{
    /// <summary>
    /// Writes a fitted pipeline as one ONNX file: the encoders, autoencoders, mixtures, clusterings and maps of Disentangle.ML, and
    /// every step of ML.NET that
    /// <c>Microsoft.ML.OnnxConverter</c> converts.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Inputs and outputs have the names of their columns; an output whose name is also an input's gets the ending <c>.output</c>. Every
    /// tensor is
    /// [rows x size], with any number of rows; a scalar has size 1. A key is Int64, counted from 1, 0 for missing; its values, as a JSON
    /// array, are the
    /// file's metadata <c>NAME.KeyValues</c>, and the names of a vector's slots are <c>NAME.SlotNames</c>.
    /// </para>
    /// <para>
    /// A sequence is [rows x steps times step size], padded with any finite values. The number of steps that count comes from the length
    /// column; where
    /// there is none and the vector has no known size, the graph has one more input for it, <c>NAME.Length</c>, Int64 [rows x 1].
    /// </para>
    /// <para>The file is complete or not there: where writing fails, an older file of that name stays as it was.</para>
    /// </remarks>
    /// <param name="catalog">The catalog, <c>ml.Model</c>.</param>
    /// <param name="model">A fitted pipeline, or one that was loaded.</param>
    /// <param name="inputSchema">The schema of the data it was fitted on.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">Default null: the defaults of <see cref="OnnxExportOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is wrong, or the pipeline gives no column to write.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="NotSupportedException">A step cannot be converted; the message names it and its column.</exception>
    /// <exception cref="IOException">There is no such folder, or the file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    /// <example><code>
    /// ITransformer model = pipeline.Fit(data);
    /// ml.Model.ExportToOnnx(model, data.Schema, "model.onnx");
    /// </code></example>
    public static void ExportToOnnx(this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema inputSchema, string path,
        OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputSchema);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        byte[] file = PipelineExport.Run(catalog, model, inputSchema, options ?? new OnnxExportOptions()).ToByteArray();
        AtomicFile.Write(path, stream => stream.Write(file));
    }
}
