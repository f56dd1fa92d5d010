namespace Disentangle.ML.Orleans;

/// <summary>The options of a silo that trains trials.</summary>
public sealed class SweepSiloOptions
{
    /// <summary>The number of threads of a trial, at least 1. Default 1.</summary>
    public int ThreadsPerTrial { get; set; } = 1;

    /// <summary>
    /// The number of trials trained at the same time, at least 1. Default null: the number of cores divided by
    /// <see cref="ThreadsPerTrial"/>.
    /// </summary>
    public int? Trials { get; set; }

    /// <summary>
    /// The folder in which data are kept, as files named after their content. If it is on storage shared with the drivers and given as
    /// their <see cref="ClusterSweepOptions.DataFolder"/>, no data are sent. Default: <c>disentangle-sweeps</c> in the temporary folder.
    /// </summary>
    public string DataFolder { get; set; } = Path.Combine(Path.GetTempPath(), "disentangle-sweeps");

    /// <summary>The largest data file accepted from a driver, in bytes. Default 4 GiB.</summary>
    public long MaximumDataBytes { get; set; } = 4L << 30;

    /// <summary>The largest model sent to a driver, in bytes, less than Orleans' <c>MaxMessageBodySize</c>. Default 64 MiB.</summary>
    public int MaximumModelBytes { get; set; } = 64 << 20;

    /// <summary>
    /// The name of the grain storage for finished trials, such as one added by <c>AddAdoNetGrainStorage</c>. Without a storage of that name
    /// sweeps cannot resume after all silos ended. Default <c>Sweeps</c>.
    /// </summary>
    public string StorageName { get; set; } = "Sweeps";

    internal int Capacity => Trials ?? Math.Max(1, Environment.ProcessorCount / ThreadsPerTrial);

    internal void Validate()
    {
        var faults = new List<string>();
        if (ThreadsPerTrial < 1)
            faults.Add($"ThreadsPerTrial is {ThreadsPerTrial}; it must be at least 1.");
        if (Trials < 1)
            faults.Add($"Trials is {Trials}; it must be at least 1.");
        if (string.IsNullOrWhiteSpace(DataFolder))
            faults.Add("DataFolder is empty; it must be a folder that the silo can write to.");
        if (MaximumDataBytes < 1)
            faults.Add($"MaximumDataBytes is {MaximumDataBytes}; it must be at least 1.");
        if (MaximumModelBytes < 1)
            faults.Add($"MaximumModelBytes is {MaximumModelBytes}; it must be at least 1.");
        if (string.IsNullOrWhiteSpace(StorageName))
            faults.Add("StorageName is empty; it must name a grain storage.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
    }
}
