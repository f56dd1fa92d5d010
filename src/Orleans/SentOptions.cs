using System.Text.Json;
using System.Text.Json.Nodes;
using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;

namespace Disentangle.ML.Orleans;

/// <summary>The options of an encoder in JSON, as in a saved model. Losses and networks are a closed set, so no code is sent.</summary>
internal static class SentOptions
{
    private const int MaximumCharacters = 1 << 20;

    /// <exception cref="ArgumentException">The options have something that cannot be sent.</exception>
    public static void Check(EncoderOptions options)
    {
        string[] faults =
        [
            .. options.ValidationData is null ? [] : new[] { "ValidationData is set; use ValidationFraction" },
            .. options.Progress is null ? [] : new[] { "Progress is set; it cannot be called from another machine" },
            .. options.Device == Device.Managed ? [] : new[] { "Device is set; silos train on their CPU" },
            .. (options.Objective?.Terms ?? []).SelectMany(term => ObjectiveConverter.Unknown(term.Loss))
                .Select(own => $"Objective has a {own.GetType().Name}, whose code the silos do not have"),
        ];
        if (faults.Length > 0)
            throw new ArgumentException($"The options cannot be sent to a cluster. {string.Join(". ", faults)}.");
    }

    public static string Write<TOptions>(TOptions options)
        where TOptions : EncoderOptions
    {
        Check(options);
        try
        {
            return ModelJson.Write(options)!.ToJsonString();
        }
        catch (Exception exception) when (exception is NotSupportedException or JsonException)
        {
            throw new ArgumentException($"The options cannot be sent to a cluster. {exception.Message}", exception);
        }
    }

    public static TOptions Read<TOptions>(string json)
        where TOptions : EncoderOptions => json.Length <= MaximumCharacters
        ? ModelJson.Read<TOptions>(JsonNode.Parse(json))
        : throw new InvalidDataException($"The options have {json.Length} characters; at most {MaximumCharacters} are accepted.");
}
