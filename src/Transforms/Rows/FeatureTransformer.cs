using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Adds columns that are computed of a vector of features. Rows are computed in batches; a row's values do not depend on the others in its batch. Saved and
/// loaded by <c>ml.Model</c> like every other transformer; a loaded one is a chain of stock transformers with the same outputs, and
/// <see cref="DisentangleModel.Open(ITransformer)"/> makes it the type it was.
/// </summary>
/// <remarks>
/// ML.NET's <c>ConvertToOnnx</c> throws for a pipeline with it; <c>ml.Model.ExportToOnnx</c> of the package Disentangle.ML.Onnx exports the whole pipeline.
/// </remarks>
public abstract class FeatureTransformer : ITransformer
{
    private protected FeatureTransformer(FeatureInput input, IReadOnlyList<FeatureOutput> outputs) => (Input, Outputs) = (input, outputs);

    /// <summary>The column of features.</summary>
    public string InputColumnName => Input.Name;

    internal FeatureInput Input { get; }

    /// <summary>The columns it adds, in their order. At most <see cref="Pieces.MaximumVectors"/> are vectors, one is a number, and one a class.</summary>
    internal IReadOnlyList<FeatureOutput> Outputs { get; }

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>The schema after this transformer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing, of the wrong type or of another size than in training.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new FeatureBinding(this, inputSchema).OutputSchema;

    /// <summary>Adds the columns. Nothing is computed before somebody reads them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing, of the wrong type or of another size than in training.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new FeatureDataView(input, new FeatureBinding(this, input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new FeatureRowMapper(new FeatureBinding(this, inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)StockChain.Create(this)).Save(ctx);

    /// <summary>Computes rows for one thread at a time.</summary>
    /// <param name="capacity">The greatest number of rows computed together.</param>
    /// <param name="threads">Processor cores to use; 0 for all.</param>
    internal abstract RowSession Open(int capacity, int threads);

    /// <summary>What a model file keeps of it.</summary>
    internal abstract SavedModel Save();
}
