using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using Space = Microsoft.ML.SearchSpace.SearchSpace;

namespace Disentangle.ML.AutoML;

/// <summary>
/// A single choice without a coordinate. ML.NET's <see cref="ChoiceOption"/> with one choice has a coordinate in grids but not elsewhere,
/// so that a grid search assigns every later option the coordinate of its neighbour. The schema of a pipeline is such a choice.
/// </summary>
internal sealed class FixedOption(Parameter value) : OptionBase
{
    public override int FeatureSpaceDim => 0;

    public override int?[] Step => [];

    public override double[] Default => [];

    public override Parameter SampleFromFeatureSpace(double[] values) => value;

    public override double[] MappingToFeatureSpace(Parameter parameter) => [];

    /// <summary>Replaces all single choices.</summary>
    public static void Replace(Space space)
    {
        foreach ((string name, OptionBase option) in space.ToArray())
        {
            if (option is ChoiceOption { Choices: [Parameter only] })
                space[name] = new FixedOption(only);
            else if (option is Space nested)
                Replace(nested);
        }
    }
}
