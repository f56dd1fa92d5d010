using System.Numerics.Tensors;
using Disentangle.ML.Tensors.Points;
using Disentangle.ML.Tensors.Threading;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Expectation-maximisation (Dempster, Laird and Rubin 1977) of a Gaussian mixture. Sums over rows consist of parts that depend only on
/// the data and the settings and are added in a fixed order, so results do not depend on the number of threads.
/// </summary>
internal sealed class ExpectationMaximization
{
    /// <summary>A component with fewer rows keeps its mean and covariance, which the data no longer determine.</summary>
    private const double LeastRows = 1e-12;

    private readonly WeightedPoints _rows;
    private readonly GaussianMixtureSettings _settings;
    private readonly double[][] _responsibilities;
    private (double[] Mean, double[] Scatter)? _total;

    private ExpectationMaximization(WeightedPoints rows, GaussianMixtureSettings settings)
    {
        (_rows, _settings) = (rows, settings);
        _responsibilities = [.. Enumerable.Range(0, settings.NumberOfComponents)
            .Select(_ => new double[rows.BlockCount * PointBlocks.Size])];
    }

    private int Dimension => _rows.Dimension;

    private int Components => _settings.NumberOfComponents;

    /// <summary>Fits a mixture.</summary>
    /// <param name="rows">The rows; at least as many as components.</param>
    /// <param name="settings">The settings; they must be valid.</param>
    /// <param name="seed">The seed if the settings have none.</param>
    public static GaussianMixture Fit(WeightedPoints rows, GaussianMixtureSettings settings, int seed)
    {
        int count = settings.NumberOfComponents;
        if (rows.Count < count)
            throw new InvalidDataException($"There are {rows.Count} rows; a mixture of {count} components needs at least as many.");
        if (!(rows.TotalWeight > 0))
            throw new InvalidDataException("All rows have weight 0; at least one must have a greater weight.");

        if (MixtureDensity.CovarianceLength(settings.CovarianceType, count, rows.Dimension) > Array.MaxLength)
        {
            throw new InvalidDataException(
                $"{settings.CovarianceType} covariances of {count} components in {rows.Dimension} dimensions are too large; "
                + "use CovarianceType.Diagonal.");
        }

        var random = new Random(settings.Seed ?? seed);
        var fit = new ExpectationMaximization(rows, settings);
        GaussianMixture? best = null;
        string? fault = null;
        for (int run = 0; run < (settings.Start is null ? settings.NumberOfRestarts : 1); run++)
        {
            (MixtureDensity? start, string? startFault) = fit.Start(random);
            (GaussianMixture? mixture, string? runFault) = start is null ? (null, startFault) : fit.Run(start);
            fault ??= runFault;
            if (mixture is not null && (best is null || mixture.LogLikelihood > best.LogLikelihood))
                best = mixture;
        }
        return best ?? throw new InvalidDataException(fault);
    }

    private (MixtureDensity? Density, string? Fault) Start(Random random)
    {
        if (_settings.Start is not { } start)
        {
            Belong(KMeans.Fit(_rows, Components, random, _settings.Threads, _settings.CancellationToken));
            return Maximize(previous: null, iteration: 0);
        }
        if (start.Weights is not null)
        {
            Check(start.Weights, Components, "weights");
            Check(start.Means!, Components * Dimension, "means");
            Check(start.Covariances!, MixtureDensity.CovarianceLength(_settings.CovarianceType, Components, Dimension), "covariances");
            var weights = new double[Components];
            TensorPrimitives.Divide(start.Weights, TensorPrimitives.Sum<double>(start.Weights), weights);
            return Density(weights, start.Means!, start.Covariances!, iteration: 0);
        }
        if (start.Means is not null)
        {
            Check(start.Means, Components * Dimension, "means");
            Belong(KMeans.Nearest(_rows, start.Means, _settings.Threads, _settings.CancellationToken));
        }
        else
        {
            Check(start.Responsibilities!, _rows.Count * Components, "responsibilities");
            Take(start.Responsibilities!);
        }
        return Maximize(previous: null, iteration: 0);

        static void Check(double[] values, long expected, string name)
        {
            if (values.Length != expected)
                throw new ArgumentException($"The start has {values.Length} {name}; the settings and data require {expected}.");
        }
    }

