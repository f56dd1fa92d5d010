using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML.SearchSpace;

namespace Disentangle.ML.AutoML;

/// <summary>The weight and margin of the row margin of Forced to Learn, added to cross-entropy.</summary>
public sealed class RowMarginSpace : ISweepSpace<DisentangleEncoderOptions>
{
    /// <summary>The weight of the row margin, 0.001 to 10 on a logarithmic scale. Default 0.3.</summary>
    [Range(0.001f, 10f, 0.3f, true)]
    public float Weight { get; set; }

    /// <summary>The margin in nats, 1 to 15. Default 5; the paper finds 5 to 10 best.</summary>
    [Range(1f, 15f, 5f)]
    public float Margin { get; set; }

    /// <inheritdoc/>
    public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) =>
        options with { Objective = Objective.CrossEntropy() + Objective.RowMargin(Weight, Margin) };
}
