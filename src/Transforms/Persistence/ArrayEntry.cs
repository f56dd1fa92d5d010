using System.Text.Json.Serialization;

namespace Disentangle.ML.Transforms;

/// <summary>An array as the header of a model announces it.</summary>
internal sealed record ArrayEntry(
    [property: JsonPropertyName("name")] string? Name, [property: JsonPropertyName("shape")] int[]? Shape, [property: JsonPropertyName("bytes")] int Bytes);
