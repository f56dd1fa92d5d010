namespace Disentangle.ML.Onnx;

/// <summary>The tensors that a step of this library reads.</summary>
/// <param name="Features">[rows x values].</param>
/// <param name="Lengths">The steps that count, Int64 [rows]; null where the features are no sequences.</param>
/// <param name="Label">The class, Boolean or a key of any unsigned type, [rows x 1]; null where the step does not look at it.</param>
internal sealed record FeatureTensors(string Features, string? Lengths, string? Label);
