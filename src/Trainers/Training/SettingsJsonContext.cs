using System.Text.Json.Serialization;

namespace Disentangle.ML.Trainers;

/// <summary>The generated code for <see cref="SettingsJson"/>. The types of losses and networks are listed on ILoss and Network.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    Converters = [typeof(ObjectiveConverter)],
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(EncoderTrainingOptions))]
[JsonSerializable(typeof(StoredEncoderOptions))]
[JsonSerializable(typeof(WeightedLoss[]))]
[JsonSerializable(typeof(CheckpointHeader))]
internal sealed partial class SettingsJsonContext : JsonSerializerContext;
