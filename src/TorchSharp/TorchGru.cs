using TorchSharp.Modules;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;
using TorchDeviceType = TorchSharp.torch.Device;

namespace Disentangle.ML.TorchSharp;

/// <summary>
/// libtorch's GRU, which reads parameters of its own only: they take over the values of an engine's parameters, and their place.
/// </summary>
internal sealed class TorchGru : IDisposable
{
    private readonly TorchTensor[] _weights;
    private readonly GRU _module;

    /// <param name="weights">Parameters: the weights of inputs and states, and the biases of both.</param>
    /// <param name="device">Where they lie.</param>
    public TorchGru(TorchTensor[] weights, TorchDeviceType device)
    {
        _weights = weights;
        _module = nn.GRU(weights[0].Shape[1], weights[1].Shape[1], device: device);
        using IDisposable mode = no_grad();
        Dictionary<string, Parameter> parameters = _module.named_parameters().ToDictionary(named => named.name, named => named.parameter);
        foreach ((TorchTensor weight, string name) in weights.Zip(["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]))
        {
            Parameter parameter = parameters[name];
            parameter.DetachFromDisposeScope();
            parameter.copy_(weight.Value);
            weight.Value.Dispose();
            weight.Value = parameter;
        }
    }

    /// <summary>Whether these are its weights, in this order.</summary>
    public bool Has(TorchTensor[] weights) => _weights.SequenceEqual(weights);

    /// <summary>The states after each step.</summary>
    /// <param name="sequences">Packed, longest first.</param>
    /// <param name="state">[1 x sequences x hidden], in the same order.</param>
    public nn.utils.rnn.PackedSequence Run(nn.utils.rnn.PackedSequence sequences, Tensor state) => _module.call(sequences, state).Item1;

    public void Dispose()
    {
        foreach (TorchTensor weight in _weights)
            weight.Value.Dispose();
        _module.Dispose();
    }
}
