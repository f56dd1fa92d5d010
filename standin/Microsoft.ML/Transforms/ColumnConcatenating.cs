using Microsoft.ML.Data;
using Microsoft.ML.Hosting;

namespace Microsoft.ML.Transforms
{
    public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
    {
        private readonly string _name;
        private readonly string[] _sources;

        internal ColumnConcatenatingEstimator(string name, string[] sources)
        {
            _name = Checks.NotEmpty(name, "outputColumnName");
            _sources = Checks.NotNull(sources, "inputColumnNames");
            Checks.Param(sources.Length > 0 && !sources.Any(string.IsNullOrEmpty), "inputColumnNames", "Input columns not specified");
        }

        public ColumnConcatenatingTransformer Fit(IDataView input)
        {
            Checks.NotNull(input, nameof(input));
            return new ColumnConcatenatingTransformer(_name, _sources);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            DataViewType itemType = null;
            bool variable = false, named = false, normalized = true;
            foreach (string source in _sources)
            {
                if (!Checks.NotNull(inputSchema, nameof(inputSchema)).TryFindColumn(source, out SchemaShape.Column column))
                    throw Checks.MissingColumn(nameof(inputSchema), "input", source);
                itemType ??= column.ItemType;
                Checks.State(!column.IsKey, $"Column '{source}' is key. Concatenation of keys is unsupported.");
                Checks.State(column.ItemType.Equals(itemType), $"Concatenated columns should have the same type. Column '{source}' has type of " +
                    $"{column.ItemType}, but expected column type is {itemType}.");
                variable |= column.Kind == SchemaShape.Column.VectorKind.VariableVector;
                named |= column.Kind == SchemaShape.Column.VectorKind.Scalar || column.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out _);
                normalized &= column.Annotations.TryFindColumn(AnnotationKinds.IsNormalized, out _);
            }
            var annotations = new List<SchemaShape.Column>();
            if (normalized)
                annotations.Add(new SchemaShape.Column(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance));
            if (named)
                annotations.Add(new SchemaShape.Column(AnnotationKinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false));
            SchemaShape.Column.VectorKind kind = variable ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector;
            return inputSchema.With([new SchemaShape.Column(_name, kind, itemType, false, new SchemaShape(annotations))]);
        }
    }
}

