using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>The columns that joint autoencoders read and add, besides those named in the options.</summary>
internal sealed record JointColumns(string Content, string PrimaryInput, string AuxiliaryInput, ClassLabels Labels)
{
    public string Input(JointSide side) => side == JointSide.Primary ? PrimaryInput : AuxiliaryInput;

    /// <summary>The added columns, in order.</summary>
    public IEnumerable<FeatureOutput> Added(JointAutoencoderOptions options, JointAutoencoder model, JointSide side)
    {
        yield return FeatureOutput.Vector(Content, model.ContentSize);
        if (options.StyleColumnName is { } style)
            yield return FeatureOutput.Vector(style, model.StyleSize(side));
        if (options.ScoreColumnName is { } score)
            yield return FeatureOutput.Scores(score, Labels);
        if (options.PredictedLabelColumnName is { } predicted)
            yield return FeatureOutput.Class(predicted, Labels);
        if (options.ReconstructionColumnName is { } reconstruction)
            yield return FeatureOutput.Vector(reconstruction, model.Input(side).Width);
    }
}
