using System.Numerics.Tensors;
using Disentangle.ML.Tensors.Threading;

namespace Disentangle.ML.Trainers;

/// <summary>A map in two dimensions: the rows it was learned from, where they are on it, and the rule that places new rows.</summary>
/// <param name="scaling">Turns features into the values that rows are compared by.</param>
/// <param name="rows">The learned rows after scaling: [count x <see cref="InputScaling.OutputSize"/>].</param>
/// <param name="positions">Their positions: [count x 2].</param>
/// <param name="neighbors">The number of nearest rows that a row is kept near.</param>
internal sealed class RowMap(InputScaling scaling, float[] rows, float[] positions, int neighbors)
{
    /// <summary>The number of steps from the mean of the nearest rows towards the place where they attract a new row most.</summary>
    public const int PlacingSteps = 10;

    /// <summary>
    /// A learned row at a distance of this square root, relative to that of the farthest of the nearest, counts twice.
    /// </summary>
    public const double Pull = 1e-4;

    /// <summary>The least square of a relative distance.</summary>
    public const double LeastSquare = 1e-12;

    /// <summary>The least square of the distance to the farthest of the nearest rows.</summary>
    public const double LeastRadius = 1e-30;

    // More principal components do not find better neighbours, but make models larger.
    private const int MostComponents = 50;
    private const double SearchShare = 0.2;
    private const int FewRows = 10_000;

    private readonly VectorRows _rows = VectorRows.Of(rows, scaling.OutputSize);

    /// <summary>Turns features into the values that rows are compared by.</summary>
    public InputScaling Scaling { get; } = scaling;

    /// <summary>The learned rows after scaling: [<see cref="Count"/> x values].</summary>
    public float[] Rows { get; } = rows;

    /// <summary>The positions of the learned rows: [<see cref="Count"/> x 2].</summary>
    public float[] Positions { get; } = positions;

    /// <summary>The number of nearest rows that a row is kept near.</summary>
    public int Neighbors { get; } = neighbors;

    /// <summary>The number of learned rows.</summary>
    public int Count => _rows.Count;

    /// <summary>The number of learned rows among which a new row is placed.</summary>
    public int PlacingNeighbors => Math.Min(Neighbors, Count);

    /// <summary>Learns a map.</summary>
    /// <param name="store">The rows, at least one, of finite features.</param>
    /// <param name="width">The number of features.</param>
    /// <param name="features">How features are scaled.</param>
    /// <param name="neighbors">The number of nearest rows to keep near each row.</param>
    /// <param name="epochs">Null: 500, or 200 for more than 10,000 rows.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="threads">The maximum number of threads; 0 for all cores. The map does not depend on it.</param>
    /// <param name="progress">Receives the completed fraction of the work, ascending from 0 to 1.</param>
    /// <param name="token">Cancels the work.</param>
    public static RowMap Fit(RowStore store, int width, FeatureScaling features, int neighbors, int? epochs, int seed, int threads = 0,
        Action<double>? progress = null, CancellationToken token = default)
    {
        InputScaling scaling = FitScaling(store, width, features, seed, threads, token);
        var rows = new float[checked(store.Count * scaling.OutputSize)];
        const int part = 64;
        ParallelBlocks.Run((store.Count + part - 1) / part, threads, token, index =>
        {
            for (int row = index * part; row < Math.Min(store.Count, (index + 1) * part); row++)
                scaling.Apply(store.Features(row), rows.AsSpan(row * scaling.OutputSize, scaling.OutputSize));
        });
        VectorRows vectors = VectorRows.Of(rows, scaling.OutputSize);
        var search = new NeighborGraphSettings { Neighbors = neighbors, Mutual = false, Components = null, Seed = seed, Threads = threads };
        NeighborGraph graph = NeighborGraph.Build(vectors, [], search, done => progress?.Invoke(SearchShare * done), token);
        NeighborWeights weights = NeighborWeights.Create(vectors, graph, threads, token);
        float[] positions = MapLayout.Run(vectors, weights, epochs ?? (store.Count <= FewRows ? 500 : 200), seed, threads,
            done => progress?.Invoke(SearchShare + (1 - SearchShare) * done), token);
        return new(scaling, rows, positions, neighbors);
    }

