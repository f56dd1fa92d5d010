using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Disentangle.ML.Transforms;

/// <summary>A custom mapping that reads nothing.</summary>
internal sealed class NoColumns;

/// <summary>The key under which the payload stands in the chain's look-up.</summary>
internal sealed class PayloadKey
{
    public const string Value = "model";

    [ColumnName(StockChain.Prefix + "Key")]
    public string Key { get; set; } = "";

    /// <summary>Stands until a length column takes its place.</summary>
    [ColumnName(StockChain.Prefix + "Length")]
    public double Length { get; set; }
}

/// <summary>Writes the key, the same in every row, from which the chain's look-up makes the payload.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class PayloadKeyFactory : CustomMappingFactory<NoColumns, PayloadKey>
{
    public const string Contract = "Disentangle.ML.PayloadKey.1";

    public override Action<NoColumns, PayloadKey> GetMapping() => static (_, row) => (row.Key, row.Length) = (PayloadKey.Value, PayloadAndFeatures.AllSteps);
}

/// <summary>What the computing step of the chain reads.</summary>
internal sealed class PayloadAndFeatures
{
    [ColumnName(StockChain.Prefix + "Payload")]
    public ReadOnlyMemory<char> Payload { get; set; }

    [ColumnName(StockChain.Prefix + "Features"), VectorType]
    public VBuffer<float> Features { get; set; }

    /// <summary>
    /// The number of steps of a padded sequence that count; <see cref="AllSteps"/> where all do. A Double: every type of number converts to it, and not all do
    /// to Int64.
    /// </summary>
    [ColumnName(StockChain.Prefix + "Length")]
    public double Length { get; set; }

    public const double AllSteps = double.MaxValue;
}

/// <summary>
/// What the computing step writes. A mapping made by a factory has no schema of its own at run time, and KMeans needs a known size, so vectors are
/// written in pieces of fixed sizes: those powers of two that add up to the width. The pieces nobody needs stay empty and are never read.
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

    /// <summary>The predicted class counted from 1, as a key's numbers are.</summary>
    [ColumnName(StockChain.Prefix + "ClassNumber")]
    public uint ClassNumber { get; set; }

    /// <summary>Whether class 1 of two is predicted.</summary>
    [ColumnName(StockChain.Prefix + "ClassBoolean")]
    public bool ClassBoolean { get; set; }

    /// <summary>What is one number, and no vector.</summary>
    [ColumnName(StockChain.Prefix + "Number")]
    public float Number { get; set; }
}

/// <summary>Computes a row by the transformer that the payload holds.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ComputeFactory : CustomMappingFactory<PayloadAndFeatures, ComputedPieces>
{
    public const string Contract = "Disentangle.ML.Compute.1";

    public override Action<PayloadAndFeatures, ComputedPieces> GetMapping() =>
        static (row, pieces) => Payloads<RowComputer>.Find(row.Payload, payload => new RowComputer(ModelPayload.ReadTransformer(payload))).Compute(row, pieces);

    /// <summary>Computes single rows for any number of threads.</summary>
    private sealed class RowComputer(FeatureTransformer transformer)
    {
        private readonly ConcurrentBag<Workspace> _idle = [];

        public void Compute(PayloadAndFeatures row, ComputedPieces pieces)
        {
            if (!_idle.TryTake(out Workspace? workspace))
                workspace = new Workspace(transformer);
            workspace.Compute(row, pieces);
            _idle.Add(workspace);
        }
    }

    private sealed class Workspace(FeatureTransformer transformer)
    {
        private readonly RowSession _session = transformer.Open(capacity: 1, threads: 1);
        private float[] _features = [];
        private float[] _withClass = [];

        public void Compute(PayloadAndFeatures row, ComputedPieces pieces)
        {
            VBuffer<float> values = row.Features;
            long? steps = row.Length == PayloadAndFeatures.AllSteps ? null : (long)row.Length;
            _session.Clear();
            int label = transformer.Input.Label?.Take(ref values, transformer.Input, ref _withClass) ?? -1;
            _session.Add(
                FeatureReader.Check(in values, steps, transformer.Input.Shape, transformer.InputColumnName, rowNumber: null, ref _features), label);
            _session.Run();

            int vectors = 0;
            for (int i = 0; i < transformer.Outputs.Count; i++)
            {
                if (transformer.Outputs[i].Labels is not null)
                    (pieces.ClassNumber, pieces.ClassBoolean) = ((uint)_session.Class(0) + 1, _session.Class(0) == 1);
                else if (transformer.Outputs[i].IsNumber)
                    pieces.Number = _session.Vector(i, row: 0)[0];
                else
                    Pieces.Write(pieces, vectors++, _session.Vector(i, row: 0));
            }
        }
    }
}

/// <summary>What the payloads of loaded chains were decoded to.</summary>
internal static class Payloads<T> where T : class
{
    // A loaded chain hands out the same string for every row, so it names what was decoded; and it lives exactly as long as the chain.
    private static readonly ConditionalWeakTable<string, T> Decoded = [];

    public static T Find(ReadOnlyMemory<char> payload, Func<ReadOnlySpan<char>, T> decode)
    {
        // Where the host keeps the payload as part of a longer text, that text stands for it: a chain has one payload only.
        if (!MemoryMarshal.TryGetString(payload, out string? text, out _, out _))
            return decode(payload.Span);
        return Decoded.TryGetValue(text, out T? decoded) ? decoded : Decoded.GetValue(text, _ => decode(payload.Span));
    }
}
