namespace Microsoft.ML.SearchSpace.Option;

/// <summary>An option. Tuners see it as coordinates between 0 and 1, its feature space.</summary>
public abstract class OptionBase
{
    public abstract int FeatureSpaceDim { get; }

    /// <summary>The number of grid points of each coordinate; null for the default of the grid.</summary>
    public abstract int?[] Step { get; }

    public virtual double[] Default { get; protected set; }

    public abstract Parameter SampleFromFeatureSpace(double[] values);

    public abstract double[] MappingToFeatureSpace(Parameter value);
}
