using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Disentangle.ML.Trainers;

/// <summary>How settings are written to models and checkpoints: enums by name, and the numbers JSON has no words for.</summary>
internal static class SettingsJson
{
    /// <summary>Writes and reads the types of <see cref="SettingsJsonContext"/>.</summary>
    public static JsonSerializerOptions Options { get; } = KeepDefaults(SettingsJsonContext.Default);

    /// <summary>
    /// The options of a generated context, changed so that a property that the JSON does not have keeps the default of its type. Generated code sets every
    /// init-only property together, to zero or null where the JSON has none; a model saved before a setting existed would lose that setting's default.
    /// </summary>
    public static JsonSerializerOptions KeepDefaults(JsonSerializerContext context) =>
        new(context.Options) { TypeInfoResolver = context.WithAddedModifier(SetOneByOne) };

    private static void SetOneByOne(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.Type.IsAbstract || type.Type.GetConstructor(Type.EmptyTypes) is not { } constructor)
            return;
        type.CreateObject = () => constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, null, null);
        foreach (JsonPropertyInfo property in type.Properties)
        {
            if (property.Set is not null && type.Type.GetProperty(property.Name) is { } member)
                property.Set = (target, value) => member.SetValue(target, value, BindingFlags.DoNotWrapExceptions, null, null, null);
        }
    }
}
