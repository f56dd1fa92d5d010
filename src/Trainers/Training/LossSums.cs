namespace Disentangle.ML.Trainers;

/// <summary>What each term of an objective was over some batches. A batch counts as often as it has rows.</summary>
internal sealed class LossSums(IReadOnlyList<LossTerm> terms)
{
    private readonly double[] _sums = new double[terms.Count];
    private long _rows;

    /// <summary>The number of batches.</summary>
    public long Batches { get; private set; }

    /// <summary>Each loss by name, not weighted, mean over the rows.</summary>
    public Dictionary<string, double> Means => terms.Select((term, t) => KeyValuePair.Create(term.Name, _sums[t] / _rows)).ToDictionary();

    /// <summary>The weighted sum of the means.</summary>
    public double Total => terms.Select((term, t) => term.Weight * _sums[t] / _rows).Sum();

    /// <summary>Takes a batch in, one value a term.</summary>
    public void Add(ReadOnlySpan<float> values, int rows)
    {
        for (int t = 0; t < _sums.Length; t++)
            _sums[t] += (double)values[t] * rows;
        _rows += rows;
        Batches++;
    }
}