    private void Belong(int[] components)
    {
        foreach (double[] responsibilities in _responsibilities)
            Array.Clear(responsibilities);
        for (int row = 0; row < components.Length; row++)
            _responsibilities[components[row]][row] = _rows.WeightOf(row);
    }

    private void Take(double[] responsibilities)
    {
        for (int row = 0; row < _rows.Count; row++)
        {
            ReadOnlySpan<double> values = responsibilities.AsSpan(row * Components, Components);
            double sum = TensorPrimitives.Sum(values);
            if (!(sum > 0) || TensorPrimitives.Min(values) < 0)
                throw new ArgumentException(
                    $"The start's responsibilities of row {row} (from 0) must be 0 or more, and at least one greater than 0.");
            for (int k = 0; k < Components; k++)
                _responsibilities[k][row] = _rows.WeightOf(row) * (values[k] / sum);
        }
    }

    /// <summary>Iterates as scikit-learn does: the last iteration still ends with a maximisation.</summary>
    private (GaussianMixture? Mixture, string? Fault) Run(MixtureDensity density)
    {
        var history = new List<double>();
        bool converged = false;
        while (history.Count < _settings.MaximumIterations && !converged)
        {
            history.Add(Expect(density));
            (MixtureDensity? next, string? fault) = Maximize(density, history.Count);
            if (next is null)
                return (null, fault);
            density = next;
            converged = history.Count > 1 && Math.Abs(history[^1] - history[^2]) < _settings.Tolerance;
        }
        history.Add(Expect(density));
        return double.IsFinite(history[^1])
            ? (new GaussianMixture(density, history, converged, _rows.TotalWeight), null)
            : (null, Invariant($"The log-likelihood is {history[^1]} because feature values are too large; scale the features."));
    }

    /// <summary>Sets the responsibilities w_n p_k(x_n) and returns the mean log-likelihood per row.</summary>
    private double Expect(MixtureDensity density)
    {
        var sums = new double[_rows.BlockCount];
        int size = density.ScratchSize + PointBlocks.Size;
        ParallelBlocks.Run(_rows.BlockCount, _settings.Threads, _settings.CancellationToken, size, (block, scratch) =>
        {
            int offset = block * PointBlocks.Size, length = _rows.PaddedLengthOf(block);
            ReadOnlySpan<double> weights = _rows.Weights(block)[..length];
            Span<double> logDensities = scratch.AsSpan(density.ScratchSize, length);
            density.Posteriors(_rows.Block(block), _responsibilities, offset, logDensities, scratch);
            foreach (double[] all in _responsibilities)
            {
                Span<double> own = all.AsSpan(offset, length);
                TensorPrimitives.Multiply(own, weights, own);
            }
            sums[block] = TensorPrimitives.Dot(logDensities, weights);
        });
        return sums.Sum() / _rows.TotalWeight;
    }

    /// <summary>The mixture that maximises the expected likelihood under the responsibilities.</summary>
    private (MixtureDensity? Density, string? Fault) Maximize(MixtureDensity? previous, int iteration)
    {
        var counts = new double[Components];
        var means = new double[Components * Dimension];
        double[][] sums = SumOverRows(Components, Dimension + 1, 0, (k, block, sum, _) =>
            AddRows(block, ResponsibilitiesOf(k, block), sum));
        for (int k = 0; k < Components; k++)
        {
            counts[k] = sums[k][Dimension];
            Span<double> mean = means.AsSpan(k * Dimension, Dimension);
            if (counts[k] >= LeastRows)
                TensorPrimitives.Divide(sums[k].AsSpan(0, Dimension), counts[k], mean);
            else if (previous is not null)
                previous.Means.AsSpan(k * Dimension, Dimension).CopyTo(mean);
            else
                return (null, $"No row belongs to component {k + 1} of {Components} at the start. Use another start or fewer components.");
        }
        double[] covariances = _settings.CovarianceType switch
        {
            CovarianceType.Full => FullCovariances(counts, means, previous),
            CovarianceType.Tied => TiedCovariance(counts, means),
            _ => Variances(counts, means, previous),
        };
        var weights = new double[Components];
        TensorPrimitives.Divide(counts, TensorPrimitives.Sum<double>(counts), weights);
        return Density(weights, means, covariances, iteration);
    }

