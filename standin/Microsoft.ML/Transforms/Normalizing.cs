using Microsoft.ML.Data;
using Microsoft.ML.Hosting;

namespace Microsoft.ML.Transforms;

public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    private readonly (string Output, string Input)[] _columns;
    private readonly long _maximumExampleCount;
    private readonly bool _fixZero;
    private readonly bool _meanVariance;

    internal NormalizingEstimator((string Output, string Input)[] columns, long maximumExampleCount, bool fixZero, bool meanVariance)
    {
        Checks.Param(maximumExampleCount > 1, nameof(maximumExampleCount), "Must be greater than 1");
        _columns = columns;
        _maximumExampleCount = maximumExampleCount;
        _fixZero = fixZero;
        _meanVariance = meanVariance;
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        Checks.NotNull(input, nameof(input));
        DataViewSchema.Column[] columns = Array.ConvertAll(_columns, pair => input.Schema.GetColumnOrNull(pair.Input)
            ?? throw Checks.MissingColumn("data", "input", pair.Input));
        var statistics = columns.Select(column => new SlotStatistics(column)).ToArray();
        using (DataViewRowCursor cursor = input.GetRowCursor(columns))
        {
            Action[] read = Array.ConvertAll(statistics, s => s.Bind(cursor));
            for (long row = 0; row < _maximumExampleCount && cursor.MoveNext(); row++)
                Array.ForEach(read, action => action());
        }
        return new NormalizingTransformer(_columns, Array.ConvertAll(statistics, s => s.ToAffine(_meanVariance, _fixZero)));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        => Checks.NotNull(inputSchema, nameof(inputSchema)).With(_columns.Select(pair =>
        {
            if (!inputSchema.TryFindColumn(pair.Input, out SchemaShape.Column input))
                throw Checks.MissingColumn(nameof(inputSchema), "input", pair.Input);
            if (input.Kind == SchemaShape.Column.VectorKind.VariableVector)
                throw Checks.SchemaMismatch(nameof(inputSchema), "input", pair.Input, "known-size vector or scalar", input.TypeName);
            if (input.ItemType != NumberDataViewType.Single && input.ItemType != NumberDataViewType.Double)
                throw Checks.SchemaMismatch(nameof(inputSchema), "input", pair.Input, "vector or scalar of Single or Double", input.TypeName);
            var annotations = new List<SchemaShape.Column> { new(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance) };
            if (input.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out SchemaShape.Column slots))
                annotations.Add(slots);
            return new SchemaShape.Column(pair.Output, input.Kind, input.ItemType, false, new SchemaShape(annotations));
        }));

    /// <summary>Minimum, maximum, mean and variance of each slot of a column; NaN does not count.</summary>
    private sealed class SlotStatistics
    {
        private readonly DataViewSchema.Column _column;
        private readonly long[] _count;
        private readonly double[] _minimum;
        private readonly double[] _maximum;
        private readonly double[] _mean;
        private readonly double[] _squares;

        public SlotStatistics(DataViewSchema.Column column)
        {
            if (column.Type.Item() != NumberDataViewType.Single && column.Type.Item() != NumberDataViewType.Double)
                throw Checks.SchemaMismatch("data", "input", column.Name, "vector or scalar of Single or Double", column.Type.ToString());
            int size = (column.Type as VectorDataViewType)?.Size ?? 1;
            if (size == 0)
                throw Checks.SchemaMismatch("data", "input", column.Name, "known-size vector or scalar", column.Type.ToString());
            _column = column;
            _count = new long[size];
            _mean = new double[size];
            _squares = new double[size];
            _minimum = Enumerable.Repeat(double.PositiveInfinity, size).ToArray();
            _maximum = Enumerable.Repeat(double.NegativeInfinity, size).ToArray();
        }

        public Action Bind(DataViewRow row) => Generic.Call<Action>(BindCore<int>, _column.Type.Item().RawType, row);

        public Affine ToAffine(bool meanVariance, bool fixZero)
        {
            var scale = new double[_count.Length];
            var offset = new double[_count.Length];
            for (int i = 0; i < scale.Length; i++)
                (scale[i], offset[i]) = meanVariance ? MeanVariance(i, fixZero) : MinMax(i, fixZero);
            return new Affine(_column.Type, scale, offset);
        }

        // A constant slot becomes 0.
        private (double Scale, double Offset) MinMax(int slot, bool fixZero)
        {
            double minimum = _minimum[slot], maximum = _maximum[slot];
            if (!(maximum > minimum))
                return (0, 0);
            return fixZero ? (1 / Math.Max(Math.Abs(maximum), Math.Abs(minimum)), 0) : (1 / (maximum - minimum), minimum);
        }

        private (double Scale, double Offset) MeanVariance(int slot, bool fixZero)
        {
            double variance = _count[slot] > 0 ? _squares[slot] / _count[slot] : 0;
            if (variance == 0)
                return (0, 0);
            return fixZero ? (1 / Math.Sqrt(variance + (_mean[slot] * _mean[slot])), 0) : (1 / Math.Sqrt(variance), _mean[slot]);
        }

        private Action BindCore<T>(DataViewRow row)
        {
            Func<T, double> number = ValueConverter<T, double>.Convert;
            if (_column.Type is not VectorDataViewType)
            {
                ValueGetter<T> scalarGetter = row.GetGetter<T>(_column);
                T scalar = default;
                return () =>
                {
                    scalarGetter(ref scalar);
                    Add(0, number(scalar));
                };
            }
            ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(_column);
            VBuffer<T> vector = default, dense = default;
            return () =>
            {
                getter(ref vector);
                vector.CopyToDense(ref dense);
                Checks.State(dense.Length == _count.Length, $"Normalizer expected {_count.Length} slots but got {dense.Length}");
                ReadOnlySpan<T> values = dense.GetValues();
                for (int i = 0; i < values.Length; i++)
                    Add(i, number(values[i]));
            };
        }

        // Welford's update.
        private void Add(int slot, double value)
        {
            if (double.IsNaN(value))
                return;
            _count[slot]++;
            _minimum[slot] = Math.Min(_minimum[slot], value);
            _maximum[slot] = Math.Max(_maximum[slot], value);
            double difference = value - _mean[slot];
            _mean[slot] += difference / _count[slot];
            _squares[slot] += difference * (value - _mean[slot]);
        }
    }
}

