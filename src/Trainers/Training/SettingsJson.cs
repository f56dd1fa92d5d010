using System.Text.Json;
using System.Text.Json.Serialization;

namespace Disentangle.ML.Trainers;

/// <summary>How settings are written to models and checkpoints: enums by name, and the numbers JSON has no words for.</summary>
internal static class SettingsJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        Converters = { new JsonStringEnumConverter(), new ObjectiveConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
    };

    /// <summary>An objective as the list of its terms; a custom loss is kept by name only.</summary>
    private sealed class ObjectiveConverter : JsonConverter<Objective>
    {
        public override Objective Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<WeightedLoss[]>(ref reader, options)!);

        public override void Write(Utf8JsonWriter writer, Objective value, JsonSerializerOptions options)
        {
            var known = value.Terms.Select(term =>
                term with { Loss = Recorded(term.Loss) });
            JsonSerializer.Serialize(writer, known.ToArray(), options);
        }

        private static ILoss Recorded(ILoss loss) => loss switch
        {
            NeighborContrastLoss { Pairs: { View: { } view } pairs } contrast => contrast with { Pairs = pairs with { View = Recorded(view) } },
            _ when IsOurs(loss) => loss,
            _ => new RecordedLoss(loss.Name),
        };

        private static IRowView Recorded(IRowView view) => view switch
        {
            CombinedView combined => combined with { Views = [.. combined.Views.Select(Recorded)] },
            _ when IsOurs(view) => view,
            _ => new RecordedView(view.GetType().Name),
        };

        private static bool IsOurs(object value) => value.GetType().Assembly == typeof(ILoss).Assembly;
    }
}
