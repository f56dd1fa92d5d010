using Disentangle.ML.Evaluators;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The number of clusters in each class. An integer converts to that many in every class: <c>clustersPerClass: 5</c>. A class without rows
/// gets none; a class with fewer distinct rows than clusters gets one per distinct row, with a warning in the log.
/// </summary>
public sealed class ClustersPerClass
{
    private readonly Func<FeatureRows[], string[], int[]> _counts;
    private readonly bool _isLimited;
    private readonly string? _fault;

    private ClustersPerClass(Func<FeatureRows[], string[], int[]> counts, bool isLimited, string? fault) =>
        (_counts, _isLimited, _fault) = (counts, isLimited, fault);

    /// <summary>The same number in every class.</summary>
    /// <param name="count">At least 1.</param>
    public static ClustersPerClass Same(int count) => new(
        (classes, _) => [.. classes.Select(_ => count)], isLimited: true,
        count < 1 ? $"ClustersPerClass is {count}; it must be at least 1." : null);

    /// <summary>
    /// Divides a total among the classes in proportion to their rows: each class with rows gets one cluster, and each further cluster goes
    /// to the class with the largest rows / (2c + 1), where c is the number of clusters it already has (Sainte-Laguë).
    /// </summary>
    /// <param name="total">At least 1, and at least the number of classes with rows.</param>
    public static ClustersPerClass ByShare(int total) => new(
        (classes, _) => ClassClusters.Share(total, classes), isLimited: false,
        total < 1 ? $"ClustersPerClass divides {total} clusters; there must be at least 1." : null);

    /// <summary>One number per class, in the order of the label's key values; for a Boolean label false, then true.</summary>
    /// <param name="counts">Each at least 1.</param>
    public static ClustersPerClass InOrder(params int[] counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        int[] own = [.. counts];
        return new(
            (classes, _) => own.Length == classes.Length
                ? own
                : throw new InvalidDataException(
                    $"ClustersPerClass has {own.Length} numbers, but the label has {classes.Length} classes."),
            isLimited: true, Fault(own.Index().Select(pair => (pair.Index.ToString(), pair.Item))));
    }

    /// <summary>One number per class, by the label's value as text; for a Boolean label <c>False</c> and <c>True</c>.</summary>
    /// <param name="counts">Each at least 1.</param>
    public static ClustersPerClass Named(IReadOnlyDictionary<string, int> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var own = new Dictionary<string, int>(counts, StringComparer.Ordinal);
        return new(
            (_, names) => names.Length == own.Count && names.All(own.ContainsKey)
                ? [.. names.Select(name => own[name])]
                : throw new InvalidDataException(
                    $"ClustersPerClass names {string.Join(", ", own.Keys)}, but the classes of the label are {string.Join(", ", names)}."),
            isLimited: true, Fault(own.Select(pair => ($"'{pair.Key}'", pair.Value))));
    }

    /// <summary>The same number in every class.</summary>
    public static implicit operator ClustersPerClass(int count) => Same(count);

    /// <summary>Describes what is wrong, in one sentence; null if nothing is.</summary>
    internal string? Fault() => _fault;

    /// <summary>Computes the number of clusters in each class.</summary>
    internal int[] Counts(FeatureRows[] classes, string[] names, IChannel channel)
    {
        int[] counts = _counts(classes, names);
        return _isLimited
            ? ClassClusters.Limit([.. counts.Zip(classes, (count, rows) => rows.Count == 0 ? 0 : count)], classes, names, channel)
            : counts;
    }

    private static string? Fault(IEnumerable<(string Class, int Count)> counts)
    {
        (string Class, int Count)[] wrong = [.. counts.Where(pair => pair.Count < 1)];
        return wrong.Length == 0 ? null : $"ClustersPerClass is {wrong[0].Count} for class {wrong[0].Class}; it must be at least 1.";
    }
}
