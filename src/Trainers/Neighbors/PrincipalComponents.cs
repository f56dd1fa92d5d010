using Disentangle.ML.Tensors.Threading;
using Disentangle.ML.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Disentangle.ML.Trainers;

/// <summary>
/// The principal components of rows: the orthogonal directions of greatest variance. The entry of greatest magnitude of each component is
/// positive.
/// </summary>
internal sealed class PrincipalComponents
{
    // For more features the eigenvectors of the covariance matrix take seconds and cannot be cancelled.
    private const int WidestCovariance = 800;
    private const int Oversampling = 10;
    private const int MaximumIterations = 30;
    private const double Tolerance = 1e-6;
    private const int TileValues = 1 << 20;

    private readonly double[] _mean;
    private readonly float[] _components;

    private PrincipalComponents(double[] mean, float[] components, double[] explainedVariances) =>
        (_mean, _components, ExplainedVariances) = (mean, components, explainedVariances);

    /// <summary>The number of features.</summary>
    public int Width => _mean.Length;

    /// <summary>The number of components.</summary>
    public int Count => ExplainedVariances.Count;

    /// <summary>The mean of each feature.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>The directions, each of length 1: [count x width].</summary>
    public ReadOnlySpan<float> Components => _components;

    /// <summary>The variance of the rows along each component, descending, with divisor n - 1.</summary>
    public IReadOnlyList<double> ExplainedVariances { get; }

    /// <summary>Finds the components of rows in a contiguous array.</summary>
    /// <inheritdoc cref="Fit(VectorRows, int, int, int, Action{double}?, CancellationToken)"/>
    public static PrincipalComponents Fit(ReadOnlyMemory<float> values, int width, int count, int seed = 0, int threads = 0,
        Action<double>? progress = null, CancellationToken token = default) =>
        Fit(VectorRows.Of(values, width), count, seed, threads, progress, token);

    /// <summary>
    /// Finds the components as eigenvectors of the covariance matrix for up to 800 features. For more it uses subspace iteration from a
    /// random start (Halko, Martinsson and Tropp 2011) until the explained variance grows by less than a millionth.
    /// </summary>
    /// <param name="rows">The rows, at least one, of finite values.</param>
    /// <param name="count">The number of components, from 1 to the number of features.</param>
    /// <param name="seed">The seed of the random start.</param>
    /// <param name="threads">The maximum number of threads; 0 for all cores. The result does not depend on it.</param>
    /// <param name="progress">Receives the completed fraction of the work, ascending from 0 to 1.</param>
    /// <param name="token">Cancels the work.</param>
    public static PrincipalComponents Fit(VectorRows rows, int count, int seed = 0, int threads = 0, Action<double>? progress = null,
        CancellationToken token = default)
    {
        if (rows.Count == 0)
            throw new ArgumentException("Principal components need at least one row.", nameof(rows));
        if (count < 1 || count > rows.Width)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"{rows.Width} features have 1 to {rows.Width} components.");
        var fit = new Fitting(rows, threads, new WorkProgress(progress), token);
        (double[] values, Matrix<double> vectors) =
            rows.Width <= WidestCovariance ? fit.FromCovariance(count) : fit.BySubspaceIteration(count, seed);

