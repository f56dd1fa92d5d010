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
    public const string Value = "encoder";

    [ColumnName(EncoderChain.Prefix + "Key")]
    public string Key { get; set; } = "";

    /// <summary>Stands until a length column takes its place.</summary>
    [ColumnName(EncoderChain.Prefix + "Length")]
    public double Length { get; set; }
}

/// <summary>Writes the key, the same in every row, from which the chain's look-up makes the payload.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class PayloadKeyFactory : CustomMappingFactory<NoColumns, PayloadKey>
{
    public const string Contract = "Disentangle.ML.PayloadKey.1";

    public override Action<NoColumns, PayloadKey> GetMapping() => static (_, row) => (row.Key, row.Length) = (PayloadKey.Value, PayloadAndFeatures.AllSteps);
}

/// <summary>What the encoding step of the chain reads.</summary>
internal sealed class PayloadAndFeatures
{
    [ColumnName(EncoderChain.Prefix + "Payload")]
    public ReadOnlyMemory<char> Payload { get; set; }

    [ColumnName(EncoderChain.Prefix + "Features"), VectorType]
    public VBuffer<float> Features { get; set; }

    /// <summary>
    /// The number of steps of a padded sequence that count; <see cref="AllSteps"/> where all do. A Double: every type of number converts to it, and not all do to Int64.
    /// </summary>
    [ColumnName(EncoderChain.Prefix + "Length")]
    public double Length { get; set; }

    public const double AllSteps = double.MaxValue;
}

/// <summary>
/// What the encoding step writes. A mapping made by a factory has no schema of its own at run time, and KMeans needs a known size, so vectors are
/// written in pieces of fixed sizes: those powers of two that add up to the width. The pieces nobody needs stay empty and are never read.
/// </summary>
internal sealed class EncodedPieces
{
    [ColumnName(EncoderChain.Prefix + "E0"), VectorType(1 << 0)] public VBuffer<float> E0 { get; set; }
    [ColumnName(EncoderChain.Prefix + "E1"), VectorType(1 << 1)] public VBuffer<float> E1 { get; set; }
    [ColumnName(EncoderChain.Prefix + "E2"), VectorType(1 << 2)] public VBuffer<float> E2 { get; set; }
    [ColumnName(EncoderChain.Prefix + "E3"), VectorType(1 << 3)] public VBuffer<float> E3 { get; set; }
    [ColumnName(EncoderChain.Prefix + "E4"), VectorType(1 << 4)] public VBuffer<float> E4 { get; set; }
    [ColumnName(EncoderChain.Prefix + "E5"), VectorType(1 << 5)] public VBuffer<float> E5 { get; set; }
    [ColumnName(EncoderChain.Prefix + "E6"), VectorType(1 << 6)] public VBuffer<float> E6 { get; set; }
    [ColumnName(EncoderChain.Prefix + "E7"), VectorType(1 << 7)] public VBuffer<float> E7 { get; set; }
    [ColumnName(EncoderChain.Prefix + "E8"), VectorType(1 << 8)] public VBuffer<float> E8 { get; set; }
    [ColumnName(EncoderChain.Prefix + "E9"), VectorType(1 << 9)] public VBuffer<float> E9 { get; set; }
    [ColumnName(EncoderChain.Prefix + "E10"), VectorType(1 << 10)] public VBuffer<float> E10 { get; set; }
    [ColumnName(EncoderChain.Prefix + "E11"), VectorType(1 << 11)] public VBuffer<float> E11 { get; set; }
    [ColumnName(EncoderChain.Prefix + "E12"), VectorType(1 << 12)] public VBuffer<float> E12 { get; set; }
    [ColumnName(EncoderChain.Prefix + "E13"), VectorType(1 << 13)] public VBuffer<float> E13 { get; set; }
    [ColumnName(EncoderChain.Prefix + "E14"), VectorType(1 << 14)] public VBuffer<float> E14 { get; set; }

    [ColumnName(EncoderChain.Prefix + "S0"), VectorType(1 << 0)] public VBuffer<float> S0 { get; set; }
    [ColumnName(EncoderChain.Prefix + "S1"), VectorType(1 << 1)] public VBuffer<float> S1 { get; set; }
    [ColumnName(EncoderChain.Prefix + "S2"), VectorType(1 << 2)] public VBuffer<float> S2 { get; set; }
    [ColumnName(EncoderChain.Prefix + "S3"), VectorType(1 << 3)] public VBuffer<float> S3 { get; set; }
    [ColumnName(EncoderChain.Prefix + "S4"), VectorType(1 << 4)] public VBuffer<float> S4 { get; set; }
    [ColumnName(EncoderChain.Prefix + "S5"), VectorType(1 << 5)] public VBuffer<float> S5 { get; set; }
    [ColumnName(EncoderChain.Prefix + "S6"), VectorType(1 << 6)] public VBuffer<float> S6 { get; set; }
    [ColumnName(EncoderChain.Prefix + "S7"), VectorType(1 << 7)] public VBuffer<float> S7 { get; set; }
    [ColumnName(EncoderChain.Prefix + "S8"), VectorType(1 << 8)] public VBuffer<float> S8 { get; set; }
    [ColumnName(EncoderChain.Prefix + "S9"), VectorType(1 << 9)] public VBuffer<float> S9 { get; set; }
    [ColumnName(EncoderChain.Prefix + "S10"), VectorType(1 << 10)] public VBuffer<float> S10 { get; set; }
    [ColumnName(EncoderChain.Prefix + "S11"), VectorType(1 << 11)] public VBuffer<float> S11 { get; set; }
    [ColumnName(EncoderChain.Prefix + "S12"), VectorType(1 << 12)] public VBuffer<float> S12 { get; set; }
    [ColumnName(EncoderChain.Prefix + "S13"), VectorType(1 << 13)] public VBuffer<float> S13 { get; set; }
    [ColumnName(EncoderChain.Prefix + "S14"), VectorType(1 << 14)] public VBuffer<float> S14 { get; set; }

