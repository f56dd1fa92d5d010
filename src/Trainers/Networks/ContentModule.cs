using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>The layers that compute the mean of the content of images, with weights.</summary>
internal sealed class ContentModule(ConvolutionEncoder convolutions, Dense mean)
{
    public ConvolutionEncoder Convolutions => convolutions;

    public Dense Mean => mean;

    public IReadOnlyList<Parameter> Parameters { get; } = [.. convolutions.Parameters, .. mean.Parameters];

    /// <summary>[rows x height width channels] to [rows x features].</summary>
    public Tensor Features(Engine engine, Tensor images) => convolutions.Forward(engine, images, []);
}
