using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The output of the computing step. A mapping created by a factory cannot define its schema at run time, and KMeans needs a known size,
/// so vectors are written in pieces of fixed sizes: the powers of two that add up to the width. Unused pieces are empty and never read.
/// </summary>
internal sealed class ComputedPieces
{
    [ColumnName(StockChain.Prefix + "A0"), VectorType(1 << 0)] public VBuffer<float> A0 { get; set; }
    [ColumnName(StockChain.Prefix + "A1"), VectorType(1 << 1)] public VBuffer<float> A1 { get; set; }
    [ColumnName(StockChain.Prefix + "A2"), VectorType(1 << 2)] public VBuffer<float> A2 { get; set; }
    [ColumnName(StockChain.Prefix + "A3"), VectorType(1 << 3)] public VBuffer<float> A3 { get; set; }
    [ColumnName(StockChain.Prefix + "A4"), VectorType(1 << 4)] public VBuffer<float> A4 { get; set; }
    [ColumnName(StockChain.Prefix + "A5"), VectorType(1 << 5)] public VBuffer<float> A5 { get; set; }
    [ColumnName(StockChain.Prefix + "A6"), VectorType(1 << 6)] public VBuffer<float> A6 { get; set; }
    [ColumnName(StockChain.Prefix + "A7"), VectorType(1 << 7)] public VBuffer<float> A7 { get; set; }
    [ColumnName(StockChain.Prefix + "A8"), VectorType(1 << 8)] public VBuffer<float> A8 { get; set; }
    [ColumnName(StockChain.Prefix + "A9"), VectorType(1 << 9)] public VBuffer<float> A9 { get; set; }
    [ColumnName(StockChain.Prefix + "A10"), VectorType(1 << 10)] public VBuffer<float> A10 { get; set; }
    [ColumnName(StockChain.Prefix + "A11"), VectorType(1 << 11)] public VBuffer<float> A11 { get; set; }
    [ColumnName(StockChain.Prefix + "A12"), VectorType(1 << 12)] public VBuffer<float> A12 { get; set; }
    [ColumnName(StockChain.Prefix + "A13"), VectorType(1 << 13)] public VBuffer<float> A13 { get; set; }
    [ColumnName(StockChain.Prefix + "A14"), VectorType(1 << 14)] public VBuffer<float> A14 { get; set; }

    [ColumnName(StockChain.Prefix + "B0"), VectorType(1 << 0)] public VBuffer<float> B0 { get; set; }
    [ColumnName(StockChain.Prefix + "B1"), VectorType(1 << 1)] public VBuffer<float> B1 { get; set; }
    [ColumnName(StockChain.Prefix + "B2"), VectorType(1 << 2)] public VBuffer<float> B2 { get; set; }
    [ColumnName(StockChain.Prefix + "B3"), VectorType(1 << 3)] public VBuffer<float> B3 { get; set; }
    [ColumnName(StockChain.Prefix + "B4"), VectorType(1 << 4)] public VBuffer<float> B4 { get; set; }
    [ColumnName(StockChain.Prefix + "B5"), VectorType(1 << 5)] public VBuffer<float> B5 { get; set; }
    [ColumnName(StockChain.Prefix + "B6"), VectorType(1 << 6)] public VBuffer<float> B6 { get; set; }
    [ColumnName(StockChain.Prefix + "B7"), VectorType(1 << 7)] public VBuffer<float> B7 { get; set; }
    [ColumnName(StockChain.Prefix + "B8"), VectorType(1 << 8)] public VBuffer<float> B8 { get; set; }
    [ColumnName(StockChain.Prefix + "B9"), VectorType(1 << 9)] public VBuffer<float> B9 { get; set; }
    [ColumnName(StockChain.Prefix + "B10"), VectorType(1 << 10)] public VBuffer<float> B10 { get; set; }
    [ColumnName(StockChain.Prefix + "B11"), VectorType(1 << 11)] public VBuffer<float> B11 { get; set; }
    [ColumnName(StockChain.Prefix + "B12"), VectorType(1 << 12)] public VBuffer<float> B12 { get; set; }
    [ColumnName(StockChain.Prefix + "B13"), VectorType(1 << 13)] public VBuffer<float> B13 { get; set; }
    [ColumnName(StockChain.Prefix + "B14"), VectorType(1 << 14)] public VBuffer<float> B14 { get; set; }