        var components = new float[count * rows.Width];
        for (int c = 0; c < count; c++)
        {
            Vector<double> vector = vectors.Column(c);
            double sign = Math.Sign(vector[vector.AbsoluteMaximumIndex()]);
            for (int f = 0; f < rows.Width; f++)
                components[c * rows.Width + f] = (float)(sign * vector[f]);
        }
        return new(fit.Mean, components, values);
    }

    /// <summary>Computes the coordinates of a row along the components.</summary>
    /// <param name="row">The features.</param>
    /// <param name="result">Receives one value per component.</param>
    public void Project(ReadOnlySpan<float> row, Span<float> result)
    {
        var centered = new float[Width];
        Center(row, _mean, centered);
        MatrixMultiply.Run(centered, false, _components, true, result[..Count], 1, Count, Width, threads: 1);
    }

    /// <summary>Computes the coordinates of rows along the components: [rows x count].</summary>
    public float[] Project(VectorRows rows, int threads = 0, Action<double>? progress = null, CancellationToken token = default)
    {
        if (rows.Width != Width)
            throw new ArgumentException($"The rows have {rows.Width} features, but the components have {Width}.", nameof(rows));
        var result = new float[checked(rows.Count * Count)];
        ForEachTile(rows, _mean, threads, token, (first, length, tile) =>
        {
            Span<float> own = result.AsSpan(first * Count, length * Count);
            MatrixMultiply.Run(tile, false, _components, true, own, length, Count, Width, threads: threads);
            progress?.Invoke((double)(first + length) / rows.Count);
        });
        return result;
    }

    private static void Center(ReadOnlySpan<float> row, double[] mean, Span<float> result)
    {
        for (int f = 0; f < mean.Length; f++)
            result[f] = (float)(row[f] - mean[f]);
    }

    private static void ForEachTile(VectorRows rows, double[] mean, int threads, CancellationToken token, TileAction body)
    {
        int size = Math.Clamp(TileValues / rows.Width, 16, 1024);
        var tile = new float[Math.Min(size, rows.Count) * rows.Width];
        for (int start = 0; start < rows.Count; start += size)
        {
            token.ThrowIfCancellationRequested();
            int length = Math.Min(size, rows.Count - start), first = start;
            const int part = 16;
            ParallelBlocks.Run((length + part - 1) / part, threads, token, index =>
            {
                for (int i = index * part; i < Math.Min(length, (index + 1) * part); i++)
                    Center(rows[first + i], mean, tile.AsSpan(i * rows.Width, rows.Width));
            });
            body(first, length, tile.AsSpan(0, length * rows.Width));
        }
    }

    private delegate void TileAction(int first, int length, ReadOnlySpan<float> tile);

    private sealed class Fitting(VectorRows rows, int threads, WorkProgress progress, CancellationToken token)
    {
        private readonly int _width = rows.Width;

        public double[] Mean { get; } = MeanOf(rows, token);

        private double Divisor => Math.Max(1, rows.Count - 1);

        public (double[] Values, Matrix<double> Vectors) FromCovariance(int count)
        {
            // Tiles are summed in double precision.
            var covariance = new double[_width * _width];
            var product = new float[_width * _width];
            ForEachTile(rows, Mean, threads, token, (_, length, tile) =>
            {
                MatrixMultiply.Run(tile, true, tile, false, product, _width, _width, length, threads: threads);
                for (int i = 0; i < product.Length; i++)
                    covariance[i] += product[i];
                progress.Add(0.5 * length / rows.Count);
            });
            for (int i = 0; i < covariance.Length; i++)
                covariance[i] /= Divisor;
            var evd = Matrix<double>.Build.Dense(_width, _width, covariance).Evd(Symmetricity.Symmetric);
            progress.Complete();
            return Leading(evd, count);
        }

        public (double[] Values, Matrix<double> Vectors) BySubspaceIteration(int count, int seed)
        {
            int size = Math.Min(count + Oversampling, _width);
            var random = new Random(seed);
            Matrix<double> basis = Matrix<double>.Build.Dense(_width, size, (_, _) => random.NextDouble() - 0.5).QR(QRMethod.Thin).Q;
            double before = 0;
            for (int iteration = 1; ; iteration++)
            {
                Matrix<double> image = TimesCovariance(basis);
                var evd = basis.TransposeThisAndMultiply(image).Evd(Symmetricity.Symmetric);
                (double[] values, Matrix<double> leading) = Leading(evd, count);
                double explained = values.Sum();
                if (explained - before <= Tolerance * explained || iteration == MaximumIterations)
                {
                    progress.Complete();
                    return (values, basis * leading);
                }
                before = explained;
                basis = image.QR(QRMethod.Thin).Q;
            }
        }

        /// <summary>The greatest eigenvalues, descending, and their vectors.</summary>
        private static (double[] Values, Matrix<double> Vectors) Leading(Evd<double> evd, int count)
        {
            int[] places = [.. Enumerable.Range(1, count).Select(c => evd.EigenValues.Count - c)];
            return ([.. places.Select(place => Math.Max(0, evd.EigenValues[place].Real))],
                Matrix<double>.Build.DenseOfColumnVectors(places.Select(place => evd.EigenVectors.Column(place))));
        }

        /// <summary>Multiplies the covariance matrix by a matrix without forming the covariance matrix.</summary>
        private Matrix<double> TimesCovariance(Matrix<double> matrix)
        {
            int columns = matrix.ColumnCount;
            float[] right = Array.ConvertAll(matrix.ToRowMajorArray(), value => (float)value);
            float[] along = [], product = new float[right.Length];
            var sums = new double[right.Length];
            ForEachTile(rows, Mean, threads, token, (_, length, tile) =>
            {
                if (along.Length < length * columns)
                    along = new float[length * columns];
                Span<float> coordinates = along.AsSpan(0, length * columns);
                MatrixMultiply.Run(tile, false, right, false, coordinates, length, columns, _width, threads: threads);
                MatrixMultiply.Run(tile, true, coordinates, false, product, _width, columns, length, threads: threads);
                for (int i = 0; i < product.Length; i++)
                    sums[i] += product[i];
                progress.Add((double)length / rows.Count / MaximumIterations);
            });
            return Matrix<double>.Build.Dense(columns, _width, sums).Transpose() / Divisor;
        }

        private static double[] MeanOf(VectorRows rows, CancellationToken token)
        {
            var mean = new double[rows.Width];
            for (int row = 0; row < rows.Count; row++)
            {
                if (row % 1024 == 0)
                    token.ThrowIfCancellationRequested();
                ReadOnlySpan<float> features = rows[row];
                for (int f = 0; f < mean.Length; f++)
                    mean[f] += features[f];
            }
            for (int f = 0; f < mean.Length; f++)
                mean[f] /= rows.Count;
            return mean;
        }
    }
}
