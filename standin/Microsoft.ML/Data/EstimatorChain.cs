using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data
{
    public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>>
        where TLastTransformer : class, ITransformer
    {
        public readonly IEstimator<TLastTransformer> LastEstimator;

        private readonly IReadOnlyList<EstimatorLink> _links;

        public EstimatorChain() : this([]) { }

        private EstimatorChain(IReadOnlyList<EstimatorLink> links)
        {
            _links = links;
            LastEstimator = links.LastOrDefault()?.Estimator as IEstimator<TLastTransformer>;
        }

        public TransformerChain<TLastTransformer> Fit(IDataView input)
        {
            // Finds errors of the schema before anything is trained.
            GetOutputSchema(SchemaShape.Create(input.Schema));
            IDataView current = input;
            var transformers = new List<ITransformer>();
            foreach (EstimatorLink link in _links)
            {
                ITransformer transformer = link.Estimator.Fit(current);
                transformers.Add(transformer);
                current = transformer.Transform(current);
                if (link.CacheAfter)
                    current = new CacheView(current);
            }
            return new TransformerChain<TLastTransformer>(transformers, _links.Select(link => link.Scope));
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
            => _links.Aggregate(inputSchema, (shape, link) => link.Estimator.GetOutputSchema(shape));

        public EstimatorChain<TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator, TransformerScope scope = TransformerScope.Everything)
            where TNewTrans : class, ITransformer
            => new([.. _links, new EstimatorLink((IEstimator<ITransformer>)Checks.NotNull(estimator, nameof(estimator)), scope, false)]);

        public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
        {
            Checks.NotNull(env, nameof(env));
            Checks.State(_links.Count > 0, "Current estimator chain has no estimator, can't append cache checkpoint.");
            return new([.. _links.SkipLast(1), _links[^1] with { CacheAfter = true }]);
        }
    }

    internal sealed record EstimatorLink(IEstimator<ITransformer> Estimator, TransformerScope Scope, bool CacheAfter);
}

namespace Microsoft.ML
{
    public static class LearningPipelineExtensions
    {
        public static EstimatorChain<TTrans> Append<TTrans>(this IEstimator<ITransformer> start, IEstimator<TTrans> estimator,
            TransformerScope scope = TransformerScope.Everything)
            where TTrans : class, ITransformer
        {
            Checks.NotNull(start, nameof(start));
            Checks.NotNull(estimator, nameof(estimator));
            return new EstimatorChain<ITransformer>().Append(start).Append(estimator, scope);
        }

        public static EstimatorChain<TTrans> AppendCacheCheckpoint<TTrans>(this IEstimator<TTrans> start, IHostEnvironment env)
            where TTrans : class, ITransformer
            => new EstimatorChain<ITransformer>().Append(Checks.NotNull(start, nameof(start))).AppendCacheCheckpoint(env);

        public static TransformerChain<TTrans> Append<TTrans>(this ITransformer start, TTrans transformer) where TTrans : class, ITransformer
            => new TransformerChain<TTrans>(Checks.NotNull(start, nameof(start)), Checks.NotNull(transformer, nameof(transformer)));

        public static IEstimator<TTransformer> WithOnFitDelegate<TTransformer>(this IEstimator<TTransformer> estimator, Action<TTransformer> onFit)
            where TTransformer : class, ITransformer
            => new DelegateEstimator<TTransformer>(Checks.NotNull(estimator, nameof(estimator)), Checks.NotNull(onFit, nameof(onFit)));

        private sealed class DelegateEstimator<TTransformer>(IEstimator<TTransformer> estimator, Action<TTransformer> onFit) : IEstimator<TTransformer>
            where TTransformer : class, ITransformer
        {
            public TTransformer Fit(IDataView input)
            {
                TTransformer transformer = estimator.Fit(input);
                onFit(transformer);
                return transformer;
            }

            public SchemaShape GetOutputSchema(SchemaShape inputSchema) => estimator.GetOutputSchema(inputSchema);
        }
    }
}
