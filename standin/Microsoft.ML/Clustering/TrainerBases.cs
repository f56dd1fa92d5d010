using Microsoft.ML.Runtime;

namespace Microsoft.ML
{
    public sealed class TrainerInfo
    {
        internal TrainerInfo(bool needNormalization, bool wantCaching)
        {
            NeedNormalization = needNormalization;
            WantCaching = wantCaching;
        }

        public bool NeedNormalization { get; }

        public bool WantCaching { get; }
    }
}

namespace Microsoft.ML.Trainers
{
    public abstract class TrainerInputBase
    {
        public string FeatureColumnName = "Features";

        private protected TrainerInputBase() { }
    }

    public abstract class UnsupervisedTrainerInputBaseWithWeight : TrainerInputBase
    {
        public string ExampleWeightColumnName;

        private protected UnsupervisedTrainerInputBaseWithWeight() { }
    }

    public abstract class ModelParametersBase<TOutput> : ICanSaveModel
    {
        private protected ModelParametersBase() { }

        void ICanSaveModel.Save(ModelSaveContext ctx) => Save(ctx);

        private protected abstract void Save(ModelSaveContext ctx);
    }

    public interface ITrainerEstimator<out TTransformer, out TModel> : IEstimator<TTransformer>
        where TTransformer : IPredictionTransformer<TModel>
        where TModel : class
    {
        TrainerInfo Info { get; }
    }

    public abstract class TrainerEstimatorBase<TTransformer, TModel> : ITrainerEstimator<TTransformer, TModel>
        where TTransformer : ISingleFeaturePredictionTransformer<TModel>
        where TModel : class
    {
        public readonly SchemaShape.Column FeatureColumn;
        public readonly SchemaShape.Column LabelColumn;
        public readonly SchemaShape.Column WeightColumn;

        private protected TrainerEstimatorBase(IHost host, SchemaShape.Column feature, SchemaShape.Column weight)
        {
            Host = host;
            FeatureColumn = feature;
            WeightColumn = weight;
        }

        public abstract TrainerInfo Info { get; }

        private protected IHost Host { get; }

        public TTransformer Fit(IDataView input)
        {
            CheckInputSchema(SchemaShape.Create(Checks.NotNull(input, nameof(input)).Schema));
            return Train(input);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            CheckInputSchema(Checks.NotNull(inputSchema, nameof(inputSchema)));
            return inputSchema.With(OutputColumns());
        }

        private protected abstract TTransformer Train(IDataView input);

        private protected abstract SchemaShape.Column[] OutputColumns();

        private void CheckInputSchema(SchemaShape inputSchema)
        {
            Check("feature", FeatureColumn);
            Check("weight", WeightColumn);

            void Check(string role, SchemaShape.Column expected)
            {
                if (!expected.IsValid)
                    return;
                if (!inputSchema.TryFindColumn(expected.Name, out SchemaShape.Column column))
                    throw Checks.MissingColumn(nameof(inputSchema), role, expected.Name);
                if (!expected.IsCompatibleWith(column))
                    throw Checks.SchemaMismatch(nameof(inputSchema), role, expected.Name, expected.TypeName, column.TypeName);
            }
        }
    }
}
