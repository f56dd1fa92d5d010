using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Adds the embedding of each row, and on demand the classifier's probabilities and prediction. Rows are encoded in batches; a row's values do not
/// depend on the others in its batch. Saved and loaded by <c>ml.Model</c> like every other transformer; a loaded one is a chain of stock transformers with
/// the same outputs, and <see cref="DisentangleModel.Open(ITransformer)"/> makes it this type again.
/// </summary>
public sealed class DisentangleEncoderTransformer : ITransformer
{
    internal DisentangleEncoderTransformer(Trainers.Encoder encoder, EncoderColumns columns, DisentangleEncoderOptions options, IReadOnlyList<TrainingProgress> history)
    {
        Encoder = encoder;
        Columns = columns;
        Options = options;
        History = history;
    }

    internal EncoderColumns Columns { get; }

    /// <summary>The network with its weights.</summary>
    public Trainers.Encoder Encoder { get; }

    /// <summary>The settings it was trained with.</summary>
    public DisentangleEncoderOptions Options { get; }

    /// <summary>What the losses were in every epoch.</summary>
    public IReadOnlyList<TrainingProgress> History { get; }

    /// <summary>The column of features.</summary>
    public string InputColumnName => Columns.Input;

    /// <summary>The column of the embedding.</summary>
    public string OutputColumnName => Columns.Embedding;

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>The schema after this transformer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing, of the wrong type or of another size than in training.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new EncoderBinding(this, inputSchema).OutputSchema;

    /// <summary>Adds the columns. Nothing is computed before somebody reads them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing, of the wrong type or of another size than in training.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new EncodedDataView(input, new EncoderBinding(this, input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new EncodedRowMapper(new EncoderBinding(this, inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)EncoderChain.Create(this)).Save(ctx);
}
