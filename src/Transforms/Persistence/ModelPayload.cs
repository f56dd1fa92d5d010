using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

// *** Format of the payload, version 1 ***
// byte[4]   "DMLP"
// int32     version
// int32     length of the header
// byte[]    header, JSON in UTF-8: kind, columns, labels, input size, options, history, parameters (name and shape each)
// float[]   the parameters' values, in the header's order
// byte[32]  SHA-256 of all before
// All numbers are little-endian. It is stored as base64 in a text column.

/// <summary>An encoder as text, as it stands in a saved model.</summary>
internal static class ModelPayload
{
    private const int Version = 1;
    private const string EncoderKind = "DisentangleEncoder";
    private const string AutoencoderKind = "DisentangleAutoencoder";
    private static ReadOnlySpan<byte> Magic => "DMLP"u8;

    /// <summary>The text of a transformer.</summary>
    public static string Write(EncodingTransformer transformer)
    {
        IReadOnlyList<Parameter> parameters = transformer.Encoder.Parameters;
        var header = new JsonObject
        {
            ["kind"] = transformer is DisentangleAutoencoderTransformer ? AutoencoderKind : EncoderKind,
            ["input"] = transformer.Columns.Input,
            ["length"] = transformer.Columns.Length,
            ["embedding"] = transformer.Columns.Embedding,
            ["score"] = transformer.Columns.Score,
            ["predictedLabel"] = transformer.Columns.PredictedLabel,
            ["reconstruction"] = transformer.Columns.Reconstruction,
            ["labels"] = transformer.Columns.Labels?.ToJson(),
            ["inputSize"] = transformer.Encoder.Input.Width,
            ["options"] = transformer switch
            {
                DisentangleAutoencoderTransformer autoencoder => JsonSerializer.SerializeToNode(autoencoder.Options, SettingsJson.Options),
                _ => JsonSerializer.SerializeToNode(((DisentangleEncoderTransformer)transformer).Options, SettingsJson.Options),
            },
            ["history"] = JsonSerializer.SerializeToNode(transformer.History, SettingsJson.Options),
            ["stopReason"] = transformer.StopReason.ToString(),
            ["bestEpoch"] = transformer.BestEpoch,
            ["parameters"] = new JsonArray([.. parameters.Select(parameter => new JsonObject
            {
                ["name"] = parameter.Name,
                ["shape"] = new JsonArray([.. Enumerable.Range(0, parameter.Value.Shape.Rank).Select(axis => (JsonNode)parameter.Value.Shape[axis])]),
            })]),
        };

        byte[] text = JsonSerializer.SerializeToUtf8Bytes(header);
        int values = parameters.Sum(parameter => parameter.Value.Shape.Length);
        int bodyLength = checked(Magic.Length + 2 * sizeof(int) + text.Length + values * sizeof(float));
        var bytes = new byte[bodyLength + SHA256.HashSizeInBytes];
        Span<byte> rest = bytes;
        Magic.CopyTo(rest);
        BinaryPrimitives.WriteInt32LittleEndian(rest[4..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(rest[8..], text.Length);
        text.CopyTo(rest[12..]);
        rest = rest[(12 + text.Length)..];
        foreach (Parameter parameter in parameters)
        {
            foreach (float value in parameter.Value.ToArray())
            {
                BinaryPrimitives.WriteSingleLittleEndian(rest, value);
                rest = rest[sizeof(float)..];
            }
        }
        SHA256.HashData(bytes.AsSpan(0, bodyLength), rest);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>The transformer of a text.</summary>
    /// <exception cref="InvalidDataException">The text is truncated, altered, or of a version this library does not know.</exception>
    public static EncodingTransformer Read(ReadOnlySpan<char> base64)
    {
        byte[] buffer = new byte[base64.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(base64, buffer, out int length) || length < 12 + SHA256.HashSizeInBytes)
            throw Damaged();
        ReadOnlySpan<byte> bytes = buffer.AsSpan(0, length);
        if (!bytes.StartsWith(Magic))
            throw Damaged();
        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (version != Version)
        {
            throw new InvalidDataException(
                $"The model was saved in format {version}; this version of Disentangle.ML reads format {Version}. Use the version that saved it, or a newer one.");
        }
        ReadOnlySpan<byte> body = bytes[..^SHA256.HashSizeInBytes];
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(bytes[^SHA256.HashSizeInBytes..]))
            throw Damaged();

        int headerLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        var header = (JsonObject)JsonNode.Parse(body.Slice(12, headerLength))!;
        ReadOnlySpan<byte> values = body[(12 + headerLength)..];
        return (string?)header["kind"] switch
        {
            EncoderKind => Read<DisentangleEncoderOptions>(header, values, (columns, options, result) => new DisentangleEncoderTransformer(columns, options, result)),
            AutoencoderKind =>
                Read<DisentangleAutoencoderOptions>(header, values, (columns, options, result) => new DisentangleAutoencoderTransformer(columns, options, result)),
            var kind => throw new InvalidDataException($"The model is a '{kind}', which this version of Disentangle.ML does not know; a newer one may."),
        };
    }

    private static EncodingTransformer Read<TOptions>(
        JsonObject header, ReadOnlySpan<byte> values, Func<EncoderColumns, TOptions, TrainingResult, EncodingTransformer> create)
        where TOptions : EncodingOptions
    {
        TOptions options = header["options"].Deserialize<TOptions>(SettingsJson.Options)!;
        ClassLabels? labels = header["labels"] is JsonObject json ? ClassLabels.FromJson(json) : null;
        using var engine = new ManagedEngine(threads: 1);
        var encoder = new Encoder(engine, options.Network, (int)header["inputSize"]!, labels?.Count ?? 0, options.Objective.Similarity);
        SetParameters(engine, encoder.Parameters, (JsonArray)header["parameters"]!, values);
        var columns = new EncoderColumns((string)header["input"]!, (string?)header["length"], (string)header["embedding"]!, (string?)header["score"],
            (string?)header["predictedLabel"], (string?)header["reconstruction"], labels);
        var result = new TrainingResult(encoder, header["history"].Deserialize<List<TrainingProgress>>(SettingsJson.Options)!,
            Enum.Parse<StopReason>((string)header["stopReason"]!), (int)header["bestEpoch"]!);
        return create(columns, options, result);
    }

    private static void SetParameters(Engine engine, IReadOnlyList<Parameter> parameters, JsonArray saved, ReadOnlySpan<byte> values)
    {
        if (saved.Count != parameters.Count)
            throw new InvalidDataException($"The model holds {saved.Count} weight arrays; its network has {parameters.Count}.");
        for (int i = 0; i < parameters.Count; i++)
        {
            Parameter parameter = parameters[i];
            int[] shape = saved[i]!["shape"].Deserialize<int[]>()!;
            Shape expected = parameter.Value.Shape;
            if ((string?)saved[i]!["name"] != parameter.Name || !shape.SequenceEqual(Enumerable.Range(0, expected.Rank).Select(axis => expected[axis])))
            {
                throw new InvalidDataException(
                    $"The model holds '{saved[i]!["name"]}' of shape [{string.Join(" x ", shape)}] where its network has '{parameter.Name}' of shape {expected}.");
            }

            int size = expected.Length * sizeof(float);
            if (values.Length < size)
                throw Damaged();
            engine.SetValues(parameter, Singles(values[..size]));
            values = values[size..];
        }
    }

    private static ReadOnlySpan<float> Singles(ReadOnlySpan<byte> bytes)
    {
        if (BitConverter.IsLittleEndian)
            return MemoryMarshal.Cast<byte, float>(bytes);
        var values = new float[bytes.Length / sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        return values;
    }

    private static InvalidDataException Damaged() => new("The encoder in the model is damaged: it was truncated or altered after it was saved.");
}
