using System.Globalization;
using System.Numerics;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The columns of <see cref="ComputedPieces"/> that make up a vector: one per power of two in its length, the largest first.
/// </summary>
internal static class Pieces
{
    /// <summary>The maximum number of vectors.</summary>
    public const int MaximumVectors = 4;

    /// <summary>The maximum length of a vector.</summary>
    public const int MaximumWidth = (1 << Count) - 1;

    private const int Count = 15;

    private static readonly Piece[][] All = [.. Enumerable.Range(0, MaximumVectors).Select(Make)];

    /// <summary>The names of the pieces of a vector, by its index among the computed vectors.</summary>
    public static string[] Names(int vector, int width) =>
        [.. Enumerable.Range(0, Count).Reverse().Where(i => (width & (1 << i)) != 0).Select(i => StockChain.Prefix + Property(vector, i))];

    public static IEnumerable<string> AllNames =>
    [
        .. Enumerable.Range(0, MaximumVectors).SelectMany(vector => Names(vector, MaximumWidth)),
        StockChain.Prefix + nameof(ComputedPieces.ClassNumber), StockChain.Prefix + nameof(ComputedPieces.ClassBoolean),
        StockChain.Prefix + nameof(ComputedPieces.Number),
    ];

    /// <summary>Splits a vector into its pieces.</summary>
    public static void Write(ComputedPieces row, int vector, ReadOnlySpan<float> values)
    {
        while (!values.IsEmpty)
        {
            int exponent = BitOperations.Log2((uint)values.Length);
            Piece piece = All[vector][exponent];
            VBuffer<float> buffer = piece.Get(row);
            Fill(ref buffer, values[..(1 << exponent)]);
            piece.Set(row, buffer);
            values = values[(1 << exponent)..];
        }
    }

    /// <summary>Sets a vector to dense values.</summary>
    public static void Fill(ref VBuffer<float> destination, ReadOnlySpan<float> values)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref destination, values.Length);
        values.CopyTo(editor.Values);
        destination = editor.Commit();
    }

    private static string Property(int vector, int exponent) => (char)('A' + vector) + exponent.ToString(CultureInfo.InvariantCulture);

    private static Piece[] Make(int vector) => [.. Enumerable.Range(0, Count).Select(exponent =>
    {
        var property = typeof(ComputedPieces).GetProperty(Property(vector, exponent))!;
        return new Piece(property.GetMethod!.CreateDelegate<Func<ComputedPieces, VBuffer<float>>>(),
            property.SetMethod!.CreateDelegate<Action<ComputedPieces, VBuffer<float>>>());
    })];

    private readonly record struct Piece(Func<ComputedPieces, VBuffer<float>> Get, Action<ComputedPieces, VBuffer<float>> Set);
}