    /// <summary>Σ_k = Σ_n r_nk (x_n - μ_k)(x_n - μ_k)ᵀ / Σ_n r_nk.</summary>
    private double[] FullCovariances(double[] counts, double[] means, MixtureDensity? previous)
    {
        int size = Dimension * Dimension;
        var covariances = new double[Components * size];
        double[][] sums = SumOverRows(Components, size, ScatterScratch, (k, block, sum, scratch) =>
            AddScatter(block, ResponsibilitiesOf(k, block), means.AsSpan(k * Dimension, Dimension), scratch, sum));
        for (int k = 0; k < Components; k++)
        {
            Span<double> covariance = covariances.AsSpan(k * size, size);
            if (counts[k] < LeastRows)
                previous!.Covariances.AsSpan(k * size, size).CopyTo(covariance);
            else
                FinishMatrix(sums[k], counts[k], covariance);
        }
        return covariances;
    }

    /// <summary>
    /// Σ = (Σ_n w_n (x_n - x̄)(x_n - x̄)ᵀ - Σ_k N_k (μ_k - x̄)(μ_k - x̄)ᵀ) / Σ_n w_n: the scatter within components is the total scatter
    /// minus that between them.
    /// </summary>
    private double[] TiedCovariance(double[] counts, double[] means)
    {
        if (_total is null)
        {
            double[] sums = SumOverRows(1, Dimension + 1, 0, (_, block, sum, _) => AddRows(block, WeightsOf(block), sum))[0];
            double[] mean = sums[..Dimension];
            TensorPrimitives.Divide(mean, sums[Dimension], mean);
            _total = (mean, SumOverRows(1, Dimension * Dimension, ScatterScratch,
                (_, block, sum, scratch) => AddScatter(block, WeightsOf(block), mean, scratch, sum))[0]);
        }
        double[] scatter = [.. _total.Value.Scatter], difference = new double[Dimension];
        for (int k = 0; k < Components; k++)
        {
            TensorPrimitives.Subtract(means.AsSpan(k * Dimension, Dimension), _total.Value.Mean, difference);
            for (int i = 0; i < Dimension; i++)
            {
                Span<double> row = scatter.AsSpan(i * Dimension, i + 1);
                TensorPrimitives.MultiplyAdd(difference.AsSpan(0, i + 1), -counts[k] * difference[i], row, row);
            }
        }
        var covariance = new double[scatter.Length];
        FinishMatrix(scatter, _rows.TotalWeight, covariance);
        return covariance;
    }

    /// <summary>σ²_kf = Σ_n r_nk (x_nf - μ_kf)² / Σ_n r_nk, or for spheres their mean over the features.</summary>
    private double[] Variances(double[] counts, double[] means, MixtureDensity? previous)
    {
        int size = _settings.CovarianceType == CovarianceType.Diagonal ? Dimension : 1;
        var variances = new double[Components * size];
        double[][] sums = SumOverRows(Components, Dimension, 0, (k, block, sum, _) =>
            GaussianKernels.AddVariances(_rows.Block(block), ResponsibilitiesOf(k, block), means.AsSpan(k * Dimension, Dimension), sum));
        for (int k = 0; k < Components; k++)
        {
            Span<double> own = variances.AsSpan(k * size, size);
            if (counts[k] < LeastRows)
            {
                previous!.Variances(k).CopyTo(own);
                continue;
            }
            TensorPrimitives.Divide(sums[k], counts[k], sums[k]);
            if (size == 1)
                own[0] = TensorPrimitives.Average<double>(sums[k]);
            else
                sums[k].CopyTo(own);
            TensorPrimitives.Add(own, _settings.Regularization, own);
        }
        return variances;
    }

