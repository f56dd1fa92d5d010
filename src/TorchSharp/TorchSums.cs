using TorchSharp;
using Disentangle.ML.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Disentangle.ML.TorchSharp;

/// <summary>Sums on the device, read only on demand.</summary>
internal sealed class TorchSums : ScalarSums
{
    private readonly TorchEngine _engine;
    private readonly Tensor _sums;
    // For each sum, the number of the first step whose scalar was not finite (0 for none), and that scalar.
    private readonly Tensor _badSteps;
    private readonly Tensor _badValues;
    private long _step;

    /// <param name="engine">The engine whose scalars are summed.</param>
    /// <param name="zeros">As many zeros as there are sums, Float32 on the engine's device.</param>
    public TorchSums(TorchEngine engine, Tensor zeros)
    {
        using DisposeScope scope = NewDisposeScope();
        _engine = engine;
        _sums = zeros.to(ScalarType.Float64).DetachFromDisposeScope();
        _badSteps = zeros.clone().DetachFromDisposeScope();
        _badValues = zeros.clone().DetachFromDisposeScope();
    }

    public override NonFiniteScalar? Add(ReadOnlySpan<Tensors.Tensor> scalars, double factor)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable mode = no_grad();
        _step++;
        var values = new Tensor[scalars.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = _engine.Use(scalars[i]).reshape(1);
        Tensor all = cat(values, 0);
        _sums.add_(all.to(ScalarType.Float64), _engine.Number(factor));
        Tensor isFirstBad = all.isfinite().logical_not().logical_and(_badSteps.eq(_engine.Number(0)));
        _badValues.copy_(where(isFirstBad, all, _badValues));
        _badSteps.masked_fill_(isFirstBad, _engine.Number(_step));
        return null;
    }

    public override NonFiniteScalar? Read(Span<double> sums)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor all = cat([_sums, _badSteps.to(ScalarType.Float64), _badValues.to(ScalarType.Float64)], 0);
        double[] state = all.cpu().data<double>().ToArray();
        int count = state.Length / 3;
        state.AsSpan(0, count).CopyTo(sums);
        NonFiniteScalar? first = null;
        for (int i = 0; i < count; i++)
        {
            var step = (long)state[count + i];
            if (step > 0 && (first is null || step < first.Value.Step))
                first = new NonFiniteScalar(i, (float)state[2 * count + i], step);
        }
        return first;
    }
}
