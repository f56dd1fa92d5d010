using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>
/// The nearest neighbours of every row in the input, by Euclidean distance. Rows with different labels are never neighbours, and a row is
/// never its own neighbour.
/// </summary>
internal sealed class NeighborGraph
{
    // Squared distances between greater values overflow single precision.
    private const float GreatestValue = 1e17f;
    // The fraction of the progress for the principal components.
    private const double ComponentsShare = 0.2;
    private const int WarningsInFull = 5;

    private readonly int[] _starts;
    private readonly int[] _neighbors;
    // The sum of the weights of a row's neighbours up to each of them; null if all weigh the same.
    private readonly float[]? _weightsUpTo;

    private NeighborGraph(NearestLists lists, NeighborGraphSettings settings, IReadOnlyList<string> warnings)
    {
        bool mutual = settings.Mutual;
        Warnings = warnings;
        _starts = new int[lists.Count + 1];
        for (int row = 0; row < lists.Count; row++)
            _starts[row + 1] = _starts[row] + Kept(lists, row, mutual).Length;
        _neighbors = new int[_starts[^1]];
        for (int row = 0; row < lists.Count; row++)
            Kept(lists, row, mutual).CopyTo(_neighbors.AsSpan(_starts[row]));
        _weightsUpTo = settings.JaccardPower > 0 ? Weights(lists, settings.JaccardPower) : null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<int>(_starts));
        hash.AppendData(MemoryMarshal.AsBytes<int>(_neighbors));
        hash.AppendData(MemoryMarshal.AsBytes<float>(_weightsUpTo));
        Hash = Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The number of rows.</summary>
    public int Rows => _starts.Length - 1;

    /// <summary>SHA-256 of all neighbours and their weights, as hexadecimal digits.</summary>
    public string Hash { get; }

    /// <summary>Warnings about the graph for the log.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>
    /// The neighbours of a row, nearest first and by row number where distances are equal; empty if there are no candidates.
    /// </summary>
    public ReadOnlySpan<int> Of(int row) => _neighbors.AsSpan(_starts[row].._starts[row + 1]);

    /// <summary>
    /// A random neighbour of a row, by <see cref="NeighborGraphSettings.JaccardPower"/>; the row itself if it has none.
    /// </summary>
    public int Step(int row, Random random)
    {
        ReadOnlySpan<int> neighbors = Of(row);
        if (neighbors.IsEmpty)
            return row;
        if (_weightsUpTo is null)
            return neighbors[random.Next(neighbors.Length)];
        ReadOnlySpan<float> upTo = _weightsUpTo.AsSpan(_starts[row].._starts[row + 1]);
        int place = upTo.BinarySearch(random.NextSingle() * upTo[^1]);
        return neighbors[Math.Min(place < 0 ? ~place : place, neighbors.Length - 1)];
    }

    /// <summary>Builds the graph of rows in a contiguous array.</summary>
    /// <inheritdoc cref="Build(VectorRows, ReadOnlySpan{int}, NeighborGraphSettings, Action{double}?, CancellationToken)"/>
    public static NeighborGraph Build(ReadOnlyMemory<float> values, int width, ReadOnlySpan<int> labels, NeighborGraphSettings settings,
        Action<double>? progress = null, CancellationToken token = default) =>
        Build(VectorRows.Of(values, width), labels, settings, progress, token);

    /// <summary>Builds the graph of rows in a store; all must have the same length.</summary>
    /// <inheritdoc cref="Build(VectorRows, ReadOnlySpan{int}, NeighborGraphSettings, Action{double}?, CancellationToken)"/>
    public static NeighborGraph Build(RowStore store, NeighborGraphSettings settings, Action<double>? progress = null,
        CancellationToken token = default)
    {
        int width = store.Count == 0 ? 1 : store.Features(0).Length;
        for (int row = 0; row < store.Count; row++)
        {
            if (store.Features(row).Length != width)
            {
                throw new InvalidDataException(
                    $"Row {row} (from 0) has {store.Features(row).Length} values, but row 0 has {width}; " +
                    "rows must have the same length to find neighbours.");
            }
        }
        int[] labels = [.. Enumerable.Range(0, store.Count).Select(store.Label)];
        return Build(new VectorRows(store.Count, width, row => store.Features(row)), labels, settings, progress, token);
    }

