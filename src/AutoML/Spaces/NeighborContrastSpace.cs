using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML.SearchSpace;

namespace Disentangle.ML.AutoML;

/// <summary>
/// The number of neighbours and the temperature of the neighbour contrast, part of the default objective with and without labels. Its other
/// settings and the other losses of the objective stay as the options have them; an objective without it gets it with weight 1.
/// </summary>
public sealed class NeighborContrastSpace : ISweepSpace<DisentangleEncoderOptions>
{
    /// <summary>The number of neighbours, 5 to 50 on a logarithmic scale. Default 15.</summary>
    [Range(5, 50, 15, true)]
    public int Neighbors { get; set; }

    /// <summary>The temperature, 0.25 to 1 on a logarithmic scale. Default 0.5.</summary>
    [Range(0.25f, 1f, 0.5f, true)]
    public float Temperature { get; set; }

    /// <inheritdoc/>
    public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Objective objective = options.Objective.Terms.Any(term => term.Loss is NeighborContrastLoss)
            ? options.Objective : options.Objective + Objective.NeighborContrast();
        return options with
        {
            Objective = new Objective([.. objective.Terms.Select(term => term.Loss is NeighborContrastLoss contrast
                ? term with { Loss = contrast with { Temperature = Temperature, Pairs = contrast.Pairs with { Neighbors = Neighbors } } }
                : term)]),
        };
    }
}
