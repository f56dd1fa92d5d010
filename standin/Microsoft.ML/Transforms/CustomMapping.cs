using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Hosting;
using Microsoft.ML.Transforms;

namespace Microsoft.ML
{
    public static class CustomMappingCatalog
    {
        public static CustomMappingEstimator<TSrc, TDst> CustomMapping<TSrc, TDst>(this TransformsCatalog catalog, Action<TSrc, TDst> mapAction,
            string contractName, SchemaDefinition inputSchemaDefinition = null, SchemaDefinition outputSchemaDefinition = null)
            where TSrc : class, new()
            where TDst : class, new()
            => new(new CustomMappingTransformer<TSrc, TDst>(mapAction, contractName, inputSchemaDefinition, outputSchemaDefinition));
    }
}

namespace Microsoft.ML.Transforms
{
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class CustomMappingFactoryAttributeAttribute : ExtensionBaseAttribute
    {
        public CustomMappingFactoryAttributeAttribute(string contractName) : base(contractName) { }
    }

    /// <summary>Makes the mapping of a contract, so that a saved model finds it again.</summary>
    public abstract class CustomMappingFactory<TSrc, TDst> : ICustomMappingFactory
        where TSrc : class, new()
        where TDst : class, new()
    {
        public abstract Action<TSrc, TDst> GetMapping();

        ITransformer ICustomMappingFactory.CreateTransformer(string contractName)
            => new CustomMappingTransformer<TSrc, TDst>(GetMapping(), contractName, null, null);
    }

    internal interface ICustomMappingFactory
    {
        ITransformer CreateTransformer(string contractName);
    }

    /// <summary>How a mapping is stored: its contract and the assembly that holds it.</summary>
    internal static class CustomMapping
    {
        public const string Loader = "CustomMapping";
        private const int Version = 1;

        public static void Save(ModelSaveContext ctx, string contractName, string assembly)
        {
            Checks.State(contractName is not null, "Empty contract name for a transform: the transform cannot be saved");
            ctx.BeginModel(Loader, Version);
            ctx.Writer.Write(contractName);
            ctx.Writer.Write(assembly);
        }

        public static ITransformer Load(HostEnvironment env, ModelLoadContext ctx)
        {
            ctx.CheckVersion(ctx.Reader.ReadInt32(), Version);
            string contractName = ctx.Reader.ReadString();
            env.ComponentCatalog.RegisterAssembly(Assembly.Load(ctx.Reader.ReadString()));
            object factory = env.ComponentCatalog.CreateExtension(typeof(CustomMappingFactoryAttributeAttribute), contractName);
            Checks.State(factory is ICustomMappingFactory,
                $"The class with contract '{contractName}' must derive from '{typeof(CustomMappingFactory<,>).FullName}'.");
            return ((ICustomMappingFactory)factory).CreateTransformer(contractName);
        }
    }

    public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
        where TSrc : class, new()
        where TDst : class, new()
    {
        internal CustomMappingEstimator(CustomMappingTransformer<TSrc, TDst> transformer) : base(transformer) { }

        public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            foreach (UserMember member in UserMember.Bind(typeof(TSrc), Transformer.InputSchemaDefinition, SchemaDefinition.Direction.Both))
            {
                if (!inputSchema.TryFindColumn(member.ColumnName, out SchemaShape.Column column))
                    throw Checks.MissingColumn(nameof(inputSchema), "input", member.ColumnName);
                var expected = new SchemaShape.Column(member.ColumnName, member.ColumnType);
                bool kindFits = expected.Kind == column.Kind
                    || (expected.Kind == SchemaShape.Column.VectorKind.VariableVector && column.Kind == SchemaShape.Column.VectorKind.Vector);
                if (!expected.ItemType.Equals(column.ItemType) || expected.IsKey != column.IsKey || !kindFits)
                    throw Checks.SchemaMismatch(nameof(inputSchema), "input", member.ColumnName, member.ColumnType.ToString(), column.TypeName);
            }
            return inputSchema.With(SchemaShape.Create(Columns.ToSchema(Transformer.AddedColumns)));
        }
    }

    public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer
        where TSrc : class, new()
        where TDst : class, new()
    {
        private readonly Action<TSrc, TDst> _mapAction;
        private readonly string _contractName;
        private readonly ObjectReader<TDst> _output;

        internal CustomMappingTransformer(Action<TSrc, TDst> mapAction, string contractName, SchemaDefinition input, SchemaDefinition output)
        {
            _mapAction = Checks.NotNull(mapAction, nameof(mapAction));
            _contractName = contractName;
            InputSchemaDefinition = input;
            _output = new ObjectReader<TDst>(UserMember.Bind(typeof(TDst), output, SchemaDefinition.Direction.Write));
        }

        bool ITransformer.IsRowToRowMapper => true;

        internal SchemaDefinition InputSchemaDefinition { get; }

        internal DataViewSchema.DetachedColumn[] AddedColumns => _output.OutputColumns;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => View(inputSchema).Schema;

        public IDataView Transform(IDataView input)
        {
            Checks.NotNull(input, nameof(input));
            return new RowMapperView(input, new Mapper(this, input.Schema));
        }

        IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => View(inputSchema);

        void ICanSaveModel.Save(ModelSaveContext ctx) => CustomMapping.Save(ctx, _contractName, _mapAction.Method.DeclaringType.Assembly.FullName);

        private RowMapperView View(DataViewSchema inputSchema)
        {
            Checks.NotNull(inputSchema, nameof(inputSchema));
            return new RowMapperView(new EmptyView(inputSchema), new Mapper(this, inputSchema));
        }

        private sealed class Mapper(CustomMappingTransformer<TSrc, TDst> parent, DataViewSchema inputSchema) : IRowMapper
        {
            private readonly ObjectWriter<TSrc> _input = new(inputSchema, false, parent.InputSchemaDefinition);

            public DataViewSchema.DetachedColumn[] OutputColumns => parent.AddedColumns;

            public IEnumerable<int> GetDependencies(bool[] activeOutputs)
                => activeOutputs.Contains(true) ? _input.Columns.Select(column => column.Index) : [];

            // The mapping runs once a row, whichever of its columns are read and how often. Each cursor has objects of its own.
            public Delegate[] CreateGetters(DataViewRow input, bool[] activeOutputs)
            {
                if (!activeOutputs.Contains(true))
                    return new Delegate[activeOutputs.Length];
                Action<TSrc> fill = _input.Bind(input);
                TSrc source = new();
                TDst destination = new();
                long mapped = -1;
                return activeOutputs.Select((active, i) => active ? parent._output.CreateGetter(i, Current) : null).ToArray();

                TDst Current()
                {
                    if (mapped != input.Position)
                    {
                        fill(source);
                        parent._mapAction(source, destination);
                        mapped = input.Position;
                    }
                    return destination;
                }
            }
        }
    }
}
