using System.Text.Json.Serialization;

namespace Disentangle.ML.Evaluators;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ClusterDescriptions))]
internal sealed partial class DescriptionJsonContext : JsonSerializerContext;
