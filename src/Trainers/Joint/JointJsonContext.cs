using System.Text.Json.Serialization;

namespace Disentangle.ML.Trainers;

/// <summary>The generated code that stores the options of joint autoencoders in checkpoints.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(JointTrainingOptions))]
internal sealed partial class JointJsonContext : JsonSerializerContext;