/// <summary>(x - offset) * scale for each slot of a column of a type.</summary>
internal sealed record Affine(DataViewType Type, double[] Scale, double[] Offset)
{
    private readonly bool _hasOffset = Array.Exists(Offset, value => value != 0);

    public Delegate CreateGetter(DataViewRow row, DataViewSchema.Column input)
        => Type.Item() == NumberDataViewType.Single
            ? CreateGetter(row, input, Array.ConvertAll(Scale, value => (float)value), Array.ConvertAll(Offset, value => (float)value))
            : CreateGetter(row, input, Scale, Offset);

    private Delegate CreateGetter<T>(DataViewRow row, DataViewSchema.Column input, T[] scale, T[] offset) where T : System.Numerics.INumber<T>
    {
        if (input.Type is not VectorDataViewType)
            return ItemMapping.Getter<T, T>(row, input, value => (value - offset[0]) * scale[0]);
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(input);
        VBuffer<T> source = default;
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> result) =>
        {
            getter(ref source);
            Checks.State(source.Length == scale.Length, $"Normalizer expected {scale.Length} slots but got {source.Length}");
            // Without offsets what is sparse stays so.
            if (_hasOffset)
                source.CopyToDense(ref result);
            else
                source.CopyTo(ref result);
            var editor = VBufferEditor.CreateFromBuffer(ref result);
            ReadOnlySpan<int> indices = result.GetIndices();
            for (int i = 0; i < editor.Values.Length; i++)
            {
                int slot = result.IsDense ? i : indices[i];
                editor.Values[i] = (editor.Values[i] - offset[slot]) * scale[slot];
            }
            result = editor.Commit();
        });
    }
}

public sealed class NormalizingTransformer : OneToOneTransformerBase
{
    internal const string Loader = "Normalize";
    private const int Version = 1;

    private readonly Affine[] _functions;

    internal NormalizingTransformer((string Output, string Input)[] columns, Affine[] functions) : base(columns) => _functions = functions;

    private protected override BoundColumn Bind(DataViewSchema.Column input, int pair)
    {
        Affine function = _functions[pair];
        if (!input.Type.Equals(function.Type))
            throw Checks.SchemaMismatch("inputSchema", "input", input.Name, function.Type.ToString(), input.Type.ToString());
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        annotations.Add(input.Annotations, name => name == AnnotationKinds.SlotNames);
        return new(input.Type, annotations.ToAnnotations(), row => function.CreateGetter(row, input));
    }

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.BeginModel(Loader, Version);
        SaveColumns(ctx.Writer);
        foreach (Affine function in _functions)
        {
            ctx.Writer.Write(function.Type);
            ctx.Writer.WriteValues<double>(function.Scale);
            ctx.Writer.WriteValues<double>(function.Offset);
        }
    }

    internal static ITransformer Load(HostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckVersion(ctx.Reader.ReadInt32(), Version);
        (string, string)[] columns = LoadColumns(ctx.Reader);
        return new NormalizingTransformer(columns, columns.Select(_ => new Affine(ctx.Reader.ReadType(),
            ctx.Reader.ReadValues<double>(), ctx.Reader.ReadValues<double>())).ToArray());
    }
}
