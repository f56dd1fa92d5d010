using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Adds the embedding of each row. Rows are encoded in batches; a row's values do not depend on the others in its batch. Saved and loaded by
/// <c>ml.Model</c> like every other transformer; a loaded one is a chain of stock transformers with the same outputs, and
/// <see cref="DisentangleModel.Open(ITransformer)"/> makes it this type again.
/// </summary>
public abstract class EncodingTransformer : ITransformer
{
    private protected EncodingTransformer(EncoderColumns columns, TrainingOptions options, TrainingResult result)
    {
        Columns = columns;
        Encoder = result.Encoder;
        History = result.History;
        StopReason = result.StopReason;
        BestEpoch = result.BestEpoch;
        ReconstructsByCrossEntropy = options.Objective.Terms.Any(term => term.Loss is ReconstructionLoss { Error: ReconstructionError.BinaryCrossEntropy });
    }

    internal EncoderColumns Columns { get; }

    internal bool ReconstructsByCrossEntropy { get; }

    /// <summary>The network with its weights.</summary>
    public Encoder Encoder { get; }

    /// <summary>What the losses were in every epoch.</summary>
    public IReadOnlyList<TrainingProgress> History { get; }

    /// <summary>Why training ended.</summary>
    public StopReason StopReason { get; }

    /// <summary>The epoch whose weights it has, from 1.</summary>
    public int BestEpoch { get; }

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

/// <summary>What <see cref="DisentangleEncoderEstimator"/> fits: the embedding, and on demand the classifier's probabilities and prediction.</summary>
public sealed class DisentangleEncoderTransformer : EncodingTransformer
{
    internal DisentangleEncoderTransformer(EncoderColumns columns, DisentangleEncoderOptions options, TrainingResult result) : base(columns, options, result) =>
        Options = options;

    /// <summary>The settings it was trained with.</summary>
    public DisentangleEncoderOptions Options { get; }
}

/// <summary>What <see cref="DisentangleAutoencoderEstimator"/> fits: the code, and on demand the reconstruction.</summary>
public sealed class DisentangleAutoencoderTransformer : EncodingTransformer
{
    internal DisentangleAutoencoderTransformer(EncoderColumns columns, DisentangleAutoencoderOptions options, TrainingResult result)
        : base(columns, options, result) => Options = options;

    /// <summary>The settings it was trained with.</summary>
    public DisentangleAutoencoderOptions Options { get; }
}
