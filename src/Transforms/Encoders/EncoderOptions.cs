using Disentangle.ML.Trainers;
using Microsoft.ML;

namespace Disentangle.ML.Transforms;

/// <summary>Settings shared by all encoders.</summary>
public abstract record EncoderOptions : EncoderTrainingOptions
{
    /// <summary>
    /// For sequences padded to a vector of known size: the column (Int32, Int64, UInt32 or Single) with the number of steps before the
    /// padding. Default null: no padding; in a vector of unknown size, rows may have different numbers of steps.
    /// </summary>
    public string? LengthColumnName { get; init; }

    /// <summary>
    /// Validation rows with the same columns. Default null: only those of <see cref="TrainingOptions.ValidationFraction"/>.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IDataView? ValidationData { get; init; }

    private protected static void RequireOneWay(EncoderOptions? options, int? embeddingSize, int? epochs)
    {
        if (options is not null && (embeddingSize ?? epochs) is not null)
        {
            throw new ArgumentException(
                "Both options and embeddingSize or numberOfEpochs are given; set Network and Epochs in the options instead.",
                    nameof(options));
        }
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        foreach (string fault in base.Faults().Concat(ColumnNames.Faults((nameof(LengthColumnName), LengthColumnName))))
            yield return fault;
        if (Network?.EmbeddingSize > Pieces.MaximumWidth)
            yield return $"The embedding has {Network.EmbeddingSize} values; a model can be saved with at most {Pieces.MaximumWidth}.";
        if (LengthColumnName is not null && Network is not null && Network.StepSize is null)
            yield return $"LengthColumnName is '{LengthColumnName}'; "
                + "it is only for networks that read sequences, and Network reads vectors.";
        if (EarlyStopping is not null && ValidationFraction == 0 && ValidationData is null)
            yield return "EarlyStopping needs validation rows: set ValidationFraction or ValidationData.";
    }
}
