namespace Microsoft.ML.SearchSpace.Option;

public sealed class ChoiceOption : OptionBase
{
    public ChoiceOption(params object[] choices)
    {
        Choices = [.. choices.Select(Parameter.FromObject)];
        Default = new double[FeatureSpaceDim];
    }

    public ChoiceOption(object[] choices, object defaultChoice) : this(choices)
    {
        if (defaultChoice is not null)
            Default = MappingToFeatureSpace(Parameter.FromObject(defaultChoice));
    }

    public Parameter[] Choices { get; }

    public override int FeatureSpaceDim => Choices.Length == 1 ? 0 : 1;

    // One also for a single choice, which has no coordinate: ML.NET does so too, and a grid is shifted by it.
    public override int?[] Step => [Choices.Length];

    // By Single, as ML.NET does: 0.45 * 20 is 9 then, and not a little less.
    public override Parameter SampleFromFeatureSpace(double[] values) =>
        values.Length == 0 ? Choices[0] : Choices[Math.Min((int)MathF.Floor((float)(values[0] * Choices.Length)), Choices.Length - 1)];

    public override double[] MappingToFeatureSpace(Parameter param) => FeatureSpaceDim == 0 ? [] : [Array.IndexOf(Choices, param) / (double)Choices.Length];
}
