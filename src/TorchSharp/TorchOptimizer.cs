using TorchSharp;
using Disentangle.ML.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Disentangle.ML.TorchSharp;

/// <summary>Adam with operations of libtorch; nothing is read back to the processor.</summary>
internal sealed class TorchOptimizer : Optimizer, IDisposable
{
    private const int MomentsPerParameter = 2;

    private readonly TorchEngine _engine;
    private readonly TorchTensor[] _parameters;
    private readonly AdamOptions _options;
    private readonly Tensor[] _moments;
    private long _stepCount;

    public TorchOptimizer(TorchEngine engine, TorchTensor[] parameters, AdamOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        (_engine, _parameters, _options) = (engine, parameters, options);
        _moments = [.. parameters.SelectMany(parameter => Enumerable.Range(0, MomentsPerParameter).Select(_ =>
        {
            Tensor moment = zeros_like(parameter.Value).requires_grad_(false);
            moment.DetachFromDisposeScope();
            return moment;
        }))];
    }

    public override int StateLength => MomentsPerParameter * _parameters.Sum(parameter => parameter.Shape.Length);

    public override long StepCount => _stepCount;

    public override Tensors.Tensor Update(float learningRate, float gradientScale = 1)
    {
        CheckUpdate(learningRate, gradientScale);
        if (!_engine.IsTraining)
            throw new InvalidOperationException("The training step that computed the gradients must be open.");
        _stepCount++;
        using IDisposable mode = no_grad();
        Tensor[] gradients = [.. _parameters.Select(parameter => parameter.Value.grad ?? zeros_like(parameter.Value))];
        if (gradientScale != 1)
            gradients = [.. gradients.Select(gradient => gradient.mul(Number(gradientScale)))];
        Tensor norm = stack(gradients.Select(gradient => gradient.square().sum(ScalarType.Float64)), 0).sum().sqrt().to(ScalarType.Float32);
        bool clips = float.IsFinite(_options.MaximumGradientNorm);
        // NaN is not greater, so the scale is 1, and the norm reveals the NaN.
        Tensor? scale = clips ? ClippingScale(norm, _options.MaximumGradientNorm) : null;
        for (int i = 0; i < _parameters.Length; i++)
        {
            Tensor gradient = scale is null ? gradients[i] : gradients[i] * scale;
            Adam(_options, _parameters[i].Value, gradient, _moments[2 * i], _moments[2 * i + 1], learningRate);
        }
        return _engine.Result(Shape.Scalar, norm);
    }

    public override void SaveState(Span<float> destination)
    {
        RequireLength(destination.Length);
        for (int i = 0; i < _moments.Length; i++)
        {
            int length = _parameters[i / MomentsPerParameter].Shape.Length;
            TorchTensor.Copy(_moments[i], destination[..length]);
            destination = destination[length..];
        }
    }

    public override void LoadState(long stepCount, ReadOnlySpan<float> source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stepCount);
        RequireLength(source.Length);
        using DisposeScope scope = NewDisposeScope();
        for (int i = 0; i < _moments.Length; i++)
        {
            Shape shape = _parameters[i / MomentsPerParameter].Shape;
            _moments[i].copy_(_engine.Upload(shape, source[..shape.Length]));
            source = source[shape.Length..];
        }
        _stepCount = stepCount;
    }

    public void Dispose()
    {
        foreach (Tensor moment in _moments)
            moment.Dispose();
    }

    private void Adam(AdamOptions options, Tensor weight, Tensor gradient, Tensor first, Tensor second, float learningRate)
    {
        double correction1 = 1 - Math.Pow(options.Beta1, _stepCount), correction2 = 1 - Math.Pow(options.Beta2, _stepCount);
        if (options.WeightDecay > 0 && options.DecoupledWeightDecay)
            weight.mul_(Number(1 - (double)learningRate * options.WeightDecay));
        else if (options.WeightDecay > 0)
            gradient = gradient.add(weight, Number(options.WeightDecay));
        first.mul_(Number(options.Beta1)).add_(gradient, Number(1 - options.Beta1));
        second.mul_(Number(options.Beta2)).addcmul_(gradient, gradient, Number(1 - options.Beta2));
        Tensor root = second.sqrt().mul_(Number(1 / Math.Sqrt(correction2))).add_(Number(options.Epsilon), Number(1));
        weight.addcdiv_(first, root, Number(-learningRate / correction1));
    }

    /// <summary>maximum / norm if the norm exceeds the maximum, otherwise 1.</summary>
    private Tensor ClippingScale(Tensor norm, float maximum) =>
        norm.reciprocal().mul(Number(maximum)).masked_fill(norm.gt(Number(maximum)).logical_not(), Number(1));

    private Scalar Number(double value) => _engine.Number(value);

    private void RequireLength(int length)
    {
        if (length != StateLength)
            throw new ArgumentException($"The state of this optimiser must have {StateLength} values, not {length}.");
    }
}
