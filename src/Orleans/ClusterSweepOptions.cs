namespace Disentangle.ML.Orleans;

/// <summary>The options of a sweep on a cluster.</summary>
public sealed record ClusterSweepOptions
{
    /// <summary>
    /// The name under which the cluster's grain storage keeps finished trials. A sweep of the same name, data and options does not train
    /// them again, so a sweep that was interrupted resumes when it is run again. At most 100 letters, digits, hyphens, underscores and
    /// dots. Default null: each sweep is new.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>
    /// A folder that the silos see as their <see cref="SweepSiloOptions.DataFolder"/>; the data are written there once. Default null: the
    /// data are sent to each silo that lacks them.
    /// </summary>
    public string? DataFolder { get; init; }

    /// <summary>
    /// How long a trial waits for a cluster that does not answer, or that has no silo of this version, before it fails. Default 5 minutes.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    internal void Validate()
    {
        var faults = new List<string>();
        if (Name is { Length: 0 or > 100 }
            || Name?.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.') == false)
            faults.Add($"Name is '{Name}'; it must have 1 to 100 letters, digits, hyphens, underscores or dots.");
        if (DataFolder is not null && !Directory.Exists(DataFolder))
            faults.Add($"DataFolder is '{DataFolder}', which does not exist.");
        if (Patience <= TimeSpan.Zero)
            faults.Add($"Patience is {Patience}; it must be longer than 0.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
    }
}
