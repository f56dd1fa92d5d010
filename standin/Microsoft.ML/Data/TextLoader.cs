using System.Reflection;
using Microsoft.ML.Hosting;

namespace Microsoft.ML.Data;

/// <summary>Reads files of separated values.</summary>
public sealed partial class TextLoader : IDataLoader<IMultiStreamSource>
{
    private readonly HostEnvironment _environment;
    private readonly Options _options;
    private readonly DataViewSchema _schema;

    internal TextLoader(HostEnvironment environment, Options options)
    {
        _environment = environment;
        _options = options;
        Checks.Param(options.Columns is { Length: > 0 }, nameof(options.Columns), "Columns must be specified");
        if (options.AllowSparse)
            throw new NotSupportedException("The stand-in for ML.NET reads no sparse text files.");
        _schema = Columns.ToSchema(options.Columns.Select(column => new DataViewSchema.DetachedColumn(column.Name, ColumnType(column))));
    }

    public IDataView Load(IMultiStreamSource source) => new View(this, Checks.NotNull(source, nameof(source)));

    public DataViewSchema GetOutputSchema() => _schema;

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("The stand-in for ML.NET saves no text loaders.");

    internal static Column[] ColumnsOf(Type type)
    {
        IEnumerable<MemberInfo> fields = type.GetFields(BindingFlags.Public | BindingFlags.Instance);
        IEnumerable<MemberInfo> properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetGetMethod() is not null && property.GetIndexParameters().Length == 0);
        return fields.Concat(properties).Select(member =>
        {
            LoadColumnAttribute source = member.GetCustomAttribute<LoadColumnAttribute>() ?? throw new InvalidOperationException(
                $"{(member is FieldInfo ? "Field" : "Property")} '{member.Name}' is missing the {nameof(LoadColumnAttribute)} attribute");
            PrimitiveDataViewType item = Types.Primitive(UserMember.ItemType(member, out _));
            return new Column
            {
                Name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name,
                DataKind = Enum.GetValues<DataKind>().First(kind => kind != DataKind.DateTimeOffset && Types.Primitive(kind) == item),
                Source = source.Sources,
                KeyCount = member.GetCustomAttribute<KeyTypeAttribute>() is { } key ? new KeyCount(key.Count) : null,
            };
        }).ToArray();
    }

    private DataViewType ColumnType(Column column)
    {
        Checks.Param(column.Source is { Length: > 0 }, nameof(column.Source), "Must specify some source column indices");
        PrimitiveDataViewType item = Types.Primitive(column.DataKind == default ? DataKind.Single : column.DataKind);
        if (column.KeyCount is not null)
            item = new KeyDataViewType(item.RawType, column.KeyCount.Count ?? KeyDataViewType.MaximumOf(item.RawType));
        Checks.Param(column.Source.All(range => range.Max is not null), nameof(Range.Max), "The stand-in for ML.NET needs ranges with an end.");
        int size = column.Source.Sum(range => range.Max.Value - range.Min + 1);
        return size == 1 && !column.Source[0].ForceVector ? item : new VectorDataViewType(item, size);
    }

    public class Options
    {
        public bool AllowQuoting;
        public bool AllowSparse;
        public Column[] Columns;
        public bool HasHeader;
        public bool MissingRealsAsNaNs;
        public char[] Separators = ['\t'];
        public bool TrimWhitespace;
    }

    public sealed class Column
    {
        public KeyCount KeyCount;
        public string Name;
        public Range[] Source;

        public Column() { }

        public Column(string name, DataKind dataKind, int index) : this(name, dataKind, [new Range(index)]) { }

        public Column(string name, DataKind dataKind, int minIndex, int maxIndex) : this(name, dataKind, [new Range(minIndex, maxIndex)]) { }

        public Column(string name, DataKind dataKind, Range[] source, KeyCount keyCount = null)
        {
            Name = Checks.NotEmpty(name, nameof(name));
            DataKind = dataKind;
            Source = Checks.NotNull(source, nameof(source));
            KeyCount = keyCount;
        }

        public DataKind DataKind { get; set; }
    }

    public sealed class Range
    {
        public bool ForceVector;
        public int? Max;
        public int Min;

        public Range() { }

        public Range(int index)
        {
            Checks.Param(index >= 0, nameof(index), "Must be non-negative");
            Min = index;
            Max = index;
        }

        public Range(int min, int? max)
        {
            Checks.Param(min >= 0, nameof(min), "Must be non-negative");
            Checks.Param(!(max < min), nameof(max), "If specified, must be greater than or equal to min");
            Min = min;
            Max = max;
            ForceVector = true;
        }
    }
}

public sealed class KeyCount
{
    public ulong? Count;

    public KeyCount() { }

    public KeyCount(ulong count)
    {
        Checks.Param(count > 0, nameof(count), "Must be positive");
        Count = count;
    }
}
