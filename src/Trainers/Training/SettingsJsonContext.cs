using System.Text.Json.Serialization;

namespace Disentangle.ML.Trainers;

/// <summary>The generated code of <see cref="SettingsJson"/>. Losses and networks come with the lists of types on ILoss and Network.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    Converters = [typeof(ObjectiveConverter)],
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(EncoderTrainingOptions))]
[JsonSerializable(typeof(JointTrainingOptions))]
[JsonSerializable(typeof(WeightedLoss[]))]
[JsonSerializable(typeof(CheckpointHeader))]
internal sealed partial class SettingsJsonContext : JsonSerializerContext;
