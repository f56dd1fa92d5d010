using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Mirrors a <see cref="ConvolutionEncoder"/>: a fully connected layer to the smallest image, then for each of its convolutions in reverse
/// order up-sampling by the pooling factor and a convolution to the input's channels. Convolutions keep the size; up-sampled images are
/// cropped to the mirrored size.
/// </summary>
internal sealed class ConvolutionDecoder
{
    private readonly ImageSize _smallest;
    private readonly Dense _start;
    private readonly Stage[] _stages;

    public ConvolutionDecoder(Engine engine, int inputs, ImageSize image, IReadOnlyList<ConvolutionLayer> mirrored, Activation activation,
        WeightInitialization initialization, Random random)
    {
        var sizes = new ImageSize[mirrored.Count + 1];
        sizes[0] = image;
        for (int i = 0; i < mirrored.Count; i++)
            sizes[i + 1] = new ImageSize(mirrored[i].Windows(sizes[i].Width), mirrored[i].Windows(sizes[i].Height), mirrored[i].Filters);
        _smallest = sizes[^1];
        _start = new Dense(engine, "decoder.start", inputs, _smallest.Length, activation, initialization, random);
        _stages = new Stage[mirrored.Count];
        for (int i = 0; i < _stages.Length; i++)
        {
            int mirror = mirrored.Count - 1 - i;
            bool last = mirror == 0;
            var convolution = new Convolution(engine, last ? "output" : $"decoder.convolution{i}", mirrored[mirror].Filters,
                sizes[mirror].Channels,
                mirrored[mirror].Kernel, Padding.Same, last ? Activation.Identity : activation, initialization, random);
            _stages[i] = new Stage(mirrored[mirror].Pool, sizes[mirror], convolution);
        }
    }

    public IEnumerable<Parameter> Parameters => [.. _start.Parameters, .. _stages.SelectMany(stage => stage.Convolution.Parameters)];

    /// <summary>[n x inputs] to [n x height width channels]; adds every layer except the last to <paramref name="layers"/>.</summary>
    public Tensor Forward(Engine engine, Tensor code, ICollection<LayerOutput> layers)
    {
        Tensor start = _start.Forward(engine, code);
        layers.Add(new LayerOutput(start, _start.Weight.Value));
        Tensor images = Images.Unflatten(engine, start, _smallest);
        for (int i = 0; i < _stages.Length; i++)
        {
            Stage stage = _stages[i];
            images = stage.Convolution.Forward(engine, Images.UpSample(engine, images, stage.Factor, stage.Size));
            if (i < _stages.Length - 1)
                layers.Add(stage.Convolution.AsLayer(engine, images));
        }
        return Images.Flatten(engine, images);
    }

    private readonly record struct Stage(int Factor, ImageSize Size, Convolution Convolution);
}
