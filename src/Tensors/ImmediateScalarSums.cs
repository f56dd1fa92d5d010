namespace Disentangle.ML.Tensors;

/// <summary>Reads each scalar immediately.</summary>
internal sealed class ImmediateScalarSums(int count) : ScalarSums
{
    private readonly double[] _sums = new double[count];
    private long _steps;
    private NonFiniteScalar? _first;

    public override NonFiniteScalar? Add(ReadOnlySpan<Tensor> scalars, double factor)
    {
        _steps++;
        for (int i = 0; i < scalars.Length; i++)
        {
            float value = scalars[i].Item();
            if (!float.IsFinite(value))
                _first ??= new NonFiniteScalar(i, value, _steps);
            _sums[i] += value * factor;
        }
        return _first;
    }

    public override NonFiniteScalar? Read(Span<double> sums)
    {
        _sums.CopyTo(sums);
        return _first;
    }
}
