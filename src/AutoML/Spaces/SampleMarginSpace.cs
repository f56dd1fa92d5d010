using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML.SearchSpace;

namespace Disentangle.ML.AutoML;

/// <summary>The weight and margin of the sample margin of Forced Apart, added to cross-entropy.</summary>
public sealed class SampleMarginSpace : ISweepSpace<DisentangleEncoderOptions>
{
    /// <summary>The weight of the sample margin, 0.01 to 10 on a logarithmic scale. Default 1.</summary>
    [Range(0.01f, 10f, 1f, true)]
    public float Weight { get; set; }

    /// <summary>The margin in nats, 0.1 to 1 as in the paper. Default 0.5.</summary>
    [Range(0.1f, 1f, 0.5f)]
    public float Margin { get; set; }

    /// <inheritdoc/>
    public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) =>
        options with { Objective = Objective.CrossEntropy() + Objective.SampleMargin(Weight, Margin) };
}
