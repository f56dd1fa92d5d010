using System.Numerics;
using Disentangle.ML.Tensors.Points;

namespace Disentangle.ML.Trainers;

/// <summary>Scores rows by a mixture. The result of a row does not depend on other rows. Not thread-safe.</summary>
internal sealed class MixtureScorer(MixtureDensity density)
{
    private readonly WeightedPoints _rows = new(density.Dimension);
    private readonly double[][] _posteriors = [.. Enumerable.Repeat(Array.Empty<double>(), density.ComponentCount)];
    private readonly double[] _scratch = new double[density.ScratchSize];
    private double[] _logDensities = [];

    /// <summary>Removes all rows and keeps the memory.</summary>
    public void Clear() => _rows.Clear();

    /// <summary>Adds a row.</summary>
    /// <exception cref="InvalidDataException">A value is NaN or infinite.</exception>
    public void Add<T>(ReadOnlySpan<T> row) where T : struct, INumberBase<T> => _rows.Add(row);

    /// <summary>Scores the added rows.</summary>
    public void Run()
    {
        int capacity = _rows.BlockCount * PointBlocks.Size;
        if (_logDensities.Length < capacity)
        {
            _logDensities = new double[capacity];
            for (int k = 0; k < _posteriors.Length; k++)
                _posteriors[k] = new double[capacity];
        }
        for (int block = 0; block < _rows.BlockCount; block++)
        {
            int offset = block * PointBlocks.Size;
            density.Posteriors(_rows.Block(block), _posteriors, offset, _logDensities.AsSpan(offset, _rows.PaddedLengthOf(block)),
                _scratch);
        }
    }

    /// <summary>The posterior probability of a component for a row.</summary>
    public double Posterior(int component, int row) => _posteriors[component][row];

    /// <summary>The log-density of a row, in nats.</summary>
    public double LogDensity(int row) => _logDensities[row];
}
