using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>What each term of an objective was over some batches. A batch counts as often as it has rows.</summary>
internal sealed class LossSums(Engine engine, IReadOnlyList<LossTerm> terms)
{
    private readonly ScalarSums _scalars = engine.CreateSums(terms.Count);
    private readonly double[] _sums = new double[terms.Count];

    /// <summary>The number of batches.</summary>
    public long Batches { get; private set; }

    /// <summary>The number of their rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Each loss by name, not weighted, mean over the rows.</summary>
    public Dictionary<string, double> Means => terms.Select((term, t) => KeyValuePair.Create(term.Name, _sums[t] / Rows)).ToDictionary();

    /// <summary>The weighted sum of the means.</summary>
    public double Total => terms.Select((term, t) => term.Weight * _sums[t] / Rows).Sum();

    /// <summary>Takes a batch in, one loss a term; gives the first loss that was not finite, if the engine knows.</summary>
    public NonFiniteScalar? Add(Tensor[] losses, int rows)
    {
        Rows += rows;
        Batches++;
        return _scalars.Add(losses, rows);
    }

    /// <summary>Reads the sums from the engine, as <see cref="Means"/> and <see cref="Total"/> then give them.</summary>
    public NonFiniteScalar? Read() => _scalars.Read(_sums);
}
