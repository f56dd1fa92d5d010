using System.Globalization;
using System.Linq.Expressions;

namespace Microsoft.ML.Data;

/// <summary>Conversions between raw types: numbers, Booleans and texts. There is none where <see cref="Convert"/> is null.</summary>
internal static class ValueConverter<TSource, TResult>
{
    public static Func<TSource, TResult> Convert { get; } = Create();

    private static Func<TSource, TResult> Create()
    {
        ParameterExpression source = Expression.Parameter(typeof(TSource));
        if (typeof(TSource) == typeof(TResult))
            return Expression.Lambda<Func<TSource, TResult>>(source, source).Compile();
        if (typeof(TSource) == typeof(ReadOnlyMemory<char>))
            return TextParser<TResult>.Parse is null ? null : (Func<TSource, TResult>)(object)new Func<ReadOnlyMemory<char>, TResult>(TextParser<TResult>.ParseOrMissing);
        if (typeof(TResult) == typeof(ReadOnlyMemory<char>))
            return (Func<TSource, TResult>)(object)new Func<TSource, ReadOnlyMemory<char>>(value => string.Create(CultureInfo.InvariantCulture, $"{value}").AsMemory());
        if (!IsNumber(typeof(TResult)))
            return null;
        if (typeof(TSource) == typeof(bool))
        {
            Expression one = Expression.Convert(Expression.Constant(1), typeof(TResult));
            return Expression.Lambda<Func<TSource, TResult>>(Expression.Condition(source, one, Expression.Default(typeof(TResult))), source).Compile();
        }
        return IsNumber(typeof(TSource)) ? Expression.Lambda<Func<TSource, TResult>>(Expression.Convert(source, typeof(TResult)), source).Compile() : null;
    }

    private static bool IsNumber(Type type) => Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Double;
}