    private void FinishMatrix(ReadOnlySpan<double> lower, double count, Span<double> covariance)
    {
        for (int i = 0; i < Dimension; i++)
        {
            for (int j = 0; j <= i; j++)
                covariance[i * Dimension + j] = covariance[j * Dimension + i] = lower[i * Dimension + j] / count;
            covariance[i * (Dimension + 1)] += _settings.Regularization;
        }
    }

    private (MixtureDensity? Density, string? Fault) Density(double[] weights, double[] means, double[] covariances, int iteration)
    {
        (MixtureDensity? density, int singular) = MixtureDensity.Create(_settings.CovarianceType, Dimension, weights, means, covariances);
        if (density is not null)
            return (density, null);
        string which = _settings.CovarianceType == CovarianceType.Tied ? "The covariance"
            : $"The covariance of component {singular + 1} of {Components}";
        string when = iteration == 0 ? "at the start" : $"in iteration {iteration}";
        return (null, Invariant($"{which} is not positive definite {when}: its rows do not span all {Dimension} dimensions. ")
            + Invariant($"Raise Regularization (now {_settings.Regularization}), use CovarianceType.Diagonal or fewer components, ")
            + "or scale the features.");
    }

    private int ScatterScratch => GaussianKernels.ScatterScratch(Dimension) + PointBlocks.Size;

    private ReadOnlySpan<double> ResponsibilitiesOf(int component, int block) =>
        _responsibilities[component].AsSpan(block * PointBlocks.Size, _rows.PaddedLengthOf(block));

    private ReadOnlySpan<double> WeightsOf(int block) => _rows.Weights(block)[.._rows.PaddedLengthOf(block)];

    /// <summary>Adds the weighted rows of a block to a sum, and their weights to the last value of the sum.</summary>
    private void AddRows(int block, ReadOnlySpan<double> weights, double[] sum)
    {
        for (int f = 0; f < Dimension; f++)
            sum[f] += TensorPrimitives.Dot(_rows.Block(block).Slice(f * PointBlocks.Size, weights.Length), weights);
        sum[Dimension] += TensorPrimitives.Sum(weights);
    }

    private void AddScatter(int block, ReadOnlySpan<double> weights, ReadOnlySpan<double> mean, double[] scratch, double[] sum)
    {
        Span<double> roots = scratch.AsSpan(0, weights.Length);
        TensorPrimitives.Sqrt(weights, roots);
        GaussianKernels.AddScatter(_rows.Block(block), roots, mean, scratch.AsSpan(PointBlocks.Size), sum);
    }

    /// <summary>Sums values over all blocks for each group.</summary>
    private double[][] SumOverRows(int groups, int length, int scratch, AddBlock add)
    {
        int slices = SliceCount, blocks = _rows.BlockCount;
        var sums = new double[groups * slices][];
        ParallelBlocks.Run(sums.Length, _settings.Threads, _settings.CancellationToken, scratch, (part, own) =>
        {
            (int group, int slice) = Math.DivRem(part, slices);
            double[] sum = sums[part] = new double[length];
            for (int block = (int)((long)blocks * slice / slices); block < (int)((long)blocks * (slice + 1) / slices); block++)
                add(group, block, sum, own);
        });
        for (int part = 0; part < sums.Length; part++)
        {
            if (part % slices != 0)
                TensorPrimitives.Add(sums[part - part % slices], sums[part], sums[part - part % slices]);
        }
        return [.. Enumerable.Range(0, groups).Select(group => sums[group * slices])];
    }

    /// <summary>
    /// The number of parts of the rows: enough to keep the threads busy, but few enough that their matrices are worth the memory.
    /// </summary>
    private int SliceCount => Math.Max(1, Math.Min(64 / Components, _rows.Count / (4 * Math.Max(Dimension, PointBlocks.Size))));

    private delegate void AddBlock(int group, int block, double[] sum, double[] scratch);
}
