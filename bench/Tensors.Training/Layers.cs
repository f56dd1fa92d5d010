namespace Disentangle.ML.Tensors.Training;

/// <summary>A stack of layers.</summary>
internal sealed class Layers(Engine engine)
{
    private readonly List<Func<Tensor, Tensor>> _layers = [];
    private readonly Random _random = new(1);

    public List<Parameter> Parameters { get; } = [];

    public void AddLinear(int inputs, int outputs, Activation activation)
    {
        Parameter weight = AddParameter(new Shape(outputs, inputs), inputs);
        Parameter bias = AddParameter(new Shape(outputs), inputs);
        _layers.Add(x => engine.Linear(x, weight.Value, bias.Value, activation));
    }

    public void AddConvolution(int channels, int filters)
    {
        Parameter weight = AddParameter(new Shape(filters, 3, 3, channels), 9 * channels);
        Parameter bias = AddParameter(new Shape(filters), 9 * channels);
        _layers.Add(x => engine.MaxPool2D(engine.Convolution2D(x, weight.Value, bias.Value, Padding.Same, Activation.LeakyReLU), 2));
    }

    public void AddReshape(Func<Shape, Shape> shape) => _layers.Add(x => engine.Reshape(x, shape(x.Shape)));

    public Tensor Apply(Tensor x) => _layers.Aggregate(x, (value, layer) => layer(value));

    /// <summary>Uniform in ±1/√inputs, PyTorch's default.</summary>
    public Parameter AddParameter(Shape shape, int inputs)
    {
        double bound = 1 / Math.Sqrt(inputs);
        float[] values = [.. Enumerable.Range(0, shape.Length).Select(_ => (float)(bound * (2 * _random.NextDouble() - 1)))];
        Parameter parameter = engine.CreateParameter($"parameter{Parameters.Count}", shape, values);
        Parameters.Add(parameter);
        return parameter;
    }
}
