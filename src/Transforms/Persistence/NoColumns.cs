namespace Disentangle.ML.Transforms;

/// <summary>The input of a custom mapping that reads no columns.</summary>
internal sealed class NoColumns;
