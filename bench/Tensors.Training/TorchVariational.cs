using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using TorchDevice = TorchSharp.torch.Device;
using TorchTensor = TorchSharp.torch.Tensor;
using Module = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Disentangle.ML.Tensors.Training;

/// <summary>Convolutions, two Gaussian latents of 10, and a decoder that mirrors them, by TorchSharp: the module of steps.py.</summary>
internal sealed class TorchVariational
{
    private readonly Sequential _encoder;
    private readonly Linear[] _heads;
    private readonly Linear _start;
    private readonly Conv2d[] _convolutions;
    private readonly int[] _pools;
    private readonly List<int> _sides;
    private readonly int _features;

    public TorchVariational(int side, int channels, int[] filters, int[] pools, TorchDevice device)
    {
        (_sides, _pools, _features) = ([side], pools, filters[^1]);
        int[] planes = [channels, .. filters];
        var parts = new List<Module>();
        for (int i = 0; i < filters.Length; i++)
        {
            parts.AddRange([nn.Conv2d(planes[i], planes[i + 1], 3, padding: 1), nn.ReLU()]);
            if (pools[i] > 1)
                parts.Add(nn.MaxPool2d(pools[i], ceil_mode: true));
            _sides.Add((_sides[i] + pools[i] - 1) / pools[i]);
        }
        _encoder = nn.Sequential([.. parts, nn.Flatten()]);
        int features = filters[^1] * _sides[^1] * _sides[^1];
        _heads = [.. Enumerable.Range(0, 4).Select(_ => nn.Linear(features, 10))];
        _start = nn.Linear(20, features);
        _convolutions = [.. filters.Select((_, i) => nn.Conv2d(planes[i + 1], planes[i], 3, padding: 1))];
        foreach (Module module in Modules)
            module.to(device);
    }

    public IEnumerable<global::TorchSharp.Modules.Parameter> Parameters => Modules.SelectMany(module => module.parameters());

    private IEnumerable<Module> Modules => [_encoder, .. _heads, _start, .. _convolutions];

    /// <summary>Mean and log-variance of the style, then of the content.</summary>
    public TorchTensor[] Encode(TorchTensor images)
    {
        TorchTensor features = _encoder.forward(images);
        return [.. _heads.Select(head => head.forward(features))];
    }

    public TorchTensor Decode(TorchTensor style, TorchTensor content)
    {
        TorchTensor x = nn.functional.relu(_start.forward(cat([style, content], 1))).reshape(-1, _features, _sides[^1], _sides[^1]);
        for (int i = _convolutions.Length - 1; i >= 0; i--)
        {
            if (_pools[i] > 1)
            {
                x = nn.functional.interpolate(x, scale_factor: [_pools[i], _pools[i]], mode: InterpolationMode.Nearest)
                    .narrow(2, 0, _sides[i]).narrow(3, 0, _sides[i]);
            }
            x = _convolutions[i].forward(x);
            if (i > 0)
                x = nn.functional.relu(x);
        }
        return x;
    }
}