namespace Microsoft.ML.Data
{
    public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
    {
        internal const string Loader = "Concatenate";
        private const int Version = 1;

        private readonly string _name;
        private readonly string[] _sources;

        internal ColumnConcatenatingTransformer(string name, string[] sources)
        {
            _name = name;
            _sources = sources;
        }

        private protected override IRowMapper MakeMapper(DataViewSchema inputSchema) => new Mapper(inputSchema, _name, _sources);

        private protected override void Save(ModelSaveContext ctx)
        {
            ctx.BeginModel(Loader, Version);
            ctx.Writer.Write(_name);
            ctx.Writer.WriteStrings(_sources);
        }

        internal static ITransformer Load(HostEnvironment env, ModelLoadContext ctx)
        {
            ctx.CheckVersion(ctx.Reader.ReadInt32(), Version);
            return new ColumnConcatenatingTransformer(ctx.Reader.ReadString(), ctx.Reader.ReadStrings());
        }

        private sealed class Mapper : IRowMapper
        {
            private readonly DataViewSchema.Column[] _inputs;
            private readonly PrimitiveDataViewType _itemType;

            public Mapper(DataViewSchema schema, string name, string[] sources)
            {
                _inputs = Array.ConvertAll(sources, source => schema.GetColumnOrNull(source)
                    ?? throw Checks.MissingColumn("inputSchema", "input", source));
                _itemType = _inputs[0].Type.Item();
                int size = 0;
                bool known = true;
                foreach (DataViewSchema.Column input in _inputs)
                {
                    if (!input.Type.Item().Equals(_itemType))
                        throw Checks.SchemaMismatch("inputSchema", "input", input.Name, _itemType.ToString(), input.Type.ToString());
                    int inputSize = (input.Type as VectorDataViewType)?.Size ?? 1;
                    known &= inputSize > 0;
                    size += inputSize;
                }
                OutputColumns = [_inputs is [{ Type: VectorDataViewType }]
                    ? new DataViewSchema.DetachedColumn(name, _inputs[0].Type, _inputs[0].Annotations)
                    : new DataViewSchema.DetachedColumn(name, new VectorDataViewType(_itemType, known ? size : 0), CreateAnnotations(known ? size : 0))];
            }

            public DataViewSchema.DetachedColumn[] OutputColumns { get; }

            public IEnumerable<int> GetDependencies(bool[] activeOutputs) => activeOutputs[0] ? _inputs.Select(input => input.Index) : [];

            public Delegate[] CreateGetters(DataViewRow input, bool[] activeOutputs)
                => [activeOutputs[0] ? Generic.Call<Delegate>(CreateGetter<int>, _itemType.RawType, input) : null];

            private DataViewSchema.Annotations CreateAnnotations(int size)
            {
                var builder = new DataViewSchema.Annotations.Builder();
                if (_itemType is NumberDataViewType && _inputs.All(input => input.IsNormalized()))
                    builder.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
                if (size > 0 && _inputs.Any(input => input.Type is not VectorDataViewType || input.HasSlotNames()))
                {
                    var type = new VectorDataViewType(TextDataViewType.Instance, size);
                    builder.Add<VBuffer<ReadOnlyMemory<char>>>(AnnotationKinds.SlotNames, type, GetSlotNames);
                }
                return builder.ToAnnotations();
            }

            private void GetSlotNames(ref VBuffer<ReadOnlyMemory<char>> names)
            {
                var all = new List<ReadOnlyMemory<char>>();
                foreach (DataViewSchema.Column input in _inputs)
                {
                    VBuffer<ReadOnlyMemory<char>> own = default;
                    if (input.Type is not VectorDataViewType vector)
                        all.Add(input.Name.AsMemory());
                    else if (!input.HasSlotNames())
                        all.AddRange(Enumerable.Repeat(ReadOnlyMemory<char>.Empty, vector.Size));
                    else
                    {
                        input.GetSlotNames(ref own);
                        all.AddRange(own.DenseValues().Select(name => name.IsEmpty ? name : $"{input.Name}.{name}".AsMemory()));
                    }
                }
                names = new VBuffer<ReadOnlyMemory<char>>(all.Count, [.. all]);
            }

            private Delegate CreateGetter<T>(DataViewRow row)
            {
                if (_inputs is [{ Type: VectorDataViewType }])
                    return row.GetGetter<VBuffer<T>>(_inputs[0]);
                var parts = new ValueGetter<VBuffer<T>>[_inputs.Length];
                for (int i = 0; i < parts.Length; i++)
                    parts[i] = _inputs[i].Type is VectorDataViewType ? row.GetGetter<VBuffer<T>>(_inputs[i]) : ScalarPart(row.GetGetter<T>(_inputs[i]));
                var values = new VBuffer<T>[parts.Length];
                return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> result) =>
                {
                    int length = 0, count = 0;
                    for (int i = 0; i < parts.Length; i++)
                    {
                        parts[i](ref values[i]);
                        CheckSize(i, values[i].Length);
                        length += values[i].Length;
                        count += values[i].GetValues().Length;
                    }
                    if (count <= length / 2)
                        JoinSparse(values, length, count, ref result);
                    else
                        JoinDense(values, length, ref result);
                });
            }

            private static void JoinDense<T>(VBuffer<T>[] parts, int length, ref VBuffer<T> result)
            {
                var editor = VBufferEditor.Create(ref result, length);
                int at = 0;
                foreach (VBuffer<T> part in parts)
                {
                    part.CopyTo(editor.Values.Slice(at, part.Length));
                    at += part.Length;
                }
                result = editor.Commit();
            }

            private static void JoinSparse<T>(VBuffer<T>[] parts, int length, int count, ref VBuffer<T> result)
            {
                var editor = VBufferEditor.Create(ref result, length, count);
                int offset = 0, at = 0;
                foreach (VBuffer<T> part in parts)
                {
                    ReadOnlySpan<T> values = part.GetValues();
                    ReadOnlySpan<int> indices = part.GetIndices();
                    for (int i = 0; i < values.Length; i++, at++)
                    {
                        editor.Values[at] = values[i];
                        editor.Indices[at] = offset + (part.IsDense ? i : indices[i]);
                    }
                    offset += part.Length;
                }
                result = editor.Commit();
            }

            private void CheckSize(int input, int length)
                => Checks.State(_inputs[input].Type is not VectorDataViewType { IsKnownSize: true } vector || vector.Size == length,
                    $"Column '{_inputs[input].Name}': expected {(_inputs[input].Type as VectorDataViewType)?.Size} slots, but got {length}");

            private static ValueGetter<VBuffer<T>> ScalarPart<T>(ValueGetter<T> getter) => (ref VBuffer<T> value) =>
            {
                var editor = VBufferEditor.Create(ref value, 1);
                getter(ref editor.Values[0]);
                value = editor.Commit();
            };
        }
    }
}
