using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.AutoML;

/// <summary>
/// A sequence of sweepable estimators. ML.NET's can also choose among several; this one has a single schema, <c>e0 * e1 * ...</c>.
/// </summary>
public class SweepablePipeline : ISweepable<EstimatorChain<ITransformer>>
{
    private const string SchemaOption = "_SCHEMA_";

    internal SweepablePipeline() { }

    public Dictionary<string, SweepableEstimator> Estimators { get; } = [];

    public SearchSpace.SearchSpace SearchSpace
    {
        get
        {
            var space = new SearchSpace.SearchSpace();
            foreach ((string key, SweepableEstimator estimator) in Estimators)
                space.Add(key, estimator.SearchSpace);
            space.Add(SchemaOption, new ChoiceOption(string.Join(" * ", Estimators.Keys)));
            return space;
        }
    }

    public EstimatorChain<ITransformer> BuildFromOption(MLContext context, Parameter parameter)
    {
        var chain = new EstimatorChain<ITransformer>();
        foreach (string key in parameter[SchemaOption].AsType<string>().Split(" * "))
            chain = chain.Append(Estimators[key].BuildFromOption(context, parameter[key]));
        return chain;
    }

    public SweepablePipeline Append(params ISweepable<IEstimator<ITransformer>>[] sweepables)
    {
        if (sweepables.Length > 1)
            throw new NotSupportedException(
                "The stand-in appends one estimator at a time; choosing among several requires ML.NET's AutoML.");
        var pipeline = new SweepablePipeline();
        IEnumerable<SweepableEstimator> added = sweepables.SelectMany(sweepable => sweepable switch
        {
            SweepableEstimator estimator => [estimator],
            SweepablePipeline other => other.Estimators.Values.AsEnumerable(),
            _ => throw new NotSupportedException($"A {sweepable.GetType()} cannot be part of a pipeline."),
        });
        foreach (SweepableEstimator estimator in Estimators.Values.Concat(added))
            pipeline.Estimators.Add($"e{pipeline.Estimators.Count}", estimator);
        return pipeline;
    }
}
