using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.Serving;

/// <summary>A model as it was read from its file.</summary>
/// <param name="Model">The model with its batching transformers.</param>
/// <param name="InputSchema">The schema that was saved with it; null if none was.</param>
/// <param name="Version">1 for the first file, one more for each that took its place.</param>
public sealed record LoadedModel(DisentangleModel Model, DataViewSchema? InputSchema, int Version);
