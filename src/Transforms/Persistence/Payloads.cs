using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Disentangle.ML.Transforms;

/// <summary>Caches the decoded payloads of loaded chains.</summary>
internal static class Payloads<T> where T : class
{
    // A loaded chain returns the same string for every row, so the string is the cache key; it lives exactly as long as the chain.
    private static readonly ConditionalWeakTable<string, T> Decoded = [];

    public static T Find(ReadOnlyMemory<char> payload, Func<ReadOnlySpan<char>, T> decode)
    {
        // If ML.NET holds the payload as part of a longer string, that string is the key: a chain has only one payload.
        if (!MemoryMarshal.TryGetString(payload, out string? text, out _, out _))
            return decode(payload.Span);
        return Decoded.TryGetValue(text, out T? decoded) ? decoded : Decoded.GetValue(text, _ => decode(payload.Span));
    }
}
