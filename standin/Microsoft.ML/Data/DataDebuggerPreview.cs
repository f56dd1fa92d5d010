using System.Collections.Immutable;
using Microsoft.ML.Data;

namespace Microsoft.ML.Data
{
    /// <summary>The first rows of a view, to look at.</summary>
    public sealed class DataDebuggerPreview
    {
        internal DataDebuggerPreview(IDataView data, int maxRows)
        {
            Schema = data.Schema;
            using DataViewRowCursor cursor = data.GetRowCursor(Schema);
            Func<object>[] getters = Schema.Select(column => Generic.Call<Func<object>>(Bind<int>, column.Type.RawType, cursor, column)).ToArray();
            var rows = new List<object[]>();
            while (rows.Count < maxRows && cursor.MoveNext())
                rows.Add(Array.ConvertAll(getters, getter => getter()));
            RowView = rows.Select(row => new RowInfo(Schema.Select(column => KeyValuePair.Create(column.Name, row[column.Index])).ToArray()))
                .ToImmutableArray();
            ColumnView = Schema.Select(column => new ColumnInfo(column, rows.Select(row => row[column.Index]).ToArray())).ToImmutableArray();
        }

        public DataViewSchema Schema { get; }

        public ImmutableArray<ColumnInfo> ColumnView { get; }

        public ImmutableArray<RowInfo> RowView { get; }

        public override string ToString() => $"{Schema.Count} columns, {RowView.Length} rows";

        private static Func<object> Bind<T>(DataViewRow row, DataViewSchema.Column column)
        {
            ValueGetter<T> getter = row.GetGetter<T>(column);
            return () =>
            {
                T value = default;
                getter(ref value);
                return value;
            };
        }

        public sealed class ColumnInfo
        {
            internal ColumnInfo(DataViewSchema.Column column, object[] values)
            {
                Column = column;
                Values = values;
            }

            public DataViewSchema.Column Column { get; }

            public object[] Values { get; }

            public override string ToString() => $"{Column.Name}: {Column.Type}";
        }

        public sealed class RowInfo
        {
            internal RowInfo(KeyValuePair<string, object>[] values) => Values = values;

            public KeyValuePair<string, object>[] Values { get; }

            public override string ToString() => $"{Values.Length} columns";
        }
    }
}

namespace Microsoft.ML
{
    public static class DebuggerExtensions
    {
        public static DataDebuggerPreview Preview(this IDataView data, int maxRows = 100)
        {
            Checks.Param(maxRows >= 0, nameof(maxRows));
            return new DataDebuggerPreview(Checks.NotNull(data, nameof(data)), maxRows);
        }

        public static DataDebuggerPreview Preview(this ITransformer transformer, IDataView data, int maxRows = 100)
            => Checks.NotNull(transformer, nameof(transformer)).Transform(Checks.NotNull(data, nameof(data))).Preview(maxRows);
    }
}
