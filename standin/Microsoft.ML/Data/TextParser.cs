using System.Globalization;

namespace Microsoft.ML.Data;

/// <summary>Reads values from text. There is none for types where <see cref="Parse"/> is null.</summary>
internal static class TextParser<T>
{
    public delegate bool Parser(ReadOnlySpan<char> text, out T value);

    /// <summary>False where the text is no such value. An empty text is the default, or NaN.</summary>
    public static Parser Parse { get; } = (Parser)TextParser.Create(typeof(T));

    public static T ParseOrMissing(ReadOnlyMemory<char> text)
    {
        if (Parse(text.Span, out T value))
            return value;
        return value is float or double
            ? TextParser.Missing<T>()
            : throw new InvalidOperationException($"Value could not be parsed from text to {typeof(T).Name}: '{text}'");
    }
}

internal static class TextParser
{
    /// <summary>NaN of the real types, the default of others.</summary>
    public static T Missing<T>() => (T)(typeof(T) == typeof(float) ? float.NaN : typeof(T) == typeof(double) ? double.NaN : (object)default(T));

    public static Delegate Create(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.SByte => Integer<sbyte>(),
        TypeCode.Byte => Integer<byte>(),
        TypeCode.Int16 => Integer<short>(),
        TypeCode.UInt16 => Integer<ushort>(),
        TypeCode.Int32 => Integer<int>(),
        TypeCode.UInt32 => Integer<uint>(),
        TypeCode.Int64 => Integer<long>(),
        TypeCode.UInt64 => Integer<ulong>(),
        TypeCode.Single => Real<float>(),
        TypeCode.Double => Real<double>(),
        TypeCode.Boolean => (TextParser<bool>.Parser)ParseBoolean,
        TypeCode.DateTime => (TextParser<DateTime>.Parser)((ReadOnlySpan<char> text, out DateTime value)
            => DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out value)),
        _ when type == typeof(TimeSpan) => (TextParser<TimeSpan>.Parser)((ReadOnlySpan<char> text, out TimeSpan value)
            => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value)),
        _ => null,
    };

    private static TextParser<T>.Parser Integer<T>() where T : struct, System.Numerics.INumber<T> => (ReadOnlySpan<char> text, out T value) =>
    {
        value = default;
        return text.IsWhiteSpace() || T.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
    };

    private static TextParser<T>.Parser Real<T>() where T : struct, System.Numerics.IFloatingPointIeee754<T> => (ReadOnlySpan<char> text, out T value) =>
    {
        value = default;
        ReadOnlySpan<char> trimmed = text.Trim();
        if (trimmed.IsEmpty)
            return true;
        if (trimmed is "?" || trimmed.Equals("NaN", StringComparison.OrdinalIgnoreCase) || trimmed.Equals("NA", StringComparison.OrdinalIgnoreCase))
        {
            value = T.NaN;
            return true;
        }
        return T.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    };

    private static bool ParseBoolean(ReadOnlySpan<char> text, out bool value)
    {
        ReadOnlySpan<char> trimmed = text.Trim();
        value = trimmed is "1" or "+" || Is(trimmed, "true") || Is(trimmed, "t") || Is(trimmed, "yes") || Is(trimmed, "y") || Is(trimmed, "+1");
        return value || trimmed is "" or "0" or "-" or "-1" || Is(trimmed, "false") || Is(trimmed, "f") || Is(trimmed, "no") || Is(trimmed, "n");

        static bool Is(ReadOnlySpan<char> text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
    }
}
