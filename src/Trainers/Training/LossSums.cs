using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>The mean of each term of an objective over several batches, weighted by their numbers of rows.</summary>
internal sealed class LossSums(Engine engine, IReadOnlyList<LossTerm> terms)
{
    private readonly ScalarSums _scalars = engine.CreateSums(terms.Count);
    private readonly double[] _sums = new double[terms.Count];

    /// <summary>The number of batches.</summary>
    public long Batches { get; private set; }

    /// <summary>The number of rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Each loss by name: its mean over the rows, without its weight.</summary>
    public Dictionary<string, double> Means => terms.Select((term, t) => KeyValuePair.Create(term.Name, _sums[t] / Rows)).ToDictionary();

    /// <summary>The weighted sum of the means.</summary>
    public double Total => terms.Select((term, t) => term.Weight * _sums[t] / Rows).Sum();

    /// <summary>Adds a batch, with one loss for each term. Returns the first loss that was not finite, if already known.</summary>
    public NonFiniteScalar? Add(Tensor[] losses, int rows)
    {
        Rows += rows;
        Batches++;
        return _scalars.Add(losses, rows);
    }

    /// <summary>Reads the sums from the engine into <see cref="Means"/> and <see cref="Total"/>.</summary>
    public NonFiniteScalar? Read() => _scalars.Read(_sums);
}
