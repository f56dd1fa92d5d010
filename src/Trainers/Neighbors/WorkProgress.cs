namespace Disentangle.ML.Trainers;

/// <summary>Adds up work that several threads do, and reports the share that is done: ascending, from 0 to 1.</summary>
internal sealed class WorkProgress(Action<double>? report)
{
    private readonly Lock _lock = new();
    private double _done;

    /// <summary>The share of all work that is not done yet.</summary>
    public double Left => 1 - _done;

    /// <summary>Reports that another share of all work is done.</summary>
    public void Add(double share)
    {
        lock (_lock)
        {
            _done = Math.Min(1, _done + share);
            report?.Invoke(_done);
        }
    }

    /// <summary>Reports that everything is done.</summary>
    public void Complete() => Add(1);
}
