using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.MLNetAssumptions.Tests;

/// <summary>A third party's estimator that adds the column Twice.</summary>
internal sealed class DelegatingEstimator(MLContext ml) : IEstimator<DelegatingTransformer>
{
    public DelegatingTransformer Fit(IDataView input) =>
        new(new TransformerChain<ITransformer>(ml.Transforms.CustomMapping(new Doubling().GetMapping(), Doubling.Contract).Fit(input)));

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape added = ml.Transforms.CustomMapping<Nothing, Doubling.Output>((_, _) => { }, null).GetOutputSchema(new SchemaShape([]));
        return new SchemaShape(inputSchema.Concat(added));
    }

    private sealed class Nothing;
}