    [ColumnName(StockChain.Prefix + "C0"), VectorType(1 << 0)] public VBuffer<float> C0 { get; set; }
    [ColumnName(StockChain.Prefix + "C1"), VectorType(1 << 1)] public VBuffer<float> C1 { get; set; }
    [ColumnName(StockChain.Prefix + "C2"), VectorType(1 << 2)] public VBuffer<float> C2 { get; set; }
    [ColumnName(StockChain.Prefix + "C3"), VectorType(1 << 3)] public VBuffer<float> C3 { get; set; }
    [ColumnName(StockChain.Prefix + "C4"), VectorType(1 << 4)] public VBuffer<float> C4 { get; set; }
    [ColumnName(StockChain.Prefix + "C5"), VectorType(1 << 5)] public VBuffer<float> C5 { get; set; }
    [ColumnName(StockChain.Prefix + "C6"), VectorType(1 << 6)] public VBuffer<float> C6 { get; set; }
    [ColumnName(StockChain.Prefix + "C7"), VectorType(1 << 7)] public VBuffer<float> C7 { get; set; }
    [ColumnName(StockChain.Prefix + "C8"), VectorType(1 << 8)] public VBuffer<float> C8 { get; set; }
    [ColumnName(StockChain.Prefix + "C9"), VectorType(1 << 9)] public VBuffer<float> C9 { get; set; }
    [ColumnName(StockChain.Prefix + "C10"), VectorType(1 << 10)] public VBuffer<float> C10 { get; set; }
    [ColumnName(StockChain.Prefix + "C11"), VectorType(1 << 11)] public VBuffer<float> C11 { get; set; }
    [ColumnName(StockChain.Prefix + "C12"), VectorType(1 << 12)] public VBuffer<float> C12 { get; set; }
    [ColumnName(StockChain.Prefix + "C13"), VectorType(1 << 13)] public VBuffer<float> C13 { get; set; }
    [ColumnName(StockChain.Prefix + "C14"), VectorType(1 << 14)] public VBuffer<float> C14 { get; set; }

    [ColumnName(StockChain.Prefix + "D0"), VectorType(1 << 0)] public VBuffer<float> D0 { get; set; }
    [ColumnName(StockChain.Prefix + "D1"), VectorType(1 << 1)] public VBuffer<float> D1 { get; set; }
    [ColumnName(StockChain.Prefix + "D2"), VectorType(1 << 2)] public VBuffer<float> D2 { get; set; }
    [ColumnName(StockChain.Prefix + "D3"), VectorType(1 << 3)] public VBuffer<float> D3 { get; set; }
    [ColumnName(StockChain.Prefix + "D4"), VectorType(1 << 4)] public VBuffer<float> D4 { get; set; }
    [ColumnName(StockChain.Prefix + "D5"), VectorType(1 << 5)] public VBuffer<float> D5 { get; set; }
    [ColumnName(StockChain.Prefix + "D6"), VectorType(1 << 6)] public VBuffer<float> D6 { get; set; }
    [ColumnName(StockChain.Prefix + "D7"), VectorType(1 << 7)] public VBuffer<float> D7 { get; set; }
    [ColumnName(StockChain.Prefix + "D8"), VectorType(1 << 8)] public VBuffer<float> D8 { get; set; }
    [ColumnName(StockChain.Prefix + "D9"), VectorType(1 << 9)] public VBuffer<float> D9 { get; set; }
    [ColumnName(StockChain.Prefix + "D10"), VectorType(1 << 10)] public VBuffer<float> D10 { get; set; }
    [ColumnName(StockChain.Prefix + "D11"), VectorType(1 << 11)] public VBuffer<float> D11 { get; set; }
    [ColumnName(StockChain.Prefix + "D12"), VectorType(1 << 12)] public VBuffer<float> D12 { get; set; }
    [ColumnName(StockChain.Prefix + "D13"), VectorType(1 << 13)] public VBuffer<float> D13 { get; set; }
    [ColumnName(StockChain.Prefix + "D14"), VectorType(1 << 14)] public VBuffer<float> D14 { get; set; }

    /// <summary>The predicted class counted from 1, like the numbers of a key.</summary>
    [ColumnName(StockChain.Prefix + "ClassNumber")]
    public uint ClassNumber { get; set; }

    /// <summary>Whether class 1 of two is predicted.</summary>
    [ColumnName(StockChain.Prefix + "ClassBoolean")]
    public bool ClassBoolean { get; set; }

    /// <summary>An output that is a single number.</summary>
    [ColumnName(StockChain.Prefix + "Number")]
    public float Number { get; set; }
}
