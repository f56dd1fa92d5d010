using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

// *** Format of the payload, version 1 ***
// byte[4]   "DMLP"
// int32     version
// int32     length of the header
// byte[]    header, JSON in UTF-8: kind, settings, arrays (name, shape and number of bytes each)
// byte[]    the arrays, in the header's order
// byte[32]  SHA-256 of everything before
// All numbers are little-endian. It is stored as base64 in a text column.

/// <summary>Encodes a transformer as text in a saved model.</summary>
internal static class ModelPayload
{
    private const int Version = 1;
    private static ReadOnlySpan<byte> Magic => "DMLP"u8;

    /// <summary>Encodes a saved transformer as text.</summary>
    public static string Write(SavedModel saved)
    {
        JsonObject header = saved.Header.DeepClone().AsObject();
        header["kind"] = saved.Kind;
        header["arrays"] = new JsonArray([.. saved.Arrays.Select(array => new JsonObject
        {
            ["name"] = array.Name,
            ["shape"] = ModelJson.Write(array.Shape),
            ["bytes"] = array.Bytes.Length,
        })]);
        byte[] text = Encoding.UTF8.GetBytes(header.ToJsonString());
        int bodyLength = checked(Magic.Length + 2 * sizeof(int) + text.Length + saved.Arrays.Sum(array => array.Bytes.Length));
        var bytes = new byte[bodyLength + SHA256.HashSizeInBytes];
        Span<byte> rest = bytes;
        Magic.CopyTo(rest);
        BinaryPrimitives.WriteInt32LittleEndian(rest[4..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(rest[8..], text.Length);
        text.CopyTo(rest[12..]);
        rest = rest[(12 + text.Length)..];
        foreach (SavedArray array in saved.Arrays)
        {
            array.Bytes.Span.CopyTo(rest);
            rest = rest[array.Bytes.Length..];
        }
        SHA256.HashData(bytes.AsSpan(0, bodyLength), rest);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Decodes the text of a saved transformer.</summary>
    /// <exception cref="InvalidDataException">The text is truncated, altered, or of a version this library does not know.</exception>
    public static SavedModel Read(ReadOnlySpan<char> base64)
    {
        byte[] bytes = new byte[base64.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(base64, bytes, out int length) || length < 12 + SHA256.HashSizeInBytes || !bytes.AsSpan()
            .StartsWith(Magic))
            throw Damaged();
        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4));
        if (version != Version)
        {
            throw new InvalidDataException(
                $"The model was saved in format {version}; this version of Disentangle.ML reads format {Version}. "
                + "Use the version that saved it or a newer one.");
        }
        ReadOnlyMemory<byte> body = bytes.AsMemory(0, length - SHA256.HashSizeInBytes);
        if (!SHA256.HashData(body.Span).AsSpan().SequenceEqual(bytes.AsSpan(body.Length, SHA256.HashSizeInBytes)))
            throw Damaged();

        int headerLength = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        if (headerLength < 0 || headerLength > body.Length - 12)
            throw Damaged();
        JsonObject header;
        List<ArrayEntry> entries;
        try
        {
            header = JsonNode.Parse(body.Span.Slice(12, headerLength))?.AsObject() ?? throw Damaged();
            entries = ModelJson.Read<List<ArrayEntry>?>(header["arrays"]) ?? throw Damaged();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw Damaged(e);
        }
        ReadOnlyMemory<byte> rest = body[(12 + headerLength)..];
        var arrays = new List<SavedArray>();
        foreach (ArrayEntry entry in entries)
        {
            if (entry is not { Name: not null, Shape: not null, Bytes: >= 0 } || entry.Bytes > rest.Length)
                throw Damaged();
            arrays.Add(new SavedArray(entry.Name, entry.Shape, rest[..entry.Bytes]));
            rest = rest[entry.Bytes..];
        }
        var saved = new SavedModel("", header, arrays);
        return saved with { Kind = saved.Setting<string>("kind") };
    }

    /// <summary>Restores a saved transformer.</summary>
    /// <exception cref="InvalidDataException">
    /// The text is truncated, altered, or of a version or a kind that this library does not know.
    /// </exception>
    public static FeatureTransformer ReadTransformer(ReadOnlySpan<char> base64)
    {
        SavedModel saved = Read(base64);
        try
        {
            // The settings cannot require more weights than were saved.
            using IDisposable allowance = InitialWeights.Allow(saved.Arrays.Sum(array => (long)array.Bytes.Length) / sizeof(float));
            FeatureTransformer transformer = saved.Kind switch
            {
                DisentangleEncoderTransformer.Kind => DisentangleEncoderTransformer.Read(saved),
                DisentangleAutoencoderTransformer.Kind => DisentangleAutoencoderTransformer.Read(saved),
                JointAutoencoderTransformer.Kind => JointAutoencoderTransformer.Read(saved),
                GaussianMixtureTransformer.Kind => GaussianMixtureTransformer.Read(saved),
                KMeansWithinTransformer.Kind => KMeansWithinTransformer.Read(saved),
                _ => throw new InvalidDataException(
                    $"The model is a '{saved.Kind}', which this version of Disentangle.ML does not know; use a newer version."),
            };
            return transformer.Outputs.All(output => output.Size <= Pieces.MaximumWidth && !string.IsNullOrWhiteSpace(output.Name))
                ? transformer
                : throw new InvalidDataException("The model is damaged: one of its columns has no name or too many values.");
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"The model is damaged: {e.Message}", e);
        }
    }

    private static InvalidDataException Damaged(Exception? cause = null) =>
        new("The model is damaged: the data of Disentangle.ML in it was truncated or altered after saving.", cause);
}
