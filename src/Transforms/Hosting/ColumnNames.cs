namespace Disentangle.ML.Transforms;

/// <summary>Checks of the options that name columns.</summary>
internal static class ColumnNames
{
    /// <summary>Names that are empty, or the same for two columns, one sentence a fault; null is no column.</summary>
    public static IEnumerable<string> Faults(params (string Option, string? Name)[] names)
    {
        foreach ((string option, string? name) in names)
        {
            if (name is not null && string.IsNullOrWhiteSpace(name))
                yield return $"{option} is empty; leave it null for no such column.";
        }
        foreach (var same in names.Where(name => !string.IsNullOrWhiteSpace(name.Name)).GroupBy(name => name.Name).Where(group => group.Count() > 1))
            yield return $"{string.Join(" and ", same.Select(name => name.Option))} are both '{same.Key}'; they must differ.";
    }
}
