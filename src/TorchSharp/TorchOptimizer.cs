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
    private List<ParameterGroup> _groups;
    private bool _hasUpdated;
    private bool _hasMerged;
    private long _stepCount;

    public TorchOptimizer(TorchEngine engine, TorchTensor[] parameters, AdamOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        using DisposeScope scope = NewDisposeScope();
        (_engine, _parameters, _options) = (engine, parameters, options);
        _groups = [.. parameters.Select(parameter => new ParameterGroup(parameter))];
    }

    public override int StateLength => MomentsPerParameter * _parameters.Sum(parameter => parameter.Shape.Length);

    public override long StepCount => _stepCount;

    /// <summary>
    /// Sets gradients to 0. After the first update, when libtorch's GRU has taken the parameters that it needs, the others are merged.
    /// </summary>
    public void BeginStep()
    {
        if (_hasUpdated && !_hasMerged)
        {
            _hasMerged = true;
            ILookup<bool, ParameterGroup> groups = _groups.ToLookup(
                group => group.Members.Any(member => member.IsMerged || _engine.IsRecurrent(member)));
            if (groups[false].Any())
                _groups = [ParameterGroup.Merge(_engine, [.. groups[false]]), .. groups[true]];
        }
        foreach (ParameterGroup group in _groups)
            group.ClearGradients();
    }

    public override Tensors.Tensor Update(float learningRate, float gradientScale = 1)
    {
        CheckUpdate(learningRate, gradientScale);
        if (!_engine.IsTraining)
            throw new InvalidOperationException("The training step that computed the gradients must be open.");
        _hasUpdated = true;
        _stepCount++;
        using IDisposable mode = no_grad();
        Tensor[] gradients = [.. _groups.Select(group => group.Gradients)];
        if (gradientScale != 1)
            gradients = [.. gradients.Select(gradient => gradient.mul(Number(gradientScale)))];
        Tensor[] squares = [.. gradients.Select(gradient => gradient.square().sum(ScalarType.Float64).reshape(1))];
        Tensor norm = (squares.Length == 1 ? squares[0] : cat(squares, 0).sum()).sqrt().to(ScalarType.Float32);
        bool clips = float.IsFinite(_options.MaximumGradientNorm);
        // NaN is not greater, so the scale is 1, and the norm reveals the NaN.
        Tensor? scale = clips ? ClippingScale(norm, _options.MaximumGradientNorm) : null;
        foreach ((ParameterGroup group, Tensor gradient) in _groups.Zip(gradients))
            Adam(group, scale is null ? gradient : gradient * scale, learningRate);
        return _engine.Result(Shape.Scalar, norm);
    }

    public override void SaveState(Span<float> destination)
    {
        RequireLength(destination.Length);
        Dictionary<TorchTensor, int> places = Places();
        foreach (ParameterGroup group in _groups)
        {
            float[] first = Values(group.FirstMoments), second = Values(group.SecondMoments);
            int start = 0;
            foreach (TorchTensor member in group.Members)
            {
                int length = member.Shape.Length;
                first.AsSpan(start, length).CopyTo(destination[places[member]..]);
                second.AsSpan(start, length).CopyTo(destination[(places[member] + length)..]);
                start += length;
            }
        }

        static float[] Values(Tensor moments)
        {
            var values = new float[moments.numel()];
            TorchTensor.Copy(moments, values);
            return values;
        }
    }

    public override void LoadState(long stepCount, ReadOnlySpan<float> source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stepCount);
        RequireLength(source.Length);
        using DisposeScope scope = NewDisposeScope();
        Dictionary<TorchTensor, int> places = Places();
        foreach (ParameterGroup group in _groups)
        {
            int start = 0;
            foreach (TorchTensor member in group.Members)
            {
                int length = member.Shape.Length;
                Load(group.FirstMoments, source.Slice(places[member], length));
                Load(group.SecondMoments, source.Slice(places[member] + length, length));
                start += length;

                void Load(Tensor moments, ReadOnlySpan<float> values) =>
                    moments.narrow(0, start, length).copy_(_engine.Upload(new Shape(length), values));
            }
        }
        _stepCount = stepCount;
    }

    public void Dispose()
    {
        foreach (ParameterGroup group in _groups)
            group.Dispose();
    }

    /// <summary>Where the moments of each parameter begin in the saved state: the first of all its elements, then the second.</summary>
    private Dictionary<TorchTensor, int> Places()
    {
        var places = new Dictionary<TorchTensor, int>();
        int place = 0;
        foreach (TorchTensor parameter in _parameters)
        {
            places.Add(parameter, place);
            place += MomentsPerParameter * parameter.Shape.Length;
        }
        return places;
    }

    private void Adam(ParameterGroup group, Tensor gradient, float learningRate)
    {
        (Tensor weights, AdamOptions options) = (group.Values, _options);
        double correction1 = 1 - Math.Pow(options.Beta1, _stepCount), correction2 = 1 - Math.Pow(options.Beta2, _stepCount);
        if (options.WeightDecay > 0 && options.DecoupledWeightDecay)
            weights.mul_(Number(1 - (double)learningRate * options.WeightDecay));
        else if (options.WeightDecay > 0)
            gradient = gradient.add(weights, Number(options.WeightDecay));
        group.FirstMoments.mul_(Number(options.Beta1)).add_(gradient, Number(1 - options.Beta1));
        group.SecondMoments.mul_(Number(options.Beta2)).addcmul_(gradient, gradient, Number(1 - options.Beta2));
        Tensor root = group.SecondMoments.sqrt().mul_(Number(1 / Math.Sqrt(correction2))).add_(Number(options.Epsilon), Number(1));
        weights.addcdiv_(group.FirstMoments, root, Number(-learningRate / correction1));
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
