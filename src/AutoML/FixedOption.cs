using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using Space = Microsoft.ML.SearchSpace.SearchSpace;

namespace Disentangle.ML.AutoML;

/// <summary>
/// A single choice that takes no coordinate. ML.NET's <see cref="ChoiceOption"/> of one choice takes one in a grid and none elsewhere, so that a grid search
/// gives every option after it the coordinate of its neighbour; the schema of a pipeline is such a choice.
/// </summary>
internal sealed class FixedOption(Parameter value) : OptionBase
{
    public override int FeatureSpaceDim => 0;

    public override int?[] Step => [];

    public override double[] Default => [];

    public override Parameter SampleFromFeatureSpace(double[] values) => value;

    public override double[] MappingToFeatureSpace(Parameter parameter) => [];

    /// <summary>Puts such options in the place of single choices.</summary>
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
