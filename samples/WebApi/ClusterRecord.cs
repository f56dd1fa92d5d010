using System.Text.Json.Serialization;

namespace WebApi;

/// <summary>A digit with its column named.</summary>
/// <param name="Pixels">784 pixels from 0 to 1, row after row of the image.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ClusterRecord([property: JsonRequired] float[] Pixels);
