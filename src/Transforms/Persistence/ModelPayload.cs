using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

// *** Format of the payload, version 1: an Envelope "DMLP", stored as base64 in a text column ***
// header    JSON in UTF-8: kind, settings, arrays (name, shape and number of bytes each)
// content   the arrays, in the header's order

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
        using var bytes = new MemoryStream();
        Envelope.Write(bytes, Magic, Version, Encoding.UTF8.GetBytes(header.ToJsonString()), stream =>
        {
            foreach (SavedArray array in saved.Arrays)
                stream.Write(array.Bytes.Span);
        });
        return Convert.ToBase64String(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>Decodes the text of a saved transformer.</summary>
    /// <exception cref="InvalidDataException">The text is truncated, altered, or of a version this library does not know.</exception>
    public static SavedModel Read(ReadOnlySpan<char> base64)
    {
        byte[] bytes = new byte[base64.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(base64, bytes, out int length))
            throw Damaged();
        int version = Version;
        EnvelopeFault fault = Envelope.Read(
            bytes.AsMemory(0, length), Magic, ref version, out ReadOnlyMemory<byte> text, out ReadOnlyMemory<byte> rest);
        if (fault == EnvelopeFault.OtherVersion)
        {
            throw new InvalidDataException(
                $"The model was saved in format {version}; this version of Disentangle.ML reads format {Version}. "
                + "Use the version that saved it or a newer one.");
        }
        if (fault != EnvelopeFault.None)
            throw Damaged();
        JsonObject header;
        List<ArrayEntry> entries;
        try
        {
            header = JsonNode.Parse(text.Span)?.AsObject() ?? throw Damaged();
            entries = ModelJson.Read<List<ArrayEntry>?>(header["arrays"]) ?? throw Damaged();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw Damaged(e);
        }
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
                ProjectionTransformer.Kind => ProjectionTransformer.Read(saved),
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
