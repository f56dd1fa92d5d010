namespace Disentangle.ML.Transforms;

/// <summary>Validates the options that name columns.</summary>
internal static class ColumnNames
{
    /// <summary>Describes names that are empty or used for two columns, one sentence per fault. Null means no column.</summary>
    public static IEnumerable<string> Faults(params (string Option, string? Name)[] names)
    {
        foreach ((string option, string? name) in names)
        {
            if (name is not null && string.IsNullOrWhiteSpace(name))
                yield return $"{option} is empty; set it to null to omit the column.";
        }
        foreach (var same in names.Where(name => !string.IsNullOrWhiteSpace(name.Name)).GroupBy(name => name.Name)
            .Where(group => group.Count() > 1))
            yield return $"{string.Join(" and ", same.Select(name => name.Option))} are both '{same.Key}'; they must differ.";
    }
}
