using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>Reads and writes the JSON in saved models with generated code, so trimmed programs can save and load them.</summary>
internal static class ModelJson
{
    private static readonly JsonSerializerOptions _options = SettingsJson.KeepDefaults(ModelJsonContext.Default);

    public static JsonNode? Write<T>(T value) => JsonSerializer.SerializeToNode(value, TypeInfo<T>());

    public static T Read<T>(JsonNode? node) => node.Deserialize(TypeInfo<T>())!;

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));
}
