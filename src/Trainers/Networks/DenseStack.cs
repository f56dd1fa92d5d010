using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>A stack of fully connected layers, with dropout between them.</summary>
internal sealed class DenseStack
{
    private readonly Dense[] _layers;
    private readonly float _dropout;

    public DenseStack(Engine engine, int inputs, IReadOnlyList<DenseSettings> layers, WeightInitialization initialization, Random random,
        float dropout = 0)
    {
        _dropout = dropout;
        _layers = new Dense[layers.Count];
        for (int i = 0; i < _layers.Length; i++)
        {
            _layers[i] = new Dense(engine, layers[i].Name, inputs, layers[i].Size, layers[i].Activation, initialization, random);
            inputs = layers[i].Size;
        }
        OutputSize = inputs;
    }

    /// <summary>The number of output values per row: the size of the last layer, or of the input if there are no layers.</summary>
    public int OutputSize { get; }

    public IEnumerable<Parameter> Parameters => _layers.SelectMany(layer => layer.Parameters);

    /// <summary>Settings of hidden layers, named hidden0, hidden1, ... or with another prefix.</summary>
    public static IEnumerable<DenseSettings> Hidden(IEnumerable<int> sizes, Activation activation, string prefix = "hidden") =>
        sizes.Select((size, i) => new DenseSettings($"{prefix}{i}", size, activation));

    /// <summary>Runs the layers, adds each to <paramref name="layers"/> before dropout, and returns the output of the last one.</summary>
    public Tensor Forward(Engine engine, Tensor input, ICollection<LayerOutput> layers)
    {
        Tensor output = input;
        for (int i = 0; i < _layers.Length; i++)
        {
            output = _layers[i].Forward(engine, i == 0 ? output : engine.Dropout(output, _dropout));
            layers.Add(new LayerOutput(output, _layers[i].Weight.Value));
        }
        return output;
    }
}
