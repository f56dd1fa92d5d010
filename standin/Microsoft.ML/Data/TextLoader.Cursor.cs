using System.Globalization;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public sealed partial class TextLoader
{
    private sealed class View(TextLoader loader, IMultiStreamSource files) : IDataView
    {
        public bool CanShuffle => false;

        public DataViewSchema Schema => loader._schema;

        public long? GetRowCount() => null;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
            => new Cursor(loader, files, Columns.Active(Schema, columnsNeeded));

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
            => [GetRowCursor(columnsNeeded, rand)];
    }

    private sealed class Cursor : RootCursor
    {
        private readonly Options _options;
        private readonly IMultiStreamSource _files;
        private readonly IChannel _channel;
        private readonly ColumnReader[] _readers;
        private readonly List<ReadOnlyMemory<char>> _fields = [];
        private TextReader _reader;
        private int _file = -1;
        private long _line;

        public Cursor(TextLoader loader, IMultiStreamSource files, bool[] active) : base(loader._schema, active)
        {
            _files = files;
            _options = loader._options;
            _channel = loader._environment.Start("TextLoader");
            _readers = loader._schema.Select(column => active[column.Index] ? ColumnReader.Create(column, _options) : null).ToArray();
        }

        protected override bool MoveNextCore()
        {
            if (ReadLine() is not { } line)
                return false;
            SplitFields(line);
            foreach (ColumnReader reader in _readers)
                reader?.Read(_fields, _line, _channel);
            return true;
        }

        protected override Delegate CreateGetter(DataViewSchema.Column column) => _readers[column.Index].CreateGetter(CheckGood);

        // Empty lines and comments do not count; nor do the lines at the start of a file that begin with #.
        private string ReadLine()
        {
            while (true)
            {
                bool atStart = _reader is null;
                if (atStart)
                {
                    if (++_file == _files.Count)
                        return null;
                    _reader = _files.OpenTextReader(_file);
                    _line = 0;
                }
                bool skipHeader = atStart && _options.HasHeader;
                while (_reader.ReadLine() is { } line)
                {
                    _line++;
                    if (line.Length == 0 || line.StartsWith("//", StringComparison.Ordinal) || (atStart && line[0] == '#'))
                        continue;
                    if (!skipHeader)
                        return line;
                    skipHeader = false;
                    atStart = false;
                }
                _reader.Dispose();
                _reader = null;
            }
        }

        private void SplitFields(string line)
        {
            _fields.Clear();
            ReadOnlyMemory<char> rest = (_options.TrimWhitespace ? line.TrimEnd() : line).AsMemory();
            bool spaceSeparates = _options.Separators.Contains(' ');
            while (true)
            {
                if (!spaceSeparates)
                    rest = rest.TrimStart(' ');
                if (_options.AllowQuoting && rest.Length > 0 && rest.Span[0] == '"')
                {
                    _fields.Add(ReadQuoted(ref rest));
                }
                else
                {
                    int length = rest.Span.IndexOfAny(_options.Separators);
                    _fields.Add(length < 0 ? rest : rest[..length]);
                    rest = length < 0 ? default : rest[length..];
                }
                int end = rest.Span.IndexOfAny(_options.Separators);
                if (end < 0)
                    return;
                rest = rest[(end + 1)..];
            }
        }

        // A quote within quotes is doubled. What is not closed is no value.
        private ReadOnlyMemory<char> ReadQuoted(ref ReadOnlyMemory<char> rest)
        {
            var text = new StringBuilder();
            rest = rest[1..];
            while (rest.Span.IndexOf('"') is >= 0 and int quote)
            {
                text.Append(rest.Span[..quote]);
                rest = rest[(quote + 1)..];
                if (rest.Length == 0 || rest.Span[0] != '"')
                    return text.ToString().AsMemory();
                text.Append('"');
                rest = rest[1..];
            }
            _channel.Warning(MessageSensitivity.None, "Format error at line {0}: Illegal quoting", _line);
            rest = default;
            return default;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _reader?.Dispose();
                _channel.Dispose();
            }
            base.Dispose(disposing);
        }
    }

    /// <summary>Reads the value of one column from the fields of a line.</summary>
    private abstract class ColumnReader
    {
        public static ColumnReader Create(DataViewSchema.Column column, Options options)
            => Generic.Call<ColumnReader>(CreateCore<int>, column.Type.Item().RawType, column, options);

        public abstract void Read(List<ReadOnlyMemory<char>> fields, long line, IChannel channel);

        public abstract Delegate CreateGetter(Action check);

        private static ColumnReader CreateCore<T>(DataViewSchema.Column column, Options options) => new ColumnReader<T>(column, options);
    }

    private sealed class ColumnReader<T> : ColumnReader
    {
        private readonly DataViewSchema.Column _column;
        private readonly int[] _sources;
        private readonly T _empty;
        private readonly T[] _values;
        private readonly int[] _indices;
        private readonly Func<ReadOnlyMemory<char>, (bool Ok, T Value)> _parse;
        private int _count;

        public ColumnReader(DataViewSchema.Column column, Options options)
        {
            _column = column;
            _sources = options.Columns[column.Index].Source.SelectMany(range => Enumerable.Range(range.Min, range.Max.Value - range.Min + 1)).ToArray();
            _values = new T[_sources.Length];
            _indices = new int[_sources.Length];
            _parse = Parser(column.Type.Item());
            if (options.MissingRealsAsNaNs && default(T) is float or double)
                _empty = TextParser.Missing<T>();
        }

        // An empty field is not stored, which makes the vector sparse.
        public override void Read(List<ReadOnlyMemory<char>> fields, long line, IChannel channel)
        {
            _count = 0;
            for (int i = 0; i < _sources.Length; i++)
            {
                ReadOnlyMemory<char> field = _sources[i] < fields.Count ? fields[_sources[i]] : default;
                T value = _empty;
                if (!field.IsEmpty)
                {
                    (bool ok, value) = _parse(field);
                    if (!ok)
                        ReportBadValue(field, i, line, channel);
                }
                else if (_column.Type is VectorDataViewType && EqualityComparer<T>.Default.Equals(_empty, default))
                {
                    continue;
                }
                _values[_count] = value;
                _indices[_count++] = i;
            }
        }

        public override Delegate CreateGetter(Action check)
        {
            if (_column.Type is not VectorDataViewType)
            {
                return (ValueGetter<T>)((ref T value) =>
                {
                    check();
                    value = _values[0];
                });
            }
            return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
            {
                check();
                new VBuffer<T>(_sources.Length, _count, _values, _indices).CopyTo(ref value);
            });
        }

        private void ReportBadValue(ReadOnlyMemory<char> field, int slot, long line, IChannel channel)
        {
            if (_values is float[] or double[])
                channel.Info(MessageSensitivity.Schema, "  Bad value at line {0} in column {1} at slot {2}", line, _column.Name, slot);
            else if (_column.Type is VectorDataViewType)
                throw new InvalidOperationException($"Could not parse value {field} in slot {slot} of column {_column.Name} in line {line}");
            else
                throw new InvalidOperationException($"Could not parse value {field} in line {line}, column {_column.Name}");
        }

        private static Func<ReadOnlyMemory<char>, (bool, T)> Parser(PrimitiveDataViewType type)
        {
            if (type is TextDataViewType)
                return text => (true, (T)(object)text);
            if (type is KeyDataViewType key)
            {
                // The text counts keys from 0.
                return text => ulong.TryParse(text.Span, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number < key.Count
                    ? (true, (T)Convert.ChangeType(number + 1, typeof(T), CultureInfo.InvariantCulture))
                    : (true, default);
            }
            return text => TextParser<T>.Parse(text.Span, out T value) ? (true, value) : (false, TextParser.Missing<T>());
        }
    }
}
