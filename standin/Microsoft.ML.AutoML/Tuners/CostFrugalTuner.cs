using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

/// <summary>
/// The randomised direct search of Wu, Wang and Huang (Frugal optimization for cost-related hyperparameters, AAAI 2021): starting at the
/// default, it takes a step in a random direction or, if that is no better, in the opposite direction. Steps grow after success, shrink
/// after failures, and restart elsewhere when they are too short. Its points differ from those of ML.NET's tuner of the same name.
/// </summary>
internal sealed class CostFrugalTuner : ITuner
{
    private const double ShortestStep = 1e-4;
    private const double Factor = 1.5;

    private readonly SearchSpace.SearchSpace _space;
    private readonly Random _random;
    private readonly int _dimensions;
    private double[] _best;
    private double _bestLoss = double.PositiveInfinity;
    private double[] _direction;
    private double _step;
    private int _failures;
    private bool _moving;

    public CostFrugalTuner(SearchSpace.SearchSpace space, int? seed, IEnumerable<TrialResult> earlier)
    {
        _space = space;
        _random = seed is int value ? new Random(value) : new Random();
        _dimensions = space.FeatureSpaceDim;
        Start(space.Default);
        foreach (TrialResult trial in earlier)
            Update(trial);
    }

    public Parameter Propose(TrialSettings settings)
    {
        if (!_moving)
            return _space.SampleFromFeatureSpace(_best);
        double sign = -1;
        if (_direction is null)
        {
            _direction = Direction();
            sign = 1;
        }
        double[] point = [.. _best.Zip(_direction, (from, towards) => Math.Clamp(from + sign * towards, 0, 0.99999999))];
        if (sign < 0)
            _direction = null;
        return _space.SampleFromFeatureSpace(point);
    }

    public void Update(TrialResult result)
    {
        if (!_moving || result.Loss < _bestLoss)
        {
            if (_moving)
                _step = Math.Min(_step * Factor, Math.Sqrt(_dimensions));
            _moving = true;
            _best = _space.MappingToFeatureSpace(result.TrialSettings.Parameter);
            _bestLoss = result.Loss;
            _direction = null;
            _failures = 0;
        }
        else if (++_failures >= 2 * _dimensions)
        {
            _failures = 0;
            _step /= Factor;
            if (_step < ShortestStep)
                Start([.. _best.Select(_ => _random.NextDouble())]);
        }
    }

    private void Start(double[] point)
    {
        (_best, _direction, _moving, _failures) = (point, null, false, 0);
        _step = 0.1 * Math.Sqrt(_dimensions);
    }

    /// <summary>Uniform on the sphere with the step as radius.</summary>
    private double[] Direction()
    {
        double[] normal = [.. _best.Select(_ => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()))
            * Math.Cos(2 * Math.PI * _random.NextDouble()))];
        double length = Math.Sqrt(normal.Sum(x => x * x));
        return [.. normal.Select(x => x * _step / length)];
    }
}
