using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

/// <summary>
/// Cycles through the points of a grid; the last coordinate varies fastest. A range of n steps has points i/n, which excludes its upper
/// end.
/// </summary>
internal sealed class GridSearchTuner : ITuner
{
    private readonly SearchSpace.SearchSpace _space;
    private readonly int[] _steps;
    private long _next;

    public GridSearchTuner(SearchSpace.SearchSpace space, int step)
    {
        _space = space;
        _steps = [.. space.Step.Select(own => own ?? step)];
    }

    public Parameter Propose(TrialSettings settings)
    {
        var point = new double[_steps.Length];
        long rest = _next++;
        for (int i = _steps.Length - 1; i >= 0; i--)
        {
            point[i] = rest % _steps[i] / (double)_steps[i];
            rest /= _steps[i];
        }
        return _space.SampleFromFeatureSpace(point);
    }

    public void Update(TrialResult result) { }
}
