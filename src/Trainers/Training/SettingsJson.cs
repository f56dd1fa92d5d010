using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Disentangle.ML.Trainers;

/// <summary>JSON options for settings in models and checkpoints: enums by name, and NaN and infinities as text.</summary>
internal static class SettingsJson
{
    /// <summary>Options for the types of <see cref="SettingsJsonContext"/>.</summary>
    public static JsonSerializerOptions Options { get; } = KeepDefaults(SettingsJsonContext.Default);

    /// <summary>
    /// Returns the options of a generated context, changed so that properties missing in the JSON keep their defaults. Generated code sets
    /// all init-only properties, missing ones to zero or null, so a model saved before a setting existed would lose its default.
    /// </summary>
    public static JsonSerializerOptions KeepDefaults(JsonSerializerContext context) =>
        new(context.Options) { TypeInfoResolver = context.WithAddedModifier(SetOneByOne) };

    private static void SetOneByOne(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.Type.IsAbstract || type.Type.GetConstructor(
            Type.EmptyTypes) is not { } constructor)
            return;
        type.CreateObject = () => constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, null, null);
        foreach (JsonPropertyInfo property in type.Properties)
        {
            if (property.Set is not null && type.Type.GetProperty(property.Name) is { } member)
                property.Set = (target, value) => member.SetValue(target, value, BindingFlags.DoNotWrapExceptions, null, null, null);
        }
    }
}