    /// <summary>Builds the graph.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="labels">The class of each row, or -1 for none; empty if no row has a label.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="progress">
    /// Receives the completed fraction of the work, ascending from 0 to 1; on any thread, one call at a time.
    /// </param>
    /// <param name="token">Cancels the work within about a second.</param>
    /// <exception cref="ArgumentException">A setting is out of range, or the numbers of rows and labels differ.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidDataException">A value is NaN, infinite or beyond ±1e17.</exception>
    public static NeighborGraph Build(VectorRows rows, ReadOnlySpan<int> labels, NeighborGraphSettings settings,
        Action<double>? progress = null, CancellationToken token = default)
    {
        settings.Validate();
        if (!labels.IsEmpty && labels.Length != rows.Count)
            throw new ArgumentException($"There are {labels.Length} labels for {rows.Count} rows.", nameof(labels));
        CheckValues(rows, token);
        SortedDictionary<int, int[]> classes = ClassesOf(labels, rows.Count);
        classes.Remove(-1, out int[]? unlabeled);
        unlabeled ??= [];

        var work = new WorkProgress(progress);
        if (settings.Components < rows.Width && rows.Count > 0)
            rows = Projected(rows, settings.Components.Value, settings, work, token);
        var lists = new NearestLists(rows.Count, settings.Neighbors);
        Search(rows, lists, classes, unlabeled, settings, work, token);
        token.ThrowIfCancellationRequested();
        return new NeighborGraph(lists, settings, FewRows(classes, unlabeled.Length, settings.Neighbors));
    }

    private static VectorRows Projected(VectorRows rows, int count, NeighborGraphSettings settings, WorkProgress progress,
        CancellationToken token)
    {
        int threads = settings.Threads;
        PrincipalComponents components = PrincipalComponents.Fit(rows, count, settings.Seed, threads, Report(0.75 * ComponentsShare),
            token);
        float[] coordinates = components.Project(rows, threads, Report(0.25 * ComponentsShare), token);
        return VectorRows.Of(coordinates, count);

        Action<double> Report(double share)
        {
            double done = 0;
            return value =>
            {
                progress.Add((value - done) * share);
                done = value;
            };
        }
    }

    private static void Search(VectorRows rows, NearestLists lists, SortedDictionary<int, int[]> classes, int[] unlabeled,
        NeighborGraphSettings settings, WorkProgress progress, CancellationToken token)
    {
        int[] all = classes.Count == 0 ? unlabeled : [.. Enumerable.Range(0, rows.Count)];
        int[] labeled = unlabeled.Length == 0 ? all : [.. classes.Values.SelectMany(own => own).Order()];
        // Search each class among itself and rows without label among all rows, then labelled rows among those without label.
        Candidates[] first = [.. classes.Values.Select(own => new Candidates(own, own)), new(unlabeled, all)];
        Candidates[] second = [new(labeled, unlabeled)];
        double sharePerPair = progress.Left / Math.Max(1, first.Concat(second).Sum(candidates => candidates.Pairs));

        var search = new NeighborSearch(rows, lists, settings, progress, token);
        search.Run(first, sharePerPair);
        search.Run(second, sharePerPair);
        progress.Complete();
    }

