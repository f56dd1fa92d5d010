namespace Disentangle.ML.Transforms;

/// <summary>An array to read, of integers that fit in a byte.</summary>
internal sealed record MatVariable(string Name, byte Least, byte Greatest);
