namespace Disentangle.ML.Transforms;

/// <summary>A row of the image loaders.</summary>
internal sealed class LabelledImage
{
    public float[] Pixels { get; set; } = [];
    public float Label { get; set; }
}
