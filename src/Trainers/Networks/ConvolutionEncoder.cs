using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>A stack of convolutions with pooling: from images to the features of the last layer.</summary>
internal sealed class ConvolutionEncoder
{
    private readonly ImageSize _image;
    private readonly IReadOnlyList<ConvolutionLayer> _settings;
    private readonly Convolution[] _convolutions;

    /// <summary>Creates the layers with initial weights.</summary>
    /// <exception cref="ArgumentException"><paramref name="inputSize"/> is not the number of values of an image.</exception>
    public ConvolutionEncoder(Engine engine, int inputSize, ImageSize image, IReadOnlyList<ConvolutionLayer> layers, Activation activation,
        WeightInitialization initialization, Random random)
    {
        if (inputSize != image.Length)
        {
            throw new ArgumentException(
                $"The network needs images of {image} = {image.Length} values (height x width x channels); the rows have {inputSize}.",
                nameof(inputSize));
        }
        (_image, _settings) = (image, layers);
        _convolutions = new Convolution[layers.Count];
        for (int i = 0; i < _convolutions.Length; i++)
        {
            ConvolutionLayer layer = layers[i];
            _convolutions[i] = new Convolution(
                engine, $"convolution{i}", image.Channels, layer.Filters, layer.Kernel, layer.Padding, activation, initialization, random);
            image = layer.Apply(image);
        }
        OutputSize = image.Length;
    }

    /// <summary>The number of output features.</summary>
    public int OutputSize { get; }

    public IEnumerable<Parameter> Parameters => _convolutions.SelectMany(convolution => convolution.Parameters);

    /// <summary>Describes each invalid setting in one sentence.</summary>
    public static IEnumerable<string> Faults(string owner, ImageSize image, IReadOnlyList<ConvolutionLayer> layers)
    {
        if (image is null || image.Width < 1 || image.Height < 1 || image.Channels < 1)
        {
            yield return $"{owner}.Image is {image?.ToString() ?? "null"} (height x width x channels); each must be at least 1.";
            yield break;
        }
        if (!image.FitsMemory)
        {
            yield return $"{owner}.Image is {image} (height x width x channels); it can have at most {Array.MaxLength} values.";
            yield break;
        }
        if (layers.Count == 0)
            yield return $"{owner}.Convolutions is empty; at least one is needed.";
        for (int i = 0; i < layers.Count; i++)
        {
            string name = $"{owner}.Convolutions[{i}]";
            if (layers[i] is not { Filters: >= 1, Kernel: >= 1, Pool: >= 1 } layer)
            {
                yield return $"{name} is {layers[i]?.ToString() ?? "null"}; Filters, Kernel and Pool must be at least 1.";
                yield break;
            }
            foreach (string fault in SettingFaults.Defined($"{name}.Padding", layer.Padding)
                .Concat(SettingFaults.Defined($"{name}.PoolPadding", layer.PoolPadding)))
                yield return fault;
            ImageSize output = layer.Apply(image);
            if (!output.FitsMemory)
            {
                yield return $"{name} is {layer}; "
                    + $"its output {output} (height x width x channels) can have at most {Array.MaxLength} values.";
                yield break;
            }
            if (output.Width < 1 || output.Height < 1)
            {
                yield return $"{name} is {layer}; its input images of {image} (height x width x channels) are too small.";
                yield break;
            }
            image = output;
        }
    }

    /// <summary>
    /// [n x height width channels] to [n x <see cref="OutputSize"/>]; adds each pooled convolution to <paramref name="layers"/>.
    /// </summary>
    public Tensor Forward(Engine engine, Tensor rows, ICollection<LayerOutput> layers)
    {
        Tensor images = Images.Unflatten(engine, rows, _image);
        for (int i = 0; i < _convolutions.Length; i++)
        {
            images = Images.Pool(engine, _convolutions[i].Forward(engine, images), _settings[i].Pool, _settings[i].PoolPadding);
            layers.Add(_convolutions[i].AsLayer(engine, images));
        }
        return Images.Flatten(engine, images);
    }
}
