using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Disentangle.ML.Trainers;

/// <summary>Writes an objective as a list of terms. Custom losses and views are stored by name only.</summary>
internal sealed class ObjectiveConverter : JsonConverter<Objective>
{
    public override Objective Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize(ref reader, Terms(options))!);

    public override void Write(Utf8JsonWriter writer, Objective value, JsonSerializerOptions options)
    {
        var known = value.Terms.Select(term => term with { Loss = Recorded(term.Loss) });
        JsonSerializer.Serialize(writer, known.ToArray(), Terms(options));
    }

    /// <summary>Returns the loss and the views of its pairs that JSON stores by name only.</summary>
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
        NeighborContrastLoss { Pairs: { View: { } view } pairs } contrast =>
            contrast with { Pairs = pairs with { View = Recorded(view) } },
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
