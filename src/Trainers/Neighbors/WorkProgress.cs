namespace Disentangle.ML.Trainers;

/// <summary>Sums the progress of several threads and reports the completed fraction, ascending from 0 to 1.</summary>
internal sealed class WorkProgress(Action<double>? report)
{
    private readonly Lock _lock = new();
    private double _done;

    /// <summary>The fraction of the work that remains.</summary>
    public double Left => 1 - _done;

    /// <summary>Reports another completed fraction of the work.</summary>
    public void Add(double share)
    {
        lock (_lock)
        {
            _done = Math.Min(1, _done + share);
            report?.Invoke(_done);
        }
    }

    /// <summary>Reports that all work is complete.</summary>
    public void Complete() => Add(1);
}