    /// <summary>
    /// Places a row where the attractions of its nearest learned rows balance: starting from their mean, y becomes the mean of their
    /// positions y_j with weights w_j / (1 + |y - y_j|²), ten times. All weigh about the same, but those that hardly differ from the row
    /// count much more, so that a learned row is placed where it is: for distances d_j, of which the greatest is r,
    /// w_j = 1 + (r / (100 d_j))².
    /// </summary>
    /// <param name="features">The features.</param>
    /// <param name="position">Receives the two coordinates.</param>
    public void Place(ReadOnlySpan<float> features, Span<float> position)
    {
        var row = new float[Scaling.OutputSize];
        Scaling.Apply(features, row);
        int[] nearest = new int[PlacingNeighbors];
        double[] weights = new double[nearest.Length];
        Nearest(row, nearest, weights);
        double radius = Math.Max(weights[^1] * weights[^1], LeastRadius);
        for (int i = 0; i < weights.Length; i++)
            weights[i] = 1 + Pull / (weights[i] * weights[i] / radius + LeastSquare);

        (double x, double y) = (0, 0);
        for (int step = 0; step <= PlacingSteps; step++)
        {
            double sum = 0, sumX = 0, sumY = 0;
            for (int i = 0; i < nearest.Length; i++)
            {
                double ownX = Positions[2 * nearest[i]], ownY = Positions[2 * nearest[i] + 1];
                double weight = step == 0 ? weights[i] : weights[i] / (1 + (x - ownX) * (x - ownX) + (y - ownY) * (y - ownY));
                (sum, sumX, sumY) = (sum + weight, sumX + weight * ownX, sumY + weight * ownY);
            }
            (x, y) = (sumX / sum, sumY / sum);
        }
        (position[0], position[1]) = ((float)x, (float)y);
    }

    /// <summary>The nearest learned rows and their distances, nearest first and by row number where distances are equal.</summary>
    private void Nearest(ReadOnlySpan<float> row, int[] nearest, double[] distances)
    {
        Array.Fill(distances, double.PositiveInfinity);
        for (int other = 0; other < Count; other++)
        {
            double distance = TensorPrimitives.Distance(row, _rows[other]);
            if (!(distance < distances[^1]))
                continue;
            int place = nearest.Length - 1;
            for (; place > 0 && distance < distances[place - 1]; place--)
                (nearest[place], distances[place]) = (nearest[place - 1], distances[place - 1]);
            (nearest[place], distances[place]) = (other, distance);
        }
    }

    /// <summary>The scaling of the features, followed by principal components if there are many, as one matrix.</summary>
    private static InputScaling FitScaling(RowStore store, int width, FeatureScaling features, int seed, int threads,
        CancellationToken token)
    {
        var shape = new InputShape(width, IsSequence: false);
        InputScaling? scaling = InputScaling.Fit(store, shape, features, seed, threads, token, out _);
        float[] offset, matrix;
        if (scaling is null)
        {
            offset = [.. FeatureStatistics.Of(store, width, token).Means.Select(mean => (float)mean)];
            matrix = [.. Enumerable.Repeat(1f, width)];
        }
        else
            (offset, matrix) = (scaling.Offset.ToArray(), scaling.Matrix.ToArray());
        if (scaling is not { Kind: FeatureScalingKind.PrincipalComponents })
            matrix = Reduced(store, offset, matrix, seed, threads, token);
        return InputScaling.Restore(FeatureScalingKind.PrincipalComponents, offset, matrix);
    }

    /// <summary>
    /// The matrix [components x features] that scales each feature by its factor and, of many, keeps principal components.
    /// </summary>
    private static float[] Reduced(RowStore store, float[] offset, float[] factors, int seed, int threads, CancellationToken token)
    {
        int width = factors.Length, count = Math.Min(width, MostComponents);
        var matrix = new float[count * width];
        if (count == width)
        {
            for (int f = 0; f < width; f++)
                matrix[f * width + f] = factors[f];
            return matrix;
        }
        InputScaling scaling = InputScaling.Restore(FeatureScalingKind.Common, offset, factors);
        var scaled = new float[checked(store.Count * width)];
        for (int row = 0; row < store.Count; row++)
            scaling.Apply(store.Features(row), scaled.AsSpan(row * width, width));
        PrincipalComponents components = PrincipalComponents.Fit(scaled, width, count, seed, threads, progress: null, token);
        for (int c = 0; c < count; c++)
            TensorPrimitives.Multiply(components.Components.Slice(c * width, width), factors, matrix.AsSpan(c * width, width));
        return matrix;
    }
}
