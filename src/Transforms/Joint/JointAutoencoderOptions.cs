using System.Text.Json.Serialization;
using Disentangle.ML.Trainers;
using Microsoft.ML;

namespace Disentangle.ML.Transforms;

/// <summary>Settings of <see cref="JointAutoencoderEstimator"/>.</summary>
public sealed record JointAutoencoderOptions : JointTrainingOptions
{
    /// <summary>The image column of the auxiliary set. Default null: the same as in the primary set.</summary>
    public string? AuxiliaryInputColumnName { get; init; }

    /// <summary>The label column of the auxiliary set. Default null: the same as in the primary set.</summary>
    public string? AuxiliaryLabelColumnName { get; init; }

    /// <summary>
    /// The column for the style, the mean of its posterior; mode <see cref="JointMode.Joint"/> only. Default null: none.
    /// </summary>
    public string? StyleColumnName { get; init; }

    /// <summary>
    /// The column for the classifier's probabilities: a vector with one value per class and slots named after the classes (the names are
    /// missing after a plain <c>ml.Model.Load</c>). Default null: none.
    /// </summary>
    public string? ScoreColumnName { get; init; }

    /// <summary>
    /// The column for the most probable class: a key with the primary label's values if the label is a key, a Boolean if it is a Boolean.
    /// Default null: none.
    /// </summary>
    public string? PredictedLabelColumnName { get; init; }

    /// <summary>
    /// The column for the image reconstructed from style and content, with values between 0 and 1; mode <see cref="JointMode.Joint"/>
    /// only. Default null: none.
    /// </summary>
    public string? ReconstructionColumnName { get; init; }

    /// <summary>
    /// Primary validation rows with the same columns. Default null: only those of <see cref="TrainingOptions.ValidationFraction"/>.
    /// </summary>
    [JsonIgnore]
    public IDataView? ValidationData { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        IEnumerable<string> names = ColumnNames.Faults((nameof(StyleColumnName), StyleColumnName),
            (nameof(ScoreColumnName), ScoreColumnName),
            (nameof(PredictedLabelColumnName), PredictedLabelColumnName), (nameof(ReconstructionColumnName), ReconstructionColumnName));
        IEnumerable<string> auxiliaryNames = ColumnNames.Faults(
            (nameof(AuxiliaryInputColumnName), AuxiliaryInputColumnName), (nameof(AuxiliaryLabelColumnName), AuxiliaryLabelColumnName));
        foreach (string fault in base.Faults().Concat(names).Concat(auxiliaryNames))
            yield return fault;
        if (Mode != JointMode.Joint && (StyleColumnName ?? ReconstructionColumnName) is not null)
            yield return $"Mode is {Mode}, which has no style and no reconstruction; "
                + "set StyleColumnName and ReconstructionColumnName to null.";
        if (EarlyStopping is not null && ValidationFraction == 0 && ValidationData is null)
            yield return "EarlyStopping needs validation rows: set ValidationFraction or ValidationData.";
        foreach ((string owner, ConvolutionalVariationalAutoencoder? network) in new[] { (nameof(Primary), Primary),
            (nameof(Auxiliary), Auxiliary) })
        {
            if (network is null)
                continue;
            (string Name, int Size)[] outputs =
                [("Content", network.Content), ("Style", network.Style),
                    ("Image", ReconstructionColumnName is null ? 0 : network.Image?.Length ?? 0)];
            foreach ((string name, int size) in outputs.Where(output => output.Size > Pieces.MaximumWidth))
                yield return $"{owner}.{name} has {size} values; a model can be saved with a column of at most {Pieces.MaximumWidth}.";
        }
    }
}
