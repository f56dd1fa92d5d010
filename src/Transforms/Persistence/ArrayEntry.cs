using System.Text.Json.Serialization;

namespace Disentangle.ML.Transforms;

/// <summary>The description of an array in a model's header.</summary>
internal sealed record ArrayEntry(
    [property: JsonPropertyName("name")] string? Name, [property: JsonPropertyName("shape")] int[]? Shape,
        [property: JsonPropertyName("bytes")] int Bytes);