    [ColumnName(EncoderChain.Prefix + "R0"), VectorType(1 << 0)] public VBuffer<float> R0 { get; set; }
    [ColumnName(EncoderChain.Prefix + "R1"), VectorType(1 << 1)] public VBuffer<float> R1 { get; set; }
    [ColumnName(EncoderChain.Prefix + "R2"), VectorType(1 << 2)] public VBuffer<float> R2 { get; set; }
    [ColumnName(EncoderChain.Prefix + "R3"), VectorType(1 << 3)] public VBuffer<float> R3 { get; set; }
    [ColumnName(EncoderChain.Prefix + "R4"), VectorType(1 << 4)] public VBuffer<float> R4 { get; set; }
    [ColumnName(EncoderChain.Prefix + "R5"), VectorType(1 << 5)] public VBuffer<float> R5 { get; set; }
    [ColumnName(EncoderChain.Prefix + "R6"), VectorType(1 << 6)] public VBuffer<float> R6 { get; set; }
    [ColumnName(EncoderChain.Prefix + "R7"), VectorType(1 << 7)] public VBuffer<float> R7 { get; set; }
    [ColumnName(EncoderChain.Prefix + "R8"), VectorType(1 << 8)] public VBuffer<float> R8 { get; set; }
    [ColumnName(EncoderChain.Prefix + "R9"), VectorType(1 << 9)] public VBuffer<float> R9 { get; set; }
    [ColumnName(EncoderChain.Prefix + "R10"), VectorType(1 << 10)] public VBuffer<float> R10 { get; set; }
    [ColumnName(EncoderChain.Prefix + "R11"), VectorType(1 << 11)] public VBuffer<float> R11 { get; set; }
    [ColumnName(EncoderChain.Prefix + "R12"), VectorType(1 << 12)] public VBuffer<float> R12 { get; set; }
    [ColumnName(EncoderChain.Prefix + "R13"), VectorType(1 << 13)] public VBuffer<float> R13 { get; set; }
    [ColumnName(EncoderChain.Prefix + "R14"), VectorType(1 << 14)] public VBuffer<float> R14 { get; set; }

    /// <summary>The predicted class counted from 1, as a key's numbers are.</summary>
    [ColumnName(EncoderChain.Prefix + "ClassNumber")]
    public uint ClassNumber { get; set; }

    /// <summary>Whether class 1 of two is predicted.</summary>
    [ColumnName(EncoderChain.Prefix + "ClassBoolean")]
    public bool ClassBoolean { get; set; }
}

/// <summary>Encodes a row with the encoder that the payload holds.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class EncodeFactory : CustomMappingFactory<PayloadAndFeatures, EncodedPieces>
{
    public const string Contract = "Disentangle.ML.Encode.1";

    // A loaded chain hands out the same string for every row, so it names the decoded encoder; and it lives exactly as long as the chain.
    private static readonly ConditionalWeakTable<string, RowEncoder> Decoded = [];

    public override Action<PayloadAndFeatures, EncodedPieces> GetMapping() => static (row, pieces) => Find(row.Payload).Encode(row, pieces);

    private static RowEncoder Find(ReadOnlyMemory<char> payload)
    {
        // Where the host keeps the payload as part of a longer text, that text stands for it: a chain has one payload only.
        if (!MemoryMarshal.TryGetString(payload, out string? text, out _, out _))
            return new RowEncoder(ModelPayload.Read(payload.Span));
        return Decoded.TryGetValue(text, out RowEncoder? encoder) ? encoder : Decoded.GetValue(text, _ => new RowEncoder(ModelPayload.Read(payload.Span)));
    }

    /// <summary>Encodes single rows for any number of threads.</summary>
    private sealed class RowEncoder(EncodingTransformer transformer)
    {
        private readonly ConcurrentBag<Workspace> _idle = [];

        public void Encode(PayloadAndFeatures row, EncodedPieces pieces)
        {
            if (!_idle.TryTake(out Workspace? workspace))
                workspace = new Workspace(transformer);
            workspace.Encode(row, pieces);
            _idle.Add(workspace);
        }
    }

    private sealed class Workspace(EncodingTransformer transformer)
    {
        private readonly RowEncoding _encoding = new(transformer, capacity: 1, threads: 1);
        private float[] _features = [];

        public void Encode(PayloadAndFeatures row, EncodedPieces pieces)
        {
            VBuffer<float> values = row.Features;
            long? steps = row.Length == PayloadAndFeatures.AllSteps ? null : (long)row.Length;
            _encoding.Clear();
            _encoding.Add(FeatureReader.Check(in values, steps, transformer.Encoder.Input, transformer.InputColumnName, rowNumber: null, ref _features));
            _encoding.Run();

            EncodedValues encoded = _encoding[0];
            Pieces.Write(pieces, Pieces.Embedding, encoded.Embedding.Span);
            Pieces.Write(pieces, Pieces.Score, encoded.Probabilities.Span);
            Pieces.Write(pieces, Pieces.Reconstruction, encoded.Reconstruction.Span);
            if (transformer.Columns.NeedsProbabilities)
                (pieces.ClassNumber, pieces.ClassBoolean) = ((uint)encoded.PredictedClass + 1, encoded.PredictedClass == 1);
        }
    }
}
