using Disentangle.ML.Tensors;
using TorchSharp;
using Native = TorchSharp.torch.Tensor;

namespace Disentangle.ML.TorchSharp;

/// <summary>What the optimisers of the <see cref="TorchEngine"/> share: gradients, clipping, moments.</summary>
internal abstract class TorchOptimizer : Optimizer
{
    private readonly TorchEngine _engine;
    private readonly Native[] _parameters;
    private readonly Native[] _moments;
    private readonly int _momentsPerParameter;
    private readonly float _maximumNorm;
    private long _stepCount;

    protected TorchOptimizer(TorchEngine engine, Native[] parameters, int momentsPerParameter, OptimizerOptions options)
    {
        options.Check();
        (_engine, _parameters, _momentsPerParameter, _maximumNorm) = (engine, parameters, momentsPerParameter, options.MaximumGradientNorm);
        _moments = [.. parameters.SelectMany(p => Enumerable.Range(0, momentsPerParameter).Select(_ => engine.Keep(torch.zeros_like(p, requires_grad: false))))];
    }

    public sealed override long StepCount => _stepCount;

    public sealed override int StateLength => (int)_moments.Sum(moment => moment.numel());

    public static TorchOptimizer Create(TorchEngine engine, Native[] parameters, OptimizerOptions options) => options switch
    {
        AdamOptions adam => new Adam(engine, parameters, adam),
        SgdOptions sgd => new Sgd(engine, parameters, sgd),
        _ => throw new ArgumentException($"There is no optimiser for options of type {options?.GetType().Name ?? "null"}.", nameof(options)),
    };

    public sealed override float Step(float learningRate)
    {
        if (!(learningRate >= 0 && float.IsFinite(learningRate)))
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "A learning rate is a number and not negative.");
        if (!_engine.IsTraining)
            throw new InvalidOperationException("An optimiser needs the training step whose gradients it applies to be open.");
        using var scope = torch.NewDisposeScope();
        using IDisposable noGradient = torch.no_grad();
        _stepCount++;
        Native[] gradients = [.. _parameters.Select(p => p.grad ?? torch.zeros_like(p, requires_grad: false))];
        float norm = gradients.Length == 0 ? 0 : torch.stack([.. gradients.Select(gradient => gradient.norm())]).norm().item<float>();
        bool clips = norm > _maximumNorm;
        for (int i = 0; i < gradients.Length; i++)
        {
            Native gradient = clips ? gradients[i].mul(Number(_maximumNorm / norm)) : gradients[i];
            Update(_parameters[i], gradient, _moments.AsSpan(i * _momentsPerParameter, _momentsPerParameter), learningRate);
        }
        return norm;
    }

    public sealed override void SaveState(Span<float> destination)
    {
        CheckLength(destination.Length);
        foreach (Native moment in _moments)
        {
            TorchTensor.Read(moment, destination);
            destination = destination[(int)moment.numel()..];
        }
    }

    public sealed override void LoadState(long stepCount, ReadOnlySpan<float> source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stepCount);
        CheckLength(source.Length);
        using var scope = torch.NewDisposeScope();
        foreach (Native moment in _moments)
        {
            int length = (int)moment.numel();
            moment.copy_(torch.tensor(source[..length].ToArray()).reshape(moment.shape));
            source = source[length..];
        }
        _stepCount = stepCount;
    }

    /// <summary>Changes one parameter in place.</summary>
    protected abstract void Update(Native parameter, Native gradient, ReadOnlySpan<Native> moments, float learningRate);

    private Scalar Number(double value) => _engine.Number((float)value);

    private void CheckLength(int length)
    {
        if (length != StateLength)
            throw new ArgumentException($"The state of this optimiser has {StateLength} values, not {length}.");
    }

    private sealed class Sgd(TorchEngine engine, Native[] parameters, SgdOptions options)
        : TorchOptimizer(engine, parameters, options.Momentum == 0 ? 0 : 1, options)
    {
        protected override void Update(Native parameter, Native gradient, ReadOnlySpan<Native> moments, float learningRate)
        {
            if (options.WeightDecay != 0)
                gradient = gradient.add(parameter, Number(options.WeightDecay));
            if (!moments.IsEmpty)
                gradient = moments[0].mul_(Number(options.Momentum)).add_(gradient);
            parameter.add_(gradient, Number(-learningRate));
        }
    }

    private sealed class Adam(TorchEngine engine, Native[] parameters, AdamOptions options) : TorchOptimizer(engine, parameters, 2, options)
    {
        protected override void Update(Native parameter, Native gradient, ReadOnlySpan<Native> moments, float learningRate)
        {
            double correction1 = 1 - Math.Pow(options.Beta1, StepCount);
            double correction2 = 1 - Math.Pow(options.Beta2, StepCount);
            if (options.WeightDecay != 0 && options.DecoupledWeightDecay)
                parameter.mul_(Number(1 - (double)learningRate * options.WeightDecay));
            else if (options.WeightDecay != 0)
                gradient = gradient.add(parameter, Number(options.WeightDecay));
            Native m = moments[0].mul_(Number(options.Beta1)).add_(gradient, Number(1 - options.Beta1));
            Native v = moments[1].mul_(Number(options.Beta2)).addcmul_(gradient, gradient, Number(1 - options.Beta2));
            Native root = v.sqrt().mul_(Number(1 / Math.Sqrt(correction2))).add_(Number(options.Epsilon));
            parameter.addcdiv_(m, root, Number(-learningRate / correction1));
        }
    }
}
