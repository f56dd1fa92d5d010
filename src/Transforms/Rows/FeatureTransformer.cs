using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Adds columns computed from a vector of features. Rows are computed in batches; a row's values do not depend on the other rows in its
/// batch. <c>ml.Model</c> saves and loads it like any other transformer. A loaded one is a chain of stock transformers with the same
/// outputs; <see cref="DisentangleModel.Open(ITransformer)"/> restores the original type.
/// </summary>
/// <remarks>
/// ML.NET's <c>ConvertToOnnx</c> throws for a pipeline that contains it; <c>ml.Model.ExportToOnnx</c> of the package Disentangle.ML.Onnx
/// exports the whole pipeline.
/// </remarks>
public abstract class FeatureTransformer : ITransformer
{
    private protected FeatureTransformer(FeatureInput input, IReadOnlyList<FeatureOutput> outputs) => (Input, Outputs) = (input, outputs);

    /// <summary>The name of the feature column.</summary>
    public string InputColumnName => Input.Name;

    internal FeatureInput Input { get; }

    /// <summary>The added columns, in order: at most <see cref="Pieces.MaximumVectors"/> vectors, one number and one class.</summary>
    internal IReadOnlyList<FeatureOutput> Outputs { get; }

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>Returns the schema that this transformer produces.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The feature column is missing, of the wrong type, or not of the size used in training.
    /// </exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new FeatureBinding(this, inputSchema).OutputSchema;

    /// <summary>Adds the columns. They are computed when they are read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The feature column is missing, of the wrong type, or not of the size used in training.
    /// </exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new FeatureDataView(input, new FeatureBinding(this, input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) =>
        new FeatureRowMapper(new FeatureBinding(this, inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)StockChain.Create(this)).Save(ctx);

    /// <summary>Opens a session that computes rows, for one thread at a time.</summary>
    /// <param name="capacity">The maximum number of rows computed together.</param>
    /// <param name="threads">Processor cores to use; 0 for all.</param>
    internal abstract RowSession Open(int capacity, int threads);

    /// <summary>Returns what a model file stores.</summary>
    internal abstract SavedModel Save();
}
