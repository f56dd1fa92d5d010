namespace Disentangle.ML.Tool;

/// <summary>The arguments of <c>disentangle fit</c>.</summary>
internal sealed record FitSettings(
    FileInfo Data, string? Label, string? Truth, int? Clusters, FileInfo Output, FileInfo? Report, string[] Ignored, string[] Texts,
    int? Epochs, int Seed);
