using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>A layer of a <see cref="DenseStack"/>.</summary>
internal readonly record struct DenseSettings(string Name, int Size, Activation Activation);

/// <summary>Fully connected layers one behind the other, with dropout between them.</summary>
internal sealed class DenseStack
{
    private readonly Dense[] _layers;
    private readonly float _dropout;

    public DenseStack(Engine engine, int inputs, IReadOnlyList<DenseSettings> layers, WeightInitialization initialization, Random random, float dropout = 0)
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

    /// <summary>The number of values it gives for a row: the size of the last layer, or what comes in where there is none.</summary>
    public int OutputSize { get; }

    public IEnumerable<Parameter> Parameters => _layers.SelectMany(layer => layer.Parameters);

    /// <summary>Hidden layers of these sizes, named hidden0, hidden1, ... or by another prefix.</summary>
    public static IEnumerable<DenseSettings> Hidden(IEnumerable<int> sizes, Activation activation, string prefix = "hidden") =>
        sizes.Select((size, i) => new DenseSettings($"{prefix}{i}", size, activation));

    /// <summary>Runs the layers, adds each to <paramref name="layers"/> before dropout, and gives the last one's output.</summary>
    public Tensor Forward(Engine engine, Tensor input, ICollection<Layer> layers)
    {
        Tensor output = input;
        for (int i = 0; i < _layers.Length; i++)
        {
            output = _layers[i].Forward(engine, i == 0 ? output : engine.Dropout(output, _dropout));
            layers.Add(new Layer(output, _layers[i].Weight.Value));
        }
        return output;
    }
}
