using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// Reads a column of labels: keys, Booleans, integers, Single, Double or text. Key 0, NaN and empty text are missing labels.
/// </summary>
internal abstract class LabelColumn
{
    public const int Missing = -1;

    private static readonly Type[] Supported =
    [
        typeof(bool), typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(float), typeof(double), typeof(ReadOnlyMemory<char>),
    ];

    public static LabelColumn Open(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is not PrimitiveDataViewType || !Supported.Contains(column.Type.RawType))
        {
            throw new ArgumentException(
                $"Column '{column.Name}' is of type {column.Type}; "
                + "labels and clusters must be a key, Boolean, integer, Single, Double or text.");
        }
        return CallGeneric<LabelColumn>(nameof(OpenTyped), column.Type.RawType, row, column);
    }

    /// <summary>The number of the current row's value in order of appearance, or <see cref="Missing"/>.</summary>
    public abstract int Read();

    /// <summary>The names of the values in ascending order of the values, and the place of each number in this order.</summary>
    public abstract (string[] Names, int[] Place) Sort();

    private static LabelColumn OpenTyped<T>(DataViewRow row, DataViewSchema.Column column)
        where T : notnull
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        Func<T> read = () =>
        {
            getter(ref value);
            return value;
        };
        if (column.Type is KeyDataViewType)
        {
            string[]? names = KeyNames(column);
            return new Typed<T>(read, static key => key.Equals(default(T)),
                key => NameOfKey(names, Convert.ToUInt64(key, CultureInfo.InvariantCulture)));
        }
        // Texts are compared as strings, not as memory, and by ordinal so that different names stay different.
        return column.Type is TextDataViewType
            ? new Typed<string>(() => read().ToString()!, static text => text.Length == 0, static text => text, StringComparer.Ordinal)
            : new Typed<T>(read, static x => x is float.NaN or double.NaN, static x => Convert.ToString(x, CultureInfo.InvariantCulture)!);
    }

    /// <summary>Key values start at 1, and so do the names of keys without key values.</summary>
    private static string NameOfKey(string[]? names, ulong key) => names?[key - 1] ?? key.ToString(CultureInfo.InvariantCulture);

    private static string[]? KeyNames(DataViewSchema.Column column)
    {
        const string kind = "KeyValues";
        return column.Annotations.Schema.GetColumnOrNull(kind)?.Type is VectorDataViewType type
            ? CallGeneric<string[]>(nameof(KeyNamesTyped), type.ItemType.RawType, column, kind)
            : null;
    }

    private static string[] KeyNamesTyped<T>(DataViewSchema.Column column, string kind)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(kind, ref values);
        return [.. values.DenseValues().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)!)];
    }

    private static TResult CallGeneric<TResult>(string method, Type type, params object[] arguments) => (TResult)typeof(LabelColumn)
        .GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!
        .MakeGenericMethod(type)
        .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;

    private sealed class Typed<T>(Func<T> read, Func<T, bool> isMissing, Func<T, string> name, IComparer<T>? order = null) : LabelColumn
        where T : notnull
    {
        private readonly Dictionary<T, int> _numbers = [];

        public override int Read()
        {
            T value = read();
            if (isMissing(value))
                return Missing;
            if (!_numbers.TryGetValue(value, out int number))
                _numbers.Add(value, number = _numbers.Count);
            return number;
        }

        public override (string[] Names, int[] Place) Sort()
        {
            var place = new int[_numbers.Count];
            T[] values = [.. _numbers.Keys.Order(order)];
            for (int i = 0; i < values.Length; i++)
                place[_numbers[values[i]]] = i;
            return ([.. values.Select(name)], place);
        }
    }
}
