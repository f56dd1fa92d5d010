using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML;

/// <summary>Argument and state checks. The kinds of exception are those of ML.NET.</summary>
internal static class Checks
{
    public static T NotNull<T>(T value, string name) where T : class
        => value ?? throw new ArgumentNullException(name);

    public static string NotEmpty(string value, string name, string message = null)
        => string.IsNullOrEmpty(value) ? throw new ArgumentOutOfRangeException(name, message ?? $"{name} cannot be null or empty") : value;

    public static void Param([DoesNotReturnIf(false)] bool condition, string name, string message = null)
    {
        if (!condition)
            throw message is null ? new ArgumentOutOfRangeException(name) : new ArgumentOutOfRangeException(name, message);
    }

    public static void State([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
            throw new InvalidOperationException(message);
    }

    public static void Decode([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
            throw new FormatException(message);
    }

    public static Exception MissingColumn(string parameter, string role, string column)
        => new ArgumentOutOfRangeException(parameter, $"Could not find {role} column '{column}'");

    public static Exception SchemaMismatch(string parameter, string role, string column, string expected, string actual)
        => new ArgumentOutOfRangeException(parameter, $"Schema mismatch for {role} column '{column}': expected {expected}, got {actual}");
}
