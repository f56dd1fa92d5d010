using System.Reflection;

namespace Microsoft.ML;

/// <summary>Calls a generic method for types known only at run time.</summary>
internal static class Generic
{
    /// <summary>Calls <paramref name="method"/>, given as its instance for <c>int</c>, for <paramref name="type"/> instead.</summary>
    public static TResult Call<TResult>(Delegate method, Type type, params object[] arguments) => Invoke<TResult>(method, [type], arguments);

    /// <summary>The same for a method of two types.</summary>
    public static TResult Call2<TResult>(Delegate method, Type first, Type second, params object[] arguments)
        => Invoke<TResult>(method, [first, second], arguments);

    private static TResult Invoke<TResult>(Delegate method, Type[] types, object[] arguments)
        => (TResult)method.Method.GetGenericMethodDefinition().MakeGenericMethod(types)
            .Invoke(method.Target, BindingFlags.DoNotWrapExceptions, null, arguments, null);
}
