using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Disentangle.ML.Trainers;

/// <summary>Writes an objective as the list of its terms; custom losses and views are kept by name only.</summary>
internal sealed class ObjectiveConverter : JsonConverter<Objective>
{
    public override Objective Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize(ref reader, Terms(options))!);

    public override void Write(Utf8JsonWriter writer, Objective value, JsonSerializerOptions options)
    {
        var known = value.Terms.Select(term => term with { Loss = Recorded(term.Loss) });
        JsonSerializer.Serialize(writer, known.ToArray(), Terms(options));
    }

    /// <summary>A loss, and the views of its pairs, as far as JSON keeps their names only.</summary>
    public static IEnumerable<object> Unknown(ILoss loss) =>
        [.. IsOurs(loss) ? Array.Empty<object>() : [loss], .. loss.Pairs?.View is { } view ? Unknown(view) : []];

    private static IEnumerable<object> Unknown(IRowView view) => view switch
    {
        CombinedView combined => combined.Views.SelectMany(Unknown),
        _ when IsOurs(view) => [],
        _ => [view],
    };

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

    private static JsonTypeInfo<WeightedLoss[]> Terms(JsonSerializerOptions options) =>
        (JsonTypeInfo<WeightedLoss[]>)options.GetTypeInfo(typeof(WeightedLoss[]));
}
