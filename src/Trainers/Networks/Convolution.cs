using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>A convolution over images, with its weights.</summary>
internal sealed class Convolution
{
    private readonly Padding _padding;
    private readonly Activation _activation;

    public Convolution(Engine engine, string name, int channels, int filters, int kernel, Padding padding, Activation activation,
        WeightInitialization initialization, Random random)
    {
        (_padding, _activation) = (padding, activation);
        InitialWeights.Reserve(name, filters, kernel, kernel, channels);
        (float[] weights, float[] biases) = InitialWeights.Draw(filters, kernel * kernel * channels, kernel * kernel * filters,
            initialization, random);
        Weight = engine.CreateParameter($"{name}.weight", new Shape(filters, kernel, kernel, channels), weights);
        Bias = engine.CreateParameter($"{name}.bias", new Shape(filters), biases);
    }

    public Parameter Weight { get; }

    public Parameter Bias { get; }

    public IEnumerable<Parameter> Parameters => [Weight, Bias];

    /// <summary>[n x height x width x channels] to [n x height x width x filters].</summary>
    public Tensor Forward(Engine engine, Tensor images) => engine.Convolution2D(images, Weight.Value, Bias.Value, _padding, _activation);

    /// <summary>
    /// The output, possibly pooled, as a layer of neurons: each image is a flat row, and so are the weights of each filter.
    /// </summary>
    public LayerOutput AsLayer(Engine engine, Tensor output)
    {
        Shape filters = Weight.Value.Shape;
        return new LayerOutput(Images.Flatten(engine, output),
            engine.Reshape(Weight.Value, new Shape(filters[0], filters[1] * filters[2] * filters[3])));
    }
}
