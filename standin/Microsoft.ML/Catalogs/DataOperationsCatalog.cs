using Microsoft.ML.Data;
using Microsoft.ML.Hosting;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class DataOperationsCatalog : IInternalCatalog
{
    private readonly HostEnvironment _environment;

    internal DataOperationsCatalog(HostEnvironment environment) => _environment = environment;

    IHostEnvironment IInternalCatalog.Environment => _environment;

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition schemaDefinition = null) where TRow : class
        => new EnumerableView<TRow>(Checks.NotNull(data, nameof(data)), new ObjectReader<TRow>(schemaDefinition));

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema) where TRow : class
        => new EnumerableView<TRow>(Checks.NotNull(data, nameof(data)), new ObjectReader<TRow>(CreateDefinition<TRow>(Checks.NotNull(schema, nameof(schema)))));

    public IEnumerable<TRow> CreateEnumerable<TRow>(IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false,
        SchemaDefinition schemaDefinition = null)
        where TRow : class, new()
    {
        Checks.NotNull(data, nameof(data));
        return Rows(data, new ObjectWriter<TRow>(data.Schema, ignoreMissingColumns, schemaDefinition), reuseRowObject);

        static IEnumerable<TRow> Rows(IDataView data, ObjectWriter<TRow> writer, bool reuseRowObject)
        {
            using DataViewRowCursor cursor = data.GetRowCursor(writer.Columns);
            Action<TRow> fill = writer.Bind(cursor);
            TRow row = null;
            while (cursor.MoveNext())
            {
                row = reuseRowObject && row is not null ? row : new TRow();
                fill(row);
                yield return row;
            }
        }
    }

    public IDataView Cache(IDataView input, params string[] columnsToPrefetch) => new CacheView(Checks.NotNull(input, nameof(input)), columnsToPrefetch);

    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        Checks.Param(shufflePoolSize > 0, nameof(shufflePoolSize), "Must be positive");
        return new ShuffleView(Checks.NotNull(input, nameof(input)), seed ?? _environment.Register("Shuffle").Rand.Next(), shufflePoolSize, shuffleSource);
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        Checks.Param(count > 0, nameof(count), "Must be greater than zero.");
        return new SkipTakeView(Checks.NotNull(input, nameof(input)), count, long.MaxValue);
    }

    public IDataView TakeRows(IDataView input, long count)
    {
        Checks.Param(count > 0, nameof(count), "Must be greater than zero.");
        return new SkipTakeView(Checks.NotNull(input, nameof(input)), 0, count);
    }

    public IDataView FilterRowsByMissingValues(IDataView input, params string[] columns)
    {
        Checks.Param(columns is { Length: > 0 }, nameof(columns));
        DataViewSchema.Column[] tested = Array.ConvertAll(columns, name => Checks.NotNull(input, nameof(input)).Schema.GetColumnOrNull(name)
            ?? throw Checks.MissingColumn(nameof(input), "source", name));
        return new FilterView(input, tested, row =>
        {
            Func<bool>[] missing = Array.ConvertAll(tested, column => MissingTest.Bind(row, column));
            return () => !Array.Exists(missing, test => test());
        }, inOrder: false);
    }

    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        Checks.NotNull(data, nameof(data));
        Checks.Param(0 < testFraction && testFraction < 1, nameof(testFraction), "Must be between 0 and 1 exclusive");
        // Without any seed the split is the same every time, as in ML.NET.
        int seedUsed = seed ?? _environment.Seed ?? 42;
        if (samplingKeyColumnName is null)
        {
            return Split(inOrder: true, [], _ =>
            {
                var random = new Random(seedUsed);
                return () => random.NextDouble();
            });
        }
        DataViewSchema.Column key = data.Schema.GetColumnOrNull(samplingKeyColumnName)
            ?? throw Checks.MissingColumn("samplingKeyColumn", "SamplingKeyColumn", samplingKeyColumnName);
        return Split(inOrder: false, [key], row => HashFraction.Bind(row, key, seedUsed));

        TrainTestData Split(bool inOrder, DataViewSchema.Column[] columns, Func<DataViewRow, Func<double>> fraction)
        {
            IDataView Part(bool test) => new FilterView(data, columns, row =>
            {
                Func<double> next = fraction(row);
                return () => next() < testFraction == test;
            }, inOrder);
            return new TrainTestData(Part(test: false), Part(test: true));
        }
    }

    /// <summary>The definition of a class's columns with the types and annotations of a schema.</summary>
    internal static SchemaDefinition CreateDefinition<TRow>(DataViewSchema schema)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read);
        foreach (DataViewSchema.Column column in schema)
        {
            SchemaDefinition.Column own = definition[column.Name] ?? throw new InvalidOperationException($"Type should contain a member named {column.Name}");
            own.ColumnType = column.Type;
            own.SetAnnotations(column.Annotations);
        }
        return definition;
    }

    public struct TrainTestData
    {
        public readonly IDataView TrainSet;
        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet)
        {
            TrainSet = trainSet;
            TestSet = testSet;
        }
    }
}
