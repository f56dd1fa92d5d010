using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>The generated code for <see cref="ModelJson"/>: lists the types in a model's header.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    Converters = [typeof(ObjectiveConverter)],
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(DisentangleEncoderOptions))]
[JsonSerializable(typeof(DisentangleAutoencoderOptions))]
[JsonSerializable(typeof(JointAutoencoderOptions))]
[JsonSerializable(typeof(GaussianMixtureOptions))]
[JsonSerializable(typeof(WeightedLoss[]))]
[JsonSerializable(typeof(IReadOnlyList<TrainingProgress>))]
[JsonSerializable(typeof(List<TrainingProgress>))]
[JsonSerializable(typeof(List<ArrayEntry>))]
[JsonSerializable(typeof(StopReason))]
[JsonSerializable(typeof(JointSide))]
[JsonSerializable(typeof(FeatureScalingKind?))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(bool?))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(IReadOnlyList<double>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(bool[]))]
[JsonSerializable(typeof(float[]))]
[JsonSerializable(typeof(double[]))]
[JsonSerializable(typeof(sbyte[]))]
[JsonSerializable(typeof(byte[]))]
[JsonSerializable(typeof(short[]))]
[JsonSerializable(typeof(ushort[]))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(uint[]))]
[JsonSerializable(typeof(long[]))]
[JsonSerializable(typeof(ulong[]))]
internal sealed partial class ModelJsonContext : JsonSerializerContext;
