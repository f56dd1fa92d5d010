using Disentangle.ML.Tensors.Managed.Kernels;
using Disentangle.ML.Tensors.Managed.Memory;

namespace Disentangle.ML.Tensors.Managed;

/// <summary>Gradients, clipping and moments, common to the optimisers of <see cref="ManagedEngine"/>.</summary>
internal abstract unsafe class ManagedOptimizer : Optimizer
{
    private const int Grain = 16384;

    private readonly ManagedEngine _engine;
    private readonly ParameterTensor[] _parameters;
    private readonly NativeBuffer[] _moments;
    private readonly int _momentsPerParameter;
    private readonly float _maximumNorm;
    private long _stepCount;

    protected ManagedOptimizer(ManagedEngine engine, ParameterTensor[] parameters, int momentsPerParameter, OptimizerOptions options)
    {
        options.Check();
        (_engine, _parameters, _momentsPerParameter, _maximumNorm) = (engine, parameters, momentsPerParameter, options.MaximumGradientNorm);
        _moments = [.. parameters.SelectMany(parameter => Enumerable.Range(0, momentsPerParameter)
            .Select(_ => new NativeBuffer(parameter.Length)))];
        foreach (NativeBuffer moment in _moments)
            moment.Clear();
    }

    public sealed override long StepCount => _stepCount;

    public sealed override int StateLength => _parameters.Sum(parameter => parameter.Length) * _momentsPerParameter;

    public sealed override Tensor Update(float learningRate)
    {
        if (!(learningRate >= 0 && float.IsFinite(learningRate)))
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "The learning rate must be finite and not negative.");
        if (!_engine.IsTraining)
            throw new InvalidOperationException("The training step that computed the gradients must be open.");
        _stepCount++;
        float norm = GradientNorm();
        float scale = norm > _maximumNorm ? _maximumNorm / norm : 1;
        for (int i = 0; i < _parameters.Length; i++)
        {
            ParameterTensor parameter = _parameters[i];
            UpdateOne(parameter, _moments.AsSpan(i * _momentsPerParameter, _momentsPerParameter), learningRate, scale);
            parameter.MarkChanged();
        }
        // The memory of the moments is freed when they are collected.
        GC.KeepAlive(this);
        return _engine.Fill(Shape.Scalar, norm);
    }

    public sealed override void SaveState(Span<float> destination)
    {
        CheckLength(destination.Length);
        foreach ((NativeBuffer moment, int length) in Moments())
        {
            new ReadOnlySpan<float>(moment.Pointer, length).CopyTo(destination);
            destination = destination[length..];
        }
    }

    public sealed override void LoadState(long stepCount, ReadOnlySpan<float> source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stepCount);
        CheckLength(source.Length);
        foreach ((NativeBuffer moment, int length) in Moments())
        {
            source[..length].CopyTo(new Span<float>(moment.Pointer, length));
            source = source[length..];
        }
        _stepCount = stepCount;
    }

    /// <summary>Updates one parameter. Clipping multiplies its gradient by <paramref name="gradientScale"/>.</summary>
    protected abstract void UpdateOne(ParameterTensor parameter, ReadOnlySpan<NativeBuffer> moments, float learningRate,
        float gradientScale);

    protected void Run<TLoop>(TLoop loop, int length) where TLoop : unmanaged, IParallelLoop =>
        ParallelLoop.Run(loop, (int)NativeBuffer.PaddedLength(length), Grain, _engine.Threads, NativeBuffer.Granularity);

    private IEnumerable<(NativeBuffer Moment, int Length)> Moments() =>
        _moments.Select((moment, i) => (moment, _parameters[i / _momentsPerParameter].Length));

    private float GradientNorm()
    {
        double sum = 0;
        foreach (ParameterTensor parameter in _parameters)
            sum += Reduction.SumOfSquares(parameter.Gradient, parameter.Length, _engine.Threads);
        return (float)Math.Sqrt(sum);
    }

    private void CheckLength(int length)
    {
        if (length != StateLength)
            throw new ArgumentException($"The state of this optimiser must have {StateLength} values, not {length}.");
    }
}
