using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Disentangle.ML.Trainers;

/// <summary>Writes an objective as the list of its terms; a custom loss is kept by name only.</summary>
internal sealed class ObjectiveConverter : JsonConverter<Objective>
{
    public override Objective Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize(ref reader, Terms(options))!);

    public override void Write(Utf8JsonWriter writer, Objective value, JsonSerializerOptions options)
    {
        var known = value.Terms.Select(term =>
            term.Loss.GetType().Assembly == typeof(ILoss).Assembly ? term : term with { Loss = new RecordedLoss(term.Loss.Name) });
        JsonSerializer.Serialize(writer, known.ToArray(), Terms(options));
    }

    private static JsonTypeInfo<WeightedLoss[]> Terms(JsonSerializerOptions options) =>
        (JsonTypeInfo<WeightedLoss[]>)options.GetTypeInfo(typeof(WeightedLoss[]));
}
