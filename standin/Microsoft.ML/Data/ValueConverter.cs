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
        {
            return TextParser<TResult>.Parse is null ? null
                : (Func<TSource, TResult>)(Delegate)(Func<ReadOnlyMemory<char>, TResult>)TextParser<TResult>.ParseOrMissing;
        }
        if (typeof(TResult) == typeof(ReadOnlyMemory<char>))
            return (Func<TSource, TResult>)(Delegate)(Func<TSource, ReadOnlyMemory<char>>)Print;
        if (!IsAllowed(Type.GetTypeCode(typeof(TSource)), Type.GetTypeCode(typeof(TResult))))
            return null;
        Expression result = typeof(TResult) == typeof(bool) ? Expression.NotEqual(source, Expression.Default(typeof(TSource)))
            : typeof(TSource) != typeof(bool) ? Expression.Convert(source, typeof(TResult))
            : Expression.Condition(source, Expression.Convert(Expression.Constant(1), typeof(TResult)), Expression.Default(typeof(TResult)));
        return Expression.Lambda<Func<TSource, TResult>>(result, source).Compile();
    }

    private static ReadOnlyMemory<char> Print(TSource value) => string.Create(CultureInfo.InvariantCulture, $"{value}").AsMemory();

    // As in ML.NET: what has no sign does not become what has one, nor the other way, and a real number becomes no integer.
    private static bool IsAllowed(TypeCode source, TypeCode result) => result switch
    {
        TypeCode.Single or TypeCode.Double => IsSigned(source) || IsUnsigned(source) || source is TypeCode.Boolean or TypeCode.Single or TypeCode.Double,
        TypeCode.Boolean => IsSigned(source) || IsUnsigned(source) || source is TypeCode.Single or TypeCode.Double,
        _ => (IsSigned(result) && (IsSigned(source) || source == TypeCode.Boolean)) || (IsUnsigned(result) && IsUnsigned(source)),
    };

    private static bool IsSigned(TypeCode code) => code is TypeCode.SByte or TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64;

    private static bool IsUnsigned(TypeCode code) => code is TypeCode.Byte or TypeCode.UInt16 or TypeCode.UInt32 or TypeCode.UInt64;
}
