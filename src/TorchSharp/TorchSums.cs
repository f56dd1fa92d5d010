using TorchSharp;
using Disentangle.ML.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Disentangle.ML.TorchSharp;

/// <summary>Sums that keep scalars on the device, and read those of many steps at once.</summary>
internal sealed class TorchSums : ScalarSums
{
    private const int StepsPerRead = 256;

    private readonly TorchEngine _engine;
    // [StepsPerRead x sums]: the scalars of the steps that have not been read, and what multiplies them.
    private readonly Tensor _pending;
    private readonly double[] _factors = new double[StepsPerRead];
    private readonly double[] _sums;
    private int _pendingSteps;
    private long _stepsRead;
    private NonFiniteScalar? _first;

    /// <param name="engine">The engine whose scalars are summed.</param>
    /// <param name="count">The number of sums.</param>
    /// <param name="device">Where the scalars lie.</param>
    public TorchSums(TorchEngine engine, int count, torch.Device device)
    {
        _engine = engine;
        _sums = new double[count];
        _pending = empty(StepsPerRead, count, ScalarType.Float32, device).DetachFromDisposeScope();
    }

    public override NonFiniteScalar? Add(ReadOnlySpan<Tensors.Tensor> scalars, double factor)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable mode = no_grad();
        var values = new Tensor[scalars.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = _engine.Use(scalars[i]).reshape(1);
        _pending.select(0, _pendingSteps).copy_(values.Length == 1 ? values[0] : cat(values, 0));
        _factors[_pendingSteps++] = factor;
        if (_pendingSteps == StepsPerRead)
            Collect();
        return _first;
    }

    public override NonFiniteScalar? Read(Span<double> sums)
    {
        Collect();
        _sums.CopyTo(sums);
        return _first;
    }

    private void Collect()
    {
        var values = new float[StepsPerRead * _sums.Length];
        TorchTensor.Copy(_pending, values);
        for (int step = 0; step < _pendingSteps; step++)
        {
            _stepsRead++;
            for (int i = 0; i < _sums.Length; i++)
            {
                float value = values[step * _sums.Length + i];
                if (!float.IsFinite(value))
                    _first ??= new NonFiniteScalar(i, value, _stepsRead);
                _sums[i] += value * _factors[step];
            }
        }
        _pendingSteps = 0;
    }
}
