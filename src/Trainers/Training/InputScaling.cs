using System.Numerics.Tensors;
using Disentangle.ML.Tensors;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A fitted <see cref="FeatureScaling"/>: y = (x - offset) · factor, feature by feature; for principal components y = C (x - offset). For
/// sequences, the features are those of a step.
/// </summary>
internal sealed class InputScaling
{
    /// <summary>A network hardly distinguishes rows whose features vary less.</summary>
    private const double TinyRange = 1e-3;

    private readonly float[] _offset;
    private readonly float[] _matrix;

    private InputScaling(FeatureScalingKind kind, float[] offset, float[] matrix)
    {
        (Kind, _offset, _matrix) = (kind, offset, matrix);
        OutputSize = kind == FeatureScalingKind.PrincipalComponents ? matrix.Length / offset.Length : offset.Length;
    }

    /// <summary>The kind of scaling; never <see cref="FeatureScalingKind.Auto"/> or <see cref="FeatureScalingKind.AsGiven"/>.</summary>
    public FeatureScalingKind Kind { get; }

    /// <summary>The number of scaled features.</summary>
    public int OutputSize { get; }

    /// <summary>The value subtracted from each feature.</summary>
    public ReadOnlySpan<float> Offset => _offset;

    /// <summary>The factor of each feature; for principal components the matrix [components x features].</summary>
    public ReadOnlySpan<float> Matrix => _matrix;

    public static InputScaling Restore(FeatureScalingKind kind, float[] offset, float[] matrix) => new(kind, offset, matrix);

    /// <summary>Fits a scaling to rows; returns null if features are not scaled.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="shape">The shape of the rows.</param>
    /// <param name="scaling">The requested scaling.</param>
    /// <param name="seed">The seed for principal components of very many features.</param>
    /// <param name="threads">Processor cores to use; 0 for all.</param>
    /// <param name="token">Cancels between two rows.</param>
    /// <param name="description">Receives the choice, as a sentence.</param>
    public static InputScaling? Fit(
        IRowSource rows, InputShape shape, FeatureScaling scaling, int seed, int threads, CancellationToken token, out string description)
    {
        description = "Features are used as given.";
        if (scaling.Kind == FeatureScalingKind.AsGiven)
            return null;
        FeatureStatistics statistics = FeatureStatistics.Of(rows, shape.Width, token);
        statistics.RequireSpan();
        FeatureScalingKind kind = scaling.Kind;
        string reason = "";
        if (kind == FeatureScalingKind.Auto)
            (kind, reason) = Choose(statistics);
        float[] offset = Singles(statistics.Means);
        switch (kind)
        {
            case FeatureScalingKind.Common:
                double deviation = Math.Sqrt(statistics.Variances.Average());
                description = Invariant($"Features are centred and divided by {deviation:G4}{reason}.");
                return new(kind, offset, Factors(statistics.Variances.Select(_ => deviation)));
            case FeatureScalingKind.Standardized:
                description = $"Features are standardised{reason}.";
                return new(kind, offset, Factors(statistics.Variances.Select(Math.Sqrt)));
            case FeatureScalingKind.MinMax:
                description = "Features are scaled to 0 to 1.";
                return new(kind, Singles(statistics.Minima), Factors(statistics.Ranges));
            case FeatureScalingKind.PrincipalComponents:
                PrincipalComponents components = FitComponents(rows, shape, scaling.Components, seed, threads, token);
                float first = (float)Math.Sqrt(components.ExplainedVariances[0]);
                var matrix = new float[components.Components.Length];
                if (first > 0)
                    TensorPrimitives.Divide(components.Components, first, matrix);
                description = Invariant($"Features are replaced by {matrix.Length / offset.Length} principal components.");
                return new(kind, Singles(components.Mean.ToArray()), matrix);
            default:
                description = $"Features are used as given{reason}.";
                return null;
        }
    }

    /// <summary>Scales rows, or the steps of sequences.</summary>
    public void Apply(ReadOnlySpan<float> rows, Span<float> result)
    {
        int width = _offset.Length;
        if (Kind == FeatureScalingKind.PrincipalComponents)
        {
            var centred = new float[rows.Length];
            for (int start = 0; start < rows.Length; start += width)
                TensorPrimitives.Subtract(rows.Slice(start, width), _offset, centred.AsSpan(start, width));
            MatrixMultiply.Run(centred, false, _matrix, true, result, rows.Length / width, OutputSize, width, threads: 1);
            return;
        }
        for (int start = 0; start < rows.Length; start += width)
        {
            Span<float> scaled = result.Slice(start, width);
            TensorPrimitives.Subtract(rows.Slice(start, width), _offset, scaled);
            TensorPrimitives.Multiply(scaled, _matrix, scaled);
        }
    }

    /// <summary>Reverts scaled values to features; not for principal components.</summary>
    public void Revert(Span<float> rows)
    {
        int width = _offset.Length;
        for (int i = 0; i < rows.Length; i++)
        {
            float factor = _matrix[i % width];
            rows[i] = (factor == 0 ? 0 : rows[i] / factor) + _offset[i % width];
        }
    }

    /// <summary>Resolves <see cref="FeatureScalingKind.Auto"/> to a kind, with the reason.</summary>
    public static (FeatureScalingKind Kind, string Reason) Choose(FeatureStatistics statistics)
    {
        double[] ranges = [.. statistics.Ranges.Where(range => range > 0).Order()];
        if (ranges.Length == 0)
            return (FeatureScalingKind.AsGiven, ": all are constant");
        if (ranges[^1] > TinyRange && statistics.Minima.All(minimum => minimum >= -1) && statistics.Maxima.All(maximum => maximum <= 1))
            return (FeatureScalingKind.AsGiven, ": all lie between -1 and 1");
        double ratio = ranges[^1] / ranges[(ranges.Length - 1) / 2];
        return ratio <= 3
            ? (FeatureScalingKind.Common, Invariant($": their largest range is {ratio:G3} times the median one"))
            : (FeatureScalingKind.Standardized, Invariant($": their largest range is {ratio:G3} times the median one"));
    }

    private static PrincipalComponents FitComponents(IRowSource rows, InputShape shape, int count, int seed, int threads,
        CancellationToken token)
    {
        var values = new List<float>();
        using (IRowCursor cursor = rows.Open())
        {
            while (cursor.MoveNext())
            {
                token.ThrowIfCancellationRequested();
                values.AddRange(cursor.ReadFeatures());
            }
        }
        return PrincipalComponents.Fit(values.ToArray(), shape.Width, Math.Min(count, shape.Width), seed, threads, token: token);
    }

    /// <summary>1 / spread; 0 for features that do not vary, or less than single precision can scale up.</summary>
    private static float[] Factors(IEnumerable<double> spreads) =>
        [.. spreads.Select(spread => (float)(1 / spread)).Select(factor => float.IsFinite(factor) ? factor : 0)];

    private static float[] Singles(IEnumerable<double> values) => [.. values.Select(value => (float)value)];
}
