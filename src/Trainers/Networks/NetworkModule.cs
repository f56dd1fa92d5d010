using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>The layers of a network, with weights.</summary>
public abstract class NetworkModule
{
    /// <summary>The weights and biases, in a fixed order.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Runs the layers.</summary>
    /// <param name="engine">The engine to compute with; it may differ from the one that holds the parameters.</param>
    /// <param name="input">The rows.</param>
    /// <returns>The layers in order; the last one is the embedding.</returns>
    public abstract IReadOnlyList<LayerOutput> Forward(Engine engine, NetworkInput input);
}