    private static void CheckValues(VectorRows rows, CancellationToken token)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            if (row % 1024 == 0)
                token.ThrowIfCancellationRequested();
            ReadOnlySpan<float> features = rows[row];
            // MaxMagnitude returns NaN if a value is NaN.
            if (MathF.Abs(TensorPrimitives.MaxMagnitude(features)) <= GreatestValue)
                continue;
            for (int f = 0; f < features.Length; f++)
            {
                if (!float.IsFinite(features[f]))
                    throw new InvalidDataException(Invariant($"Feature {f} of row {row} (from 0) is {features[f]}; it must be finite."));
                if (MathF.Abs(features[f]) > GreatestValue)
                {
                    throw new InvalidDataException(Invariant(
                        $"Feature {f} of row {row} (from 0) is {features[f]}; it must be within ±{GreatestValue} for finite distances."));
                }
            }
        }
    }

    /// <summary>The rows of each class, ascending.</summary>
    private static SortedDictionary<int, int[]> ClassesOf(ReadOnlySpan<int> labels, int rows)
    {
        var members = new SortedDictionary<int, List<int>>();
        for (int row = 0; row < rows; row++)
        {
            int label = labels.IsEmpty ? -1 : labels[row];
            if (label < -1)
                throw new ArgumentException($"The label of row {row} (from 0) is {label}; it must be 0 or more, or -1 for none.",
                    nameof(labels));
            if (!members.TryGetValue(label, out List<int>? own))
                members.Add(label, own = []);
            own.Add(row);
        }
        var classes = new SortedDictionary<int, int[]>();
        foreach ((int label, List<int> own) in members)
            classes.Add(label, [.. own]);
        return classes;
    }

    private float[] Weights(NearestLists lists, float power)
    {
        var weightsUpTo = new float[_neighbors.Length];
        var nearTo = new int[lists.Count];
        Array.Fill(nearTo, -1);
        for (int row = 0; row < lists.Count; row++)
        {
            nearTo[row] = row;
            foreach (int near in lists.Of(row))
                nearTo[near] = row;
            ReadOnlySpan<int> neighbors = Of(row);
            var indices = new double[neighbors.Length];
            for (int i = 0; i < indices.Length; i++)
            {
                ReadOnlySpan<int> others = lists.Of(neighbors[i]);
                int shared = 1;
                foreach (int other in others)
                    shared += nearTo[other] == row ? 1 : 0;
                indices[i] = (double)shared / (lists.Of(row).Length + others.Length + 2 - shared);
            }
            // Relative to the greatest, so that no power is too small for a number.
            double greatest = indices.DefaultIfEmpty().Max(), sum = 0;
            for (int i = 0; i < indices.Length; i++)
                weightsUpTo[_starts[row] + i] = (float)(sum += Math.Pow(indices[i] / greatest, power));
        }
        return weightsUpTo;
    }

    private static ReadOnlySpan<int> Kept(NearestLists lists, int row, bool mutual)
    {
        ReadOnlySpan<int> nearest = lists.Of(row);
        if (!mutual)
            return nearest;
        int missing = Math.Min(nearest.Length, Math.Max(1, nearest.Length / 3));
        var isMutual = new bool[nearest.Length];
        for (int i = 0; i < nearest.Length; i++)
        {
            isMutual[i] = lists.Of(nearest[i]).Contains(row);
            missing -= isMutual[i] ? 1 : 0;
        }
        return nearest.ToArray().Where((_, i) => isMutual[i] || missing-- > 0).ToArray();
    }

    private static List<string> FewRows(SortedDictionary<int, int[]> classes, int unlabeled, int neighbors)
    {
        if (classes.Count == 0)
            return unlabeled == 0 || unlabeled > neighbors ? [] : [Few(unlabeled == 1 ? "There is" : "There are", unlabeled)];

        (int Class, int Rows)[] few =
            [.. classes.Select(own => (Class: own.Key, Rows: own.Value.Length + unlabeled)).Where(own => own.Rows <= neighbors)];
        string counting = unlabeled > 0 ? ", counting those without a label," : "";
        List<string> warnings = [.. few.Take(WarningsInFull).Select(own => Few($"Class {own.Class} has{counting}", own.Rows))];
        if (few.Length > WarningsInFull)
            warnings.Add($"{few.Length - WarningsInFull} more classes have too few rows for {neighbors} neighbours.");
        return warnings;

        string Few(string what, int count) => count == 1
            ? $"{what} one row, which has no neighbours."
            : $"{what} {count} rows, too few for {neighbors} neighbours: each has only {count - 1}.";
    }
}
